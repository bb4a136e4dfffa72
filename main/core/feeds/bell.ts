/** Wakes one waiting reader. Rings while nobody waits are one ring: a slow reader finds the latest state, never a queue. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /**
   * Waits for a ring, at most `maxMs` milliseconds.
   * @returns false when the signal was aborted
   */
  async wait(signal: AbortSignal | undefined, maxMs = Infinity): Promise<boolean> {
    if (signal?.aborted) return false;
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = Number.isFinite(maxMs) ? setTimeout(done, maxMs) : undefined;
        this.#wake = done;
        signal?.addEventListener('abort', done, { once: true });
      });
    }
    this.#wake = null;
    this.#rung = false;
    return signal?.aborted !== true;
  }
}

/** A pause that ends early when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
