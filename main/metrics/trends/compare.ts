/** Is one stretch of values different from another? Mann–Whitney's test and Hodges–Lehmann's shift: no assumption about their distribution. */
import { at, median, overTies, sorted, twoSided } from './numbers.ts';

export type Comparison = {
  /** Median of all differences after − before. */ shift: number;
  u: number;
  p: number;
  /** Share of pairs in which the later value is larger. */ larger: number;
};

/** Takes at most some 1500 values each: all pairs are formed. Null when either is empty. */
export function compare(before: ArrayLike<number>, after: ArrayLike<number>): Comparison | null {
  const n = before.length;
  const m = after.length;
  if (n === 0 || m === 0) return null;
  const differences = new Float64Array(n * m);
  let u = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const d = at(after, i) - at(before, j);
      differences[i * n + j] = d;
      u += d > 0 ? 1 : d === 0 ? 0.5 : 0;
    }
  }
  const both = new Float64Array(n + m);
  both.set(Float64Array.from(before));
  both.set(Float64Array.from(after), n);
  const all = n + m;
  const ties = overTies(sorted(both), (k) => k ** 3 - k);
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { shift: median(differences), u, p: variance > 0 ? twoSided(distance / Math.sqrt(variance)) : 1, larger: u / (n * m) };
}
