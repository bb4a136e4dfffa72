/** Steps back and forth through versions of a thing. Pure. */
export type History<T> = { readonly past: readonly T[]; readonly now: T; readonly future: readonly T[] };

/** Steps that can be taken back. */
const MOST = 100;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });
export const push = <T>({ past, now }: History<T>, next: T): History<T> => ({ past: [...past, now].slice(-MOST), now: next, future: [] });

/** The version before; the same when there is none. */
export function back<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  return before === undefined ? history : { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

/** The version that was left by `back`; the same when there is none. */
export function forth<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  return next === undefined ? history : { past: [...history.past, history.now], now: next, future };
}
