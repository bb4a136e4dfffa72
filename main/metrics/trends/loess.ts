/** Locally weighted lines over evenly spaced values (Cleveland's loess, degree one), as STL needs them. */
import { at } from './numbers.ts';

/** Tricube weights by distance for a neighbourhood that reaches `h` far. */
function kernelOf(h: number): Float64Array {
  const out = new Float64Array(Math.floor(0.999 * h) + 1);
  for (let r = 0; r < out.length; r++) out[r] = r <= 0.001 * h ? 1 : (1 - (r / h) ** 3) ** 3;
  return out;
}

/** Weights of the neighbourhood in use: it is the same for all inner values. */
type Kernel = { h: number; weights: Float64Array };

/**
 * The smooth at place `x` (0-based, may lie just outside) from the values `left`…`right`, both included; NaN when all weights are zero.
 * @param span width of the neighbourhood in values, odd
 */
export function loessAt(
  y: Float64Array,
  span: number,
  x: number,
  left: number,
  right: number,
  weights: Float64Array | null,
  kernel: Kernel = { h: -1, weights: new Float64Array(0) },
): number {
  const n = y.length;
  let h = Math.max(x - left, right - x);
  if (span > n) h += Math.floor((span - n) / 2);
  if (kernel.h !== h) {
    kernel.h = h;
    kernel.weights = kernelOf(h);
  }
  const reach = kernel.weights.length - 1;
  const from = Math.max(left, x - reach);
  const to = Math.min(right, x + reach);
  let total = 0;
  let first = 0;
  let second = 0;
  let sum = 0;
  let product = 0;
  for (let j = from; j <= to; j++) {
    const d = j - x;
    const w = (kernel.weights[d < 0 ? -d : d] ?? 0) * (weights === null ? 1 : (weights[j] ?? 0));
    const v = y[j] ?? 0;
    total += w;
    first += w * d;
    second += w * d * d;
    sum += w * v;
    product += w * d * v;
  }
  if (total <= 0) return Number.NaN;
  const centre = first / total;
  const spread = second / total - centre * centre;
  const level = sum / total;
  if (!(h > 0 && spread > 0 && Math.sqrt(spread) > 0.001 * (n - 1))) return level;
  return level - (centre * (product / total - centre * level)) / spread;
}

/** The smooth at every place. */
export function loess(y: Float64Array, span: number, weights: Float64Array | null): Float64Array {
  const n = y.length;
  const out = new Float64Array(n);
  const half = Math.floor((span + 1) / 2);
  const kernel: Kernel = { h: -1, weights: new Float64Array(0) };
  let left = 0;
  let right = Math.min(span, n) - 1;
  for (let i = 0; i < n; i++) {
    if (span < n && i + 1 > half && right !== n - 1) {
      left++;
      right++;
    }
    const value = loessAt(y, span, i, left, right, weights, kernel);
    out[i] = Number.isNaN(value) ? at(y, i) : value;
  }
  return out;
}
