/**
 * Turns a child's raw output into `output` events: joined for 30 ms, in the order it came, and bounded. A program that floods gets
 * a burst at full length and then a steady rate; what is left out is counted in `cut`.
 */
import type { SessionEventOf } from '#shared/domain/session-event.ts';

type Stream = 'stdout' | 'stderr';
type Segment = { readonly stream: Stream; text: string; cut: number };

export type OutputBatch = {
  push(stream: Stream, text: string): void;
  /** Emits what waits, whatever the rate. Call at the end; nothing may be pushed after. */
  end(): void;
  /** Last line that was not empty, per stream, at most 500 characters: what a fault quotes. */
  lastLine(stream: Stream): string;
};

const JOIN_MS = 30;
/** Most characters of one event. */
const MAX_EVENT = 64 * 1024;
/** Characters a run may give out at once, and how many it regains a second. */
const BURST = 4 * 1024 * 1024;
const RATE = 64 * 1024;
/** Below this many characters of allowance, output waits and is counted rather than given out in crumbs. */
const LEAST = 4 * 1024;
const MAX_SEGMENTS = 200;
const MAX_TAIL = 2048;

export function createOutputBatch(emit: (event: SessionEventOf<'output'>) => void): OutputBatch {
  let waiting: Segment[] = [];
  let timer: NodeJS.Timeout | null = null;
  let allowance = BURST;
  let refilledAt = performance.now();
  const tails: Record<Stream, string> = { stdout: '', stderr: '' };

  const refill = (): void => {
    const now = performance.now();
    allowance = Math.min(BURST, allowance + ((now - refilledAt) / 1000) * RATE);
    refilledAt = now;
  };
  const give = (): void => {
    for (const { stream, text, cut } of waiting) {
      allowance -= text.length;
      emit({ kind: 'output', stream, source: 'agent', text, ...(cut > 0 ? { cut } : {}) });
    }
    waiting = [];
  };
  const tick = (): void => {
    timer = null;
    refill();
    if (allowance >= LEAST) give();
    else timer = setTimeout(tick, 1000 * ((LEAST - allowance) / RATE) + JOIN_MS);
  };
  return {
    push(stream, text) {
      tails[stream] = (tails[stream] + text.slice(-MAX_TAIL)).slice(-MAX_TAIL);
      let segment = waiting.at(-1);
      if (!segment || (segment.stream !== stream && waiting.length < MAX_SEGMENTS)) waiting.push((segment = { stream, text: '', cut: 0 }));
      const room = Math.max(0, Math.min(MAX_EVENT, allowance) - waiting.reduce((sum, one) => sum + one.text.length, 0));
      const kept = segment.cut > 0 ? '' : text.slice(0, room);
      segment.text += kept;
      segment.cut += text.length - kept.length;
      timer ??= setTimeout(tick, JOIN_MS);
    },
    end() {
      if (timer) clearTimeout(timer);
      timer = null;
      give();
    },
    lastLine: (stream) => tails[stream].trimEnd().split('\n').at(-1)?.trim().slice(0, 500) ?? '',
  };
}
