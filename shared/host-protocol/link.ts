/** What the rooms above the pool see of a host: commands to it, events from it, its health. The pool implements it. */
import type { LivePart, NumberedEvent, SessionGauge } from '../domain/session-event.ts';
import type { Result } from '../lib/fault.ts';
import type { HostCommand, HostInput, HostOutput } from './commands.ts';

export type LinkState = 'connecting' | 'ready' | 'reconnecting' | 'closed';

export type HostHealth = {
  readonly hostId: string;
  readonly name: string;
  readonly state: LinkState;
  /** Round trip of the last heartbeat in milliseconds; null before the first. */
  readonly latencyMs: number | null;
  readonly lastSeenAt: number | null;
  /** Why it is not ready, for a person. */
  readonly cause: string | null;
};

export type HostListener = {
  /**
   * A batch of events in order, each exactly once per run. The link acknowledges to the host only after this returns, so the
   * listener stores them first; it must tolerate a batch again whose acknowledgement was lost.
   */
  events(sessionId: string, events: readonly NumberedEvent[]): void;
  live(sessionId: string, part: LivePart): void;
  gauge(sessionId: string, gauge: SessionGauge): void;
  /**
   * The host's runs after every (re)connect, before their events, so that the center can see what ended without it. `seq` is the last
   * event the host holds of the run: when that is stored, all is told. `recovered` false: events are gone for good.
   */
  streams(streams: readonly { sessionId: string; epoch: string; seq: number; live: boolean; recovered: boolean }[]): void;
  health(health: HostHealth): void;
};

/** A host seen from the center. */
export type HostLink = {
  readonly hostId: string;
  health(): HostHealth;
  /**
   * Sends one command and waits for its answer. Repeats it over a reconnect with the same idempotency key.
   * @returns the host's fault, `HOST_UNREACHABLE` or `HOST_TIMEOUT` as values; never throws
   */
  call<C extends HostCommand>(
    name: C,
    input: HostInput<C>,
    options?: { timeoutMs?: number; signal?: AbortSignal; key?: string },
  ): Promise<Result<HostOutput<C>>>;
};
