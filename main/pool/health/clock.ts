/** Time for everything measured: it never goes back and does not jump with the wall clock. */

export type Clock = {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Calls `action` once, `ms` or more from now. @returns takes it back */
  wake(ms: number, action: () => void): () => void;
};

/** The process's own. `unref`: its wake-ups alone do not keep the process alive. */
export function monotonic(options: { unref?: boolean } = {}): Clock {
  return {
    now: () => performance.now(),
    wake(ms, action) {
      const timer = setTimeout(action, ms);
      if (options.unref) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
