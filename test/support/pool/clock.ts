/** Time that stands until a test moves it; what is to wake then wakes in order. */
import type { Clock } from '#pool/health/clock.ts';

export type HandClock = Clock & {
  /** Moves on by `ms`, waking on the way whom it meets. */
  pass(ms: number): void;
  /** Moves on at once, as after a stall: who was to wake on the way wakes late. */
  stall(ms: number): void;
  /** Wake-ups that are set. */
  readonly set: number;
};

export function handClock(start = 0): HandClock {
  let now = start;
  let waking: { at: number; action: () => void }[] = [];
  const wakeUntil = (end: number, late: boolean): void => {
    for (;;) {
      const next = waking.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      waking = waking.filter((each) => each !== next);
      now = late ? end : Math.max(now, next.at);
      next.action();
    }
    now = end;
  };
  return {
    now: () => now,
    wake(ms, action) {
      const entry = { at: now + ms, action };
      waking.push(entry);
      return () => (waking = waking.filter((each) => each !== entry));
    },
    pass: (ms) => wakeUntil(now + ms, false),
    stall: (ms) => wakeUntil(now + ms, true),
    get set() {
      return waking.length;
    },
  };
}
