/** Locally weighted lines over evenly spaced values (Cleveland's loess, degree one), as STL needs them. */
import { at } from './numbers.ts';

/**
 * The smooth at place `x` (0-based, may lie just outside) from the values `left`…`right`, both included; NaN when all weights are zero.
 * @param span width of the neighbourhood in values, odd
 */
export function loessAt(y: ArrayLike<number>, span: number, x: number, left: number, right: number, weights: ArrayLike<number> | null): number {
  const n = y.length;
  let h = Math.max(x - left, right - x);
  if (span > n) h += Math.floor((span - n) / 2);
  const w = new Float64Array(right - left + 1);
  let total = 0;
  for (let j = left; j <= right; j++) {
    const r = Math.abs(j - x);
    if (r > 0.999 * h) continue;
    const weight = (r <= 0.001 * h ? 1 : (1 - (r / h) ** 3) ** 3) * (weights ? at(weights, j) : 1);
    w[j - left] = weight;
    total += weight;
  }
  if (total <= 0) return Number.NaN;
  let centre = 0;
  for (let j = left; j <= right; j++) {
    w[j - left] = at(w, j - left) / total;
    centre += at(w, j - left) * j;
  }
  let spread = 0;
  for (let j = left; j <= right; j++) spread += at(w, j - left) * (j - centre) ** 2;
  const tilt = h > 0 && Math.sqrt(spread) > 0.001 * (n - 1) ? (x - centre) / spread : 0;
  let out = 0;
  for (let j = left; j <= right; j++) out += at(w, j - left) * (1 + tilt * (j - centre)) * at(y, j);
  return out;
}

/** The smooth at every place. */
export function loess(y: ArrayLike<number>, span: number, weights: ArrayLike<number> | null): Float64Array {
  const n = y.length;
  const out = new Float64Array(n);
  const half = Math.floor((span + 1) / 2);
  let left = 0;
  let right = Math.min(span, n) - 1;
  for (let i = 0; i < n; i++) {
    if (span < n && i + 1 > half && right !== n - 1) {
      left++;
      right++;
    }
    const value = loessAt(y, span, i, left, right, weights);
    out[i] = Number.isNaN(value) ? at(y, i) : value;
  }
  return out;
}
