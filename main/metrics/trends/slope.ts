/** Direction of a series: Theil–Sen slope with its interval, Mann–Kendall's test, least squares for R². Pairs are compared one by one: give at most some 1500 values. */
import { at, mean, median, overTies, sorted, twoSided } from './numbers.ts';

export type TheilSen = { slope: number; intercept: number; low: number; high: number };

/**
 * Median of all pairwise slopes with its 95 % interval (Sen 1968). Needs two different x; null otherwise.
 * @param memory by how much the variance grows because neighbours say the same; 1 for independent values
 */
export function theilSen(x: ArrayLike<number>, y: ArrayLike<number>, memory = 1): TheilSen | null {
  const n = x.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const dx = at(x, j) - at(x, i);
      if (dx !== 0) slopes[count++] = (at(y, j) - at(y, i)) / dx;
    }
  }
  if (count === 0) return null;
  const all = slopes.subarray(0, count).sort();
  const slope = (at(all, (count - 1) >> 1) + at(all, count >> 1)) / 2;
  const ties = (k: number): number => k * (k - 1) * (2 * k + 5);
  const variance = (ties(n) - overTies(sorted(y), ties) - overTies(sorted(x), ties)) / 18;
  const half = 1.959963984540054 * Math.sqrt(Math.max(0, variance * memory));
  const low = Math.max(Math.round((count - half) / 2) - 1, 0);
  const high = Math.min(Math.round((count + half) / 2), count - 1);
  return { slope, intercept: median(y) - slope * median(x), low: at(all, low), high: at(all, high) };
}

export type MannKendall = { s: number; variance: number; z: number; p: number; tau: number };

/** Is there a monotone trend at all? Ties corrected, continuity corrected. Values in the order of time; `memory` as for `theilSen`. */
export function mannKendall(values: ArrayLike<number>, memory = 1): MannKendall {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(at(values, j) - at(values, i));
  const ties = (k: number): number => k * (k - 1) * (2 * k + 5);
  const variance = ((ties(n) - overTies(sorted(values), ties)) / 18) * memory;
  const z = variance > 0 && s !== 0 ? (s - Math.sign(s)) / Math.sqrt(variance) : 0;
  return { s, variance, z, p: twoSided(z), tau: n > 1 ? s / ((n * (n - 1)) / 2) : 0 };
}

/** Least squares line and the share of the variance it explains (0 for a constant series). */
export function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>): { slope: number; intercept: number; r2: number } {
  const mx = mean(x);
  const my = mean(y);
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < x.length; i++) {
    sxx += (at(x, i) - mx) ** 2;
    sxy += (at(x, i) - mx) * (at(y, i) - my);
    syy += (at(y, i) - my) ** 2;
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  return { slope, intercept: my - slope * mx, r2: sxx > 0 && syy > 0 ? (sxy * sxy) / (sxx * syy) : 0 };
}
