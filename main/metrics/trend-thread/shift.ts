/** The 95 % interval of the shift between two stretches: the order statistics of all differences that belong to Mann–Whitney's test (Hodges–Lehmann). Pure. */

const Z = 1.959964;
/** Values taken of each stretch: all pairs are formed. */
const MOST = 500;

/** @returns null when either is empty */
export function shiftInterval(before: readonly number[], after: readonly number[]): { readonly low: number; readonly high: number } | null {
  const [a, b] = [thin(before), thin(after)];
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return null;
  const differences = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) differences[i * n + j] = (b[i] ?? 0) - (a[j] ?? 0);
  differences.sort();
  const rank = Math.max(0, Math.floor((n * m) / 2 - Z * Math.sqrt((n * m * (n + m + 1)) / 12)));
  return { low: differences[rank] ?? 0, high: differences[n * m - 1 - rank] ?? 0 };
}

function thin(values: readonly number[]): number[] {
  const every = Math.max(1, Math.ceil(values.length / MOST));
  return values.filter((_, i) => i % every === 0);
}
