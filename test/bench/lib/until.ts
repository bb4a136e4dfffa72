/** Waiting for a condition with a deadline. */

const EVERY_MS = 20;

/** Asks every `everyMs` until the answer is something. @throws when `patienceMs` are over */
export async function until<T>(what: string, check: () => T | Promise<T>, patienceMs = 60_000, everyMs = EVERY_MS): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await check();
    if (found !== false && found !== null && found !== undefined) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(everyMs);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
