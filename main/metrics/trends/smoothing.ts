/** Exponentially weighted mean: each value counts `alpha`, all before it together the rest. */
import { at } from './numbers.ts';

/** @param alpha above 0, at most 1 @returns the level after each value; it starts at the first value */
export function ewma(values: ArrayLike<number>, alpha: number): Float64Array {
  const out = new Float64Array(values.length);
  let level = at(values, 0);
  for (let i = 0; i < values.length; i++) {
    level += alpha * (at(values, i) - level);
    out[i] = level;
  }
  return out;
}
