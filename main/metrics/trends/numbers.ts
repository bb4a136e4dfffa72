/** Small statistics everything here rests on. */

/** The value at a place that is known to exist; typed arrays of known length have no holes. */
export const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

/** Quantile `q` (0–1) of sorted values, interpolated between neighbours; NaN of none. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return at(sorted, low) + (at(sorted, high) - at(sorted, low)) * (position - low);
}

export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();
export const median = (values: ArrayLike<number>): number => quantileOf(sorted(values), 0.5);

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  return sum / values.length;
}

/** Chance that a standard normal lies above `z`; accurate to 1e-12 relative to its size down to tiny chances (continued fraction beyond 3). */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 1; k < 60; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
  return density / fraction;
}

/** Chance of a deviation at least this large on either side. */
export const twoSided = (z: number): number => Math.min(1, 2 * normalAbove(Math.abs(z)));

/** How many values tie, for each group of equal ones: sum of `f(size)`. Takes sorted values. */
export function overTies(sortedValues: ArrayLike<number>, f: (size: number) => number): number {
  let sum = 0;
  for (let i = 0; i < sortedValues.length;) {
    let end = i + 1;
    while (end < sortedValues.length && at(sortedValues, end) === at(sortedValues, i)) end++;
    if (end - i > 1) sum += f(end - i);
    i = end;
  }
  return sum;
}
