/** One at a time per key, in the order of asking: two merges into one repository must not compute on the same tip. */
const last = new Map<string, Promise<unknown>>();

/** Runs `work` after all earlier work with this key has ended, however it ended. `alone` says whether nobody waits for its end now. */
export async function exclusive<T>(key: string, work: (alone: () => boolean) => Promise<T>): Promise<T> {
  const before = last.get(key) ?? Promise.resolve();
  const now = (): Promise<T> => work(() => last.get(key) === mine);
  const mine: Promise<T> = before.then(now, now);
  last.set(key, mine);
  try {
    return await mine;
  } finally {
    if (last.get(key) === mine) last.delete(key);
  }
}
