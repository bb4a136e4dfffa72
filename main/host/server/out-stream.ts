/** A numbered stream as the links see it: a run's events in the spool, or a probe's in memory. */
import type { Line } from '../spool/ring.ts';

export type OutStream = {
  readonly sessionId: string;
  readonly epoch: string;
  /** Number of the last event that may be sent. */
  readonly durable: number;
  /** Oldest number that can still be given. */
  readonly first: number;
  /** Lines from `seq` on, without a wait; null when they have to be read. */
  peek(seq: number, maxLines: number, maxChars: number): Line[] | null;
  read(seq: number, maxLines: number, maxChars: number): Promise<Line[]>;
};

/** The streams of one center, or of one probe's link. */
export type StreamSource = {
  all(): readonly OutStream[];
  get(sessionId: string, epoch: string): OutStream | undefined;
  /** True while the run behind the stream goes on. */
  isLive(stream: OutStream): boolean;
  /** Everything up to and including `seq` is stored at the center and may be forgotten. */
  acknowledge(stream: OutStream, seq: number): void;
};
