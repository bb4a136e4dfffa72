/** Where the level of a series changed: PELT (Killick, Fearnhead, Eckley 2012) on the squared error, exact and in nearly linear time. */
import { at, median } from './numbers.ts';

/**
 * Ends of the segments (index after their last value), the last being the length.
 * @param penalty what one more segment has to save in squared error
 * @param minSize fewest values in a segment
 */
export function pelt(values: ArrayLike<number>, penalty: number, minSize = 5): number[] {
  const n = values.length;
  if (n < 2 * minSize) return [n];
  const sum = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    sum[i + 1] = at(sum, i) + at(values, i);
    squares[i + 1] = at(squares, i) + at(values, i) ** 2;
  }
  const cost = (from: number, to: number): number => at(squares, to) - at(squares, from) - (at(sum, to) - at(sum, from)) ** 2 / (to - from);
  const best = new Float64Array(n + 1).fill(Infinity);
  best[0] = -penalty;
  const previous = new Int32Array(n + 1);
  let starts: number[] = [0];
  for (let to = minSize; to <= n; to++) {
    const late = to - minSize;
    if (late >= minSize) starts.push(late);
    let low = Infinity;
    for (const from of starts) {
      const total = at(best, from) + cost(from, to) + penalty;
      if (total < low) {
        low = total;
        previous[to] = from;
      }
    }
    best[to] = low;
    starts = starts.filter((from) => at(best, from) + cost(from, to) <= low);
  }
  const ends: number[] = [];
  for (let to = n; to > 0; to = at(previous, to)) ends.unshift(to);
  return ends;
}

/**
 * A penalty for series that remember: three times the variance of the noise times log n, made larger by the autocorrelation of neighbours.
 * The noise is read off the differences of neighbours, so that the changes sought do not count as noise.
 */
export function usualPenalty(values: ArrayLike<number>): number {
  const n = values.length;
  const steps = new Float64Array(Math.max(0, n - 1));
  const lag = Math.max(8, Math.floor(n / 50));
  const wide = new Float64Array(Math.max(0, n - lag));
  for (let i = 1; i < n; i++) steps[i - 1] = Math.abs(at(values, i) - at(values, i - 1));
  for (let i = lag; i < n; i++) wide[i - lag] = Math.abs(at(values, i) - at(values, i - lag));
  const scale = 1 / 0.6745 / Math.SQRT2;
  const near = steps.length > 0 ? median(steps) * scale : 0;
  const far = wide.length > 0 ? median(wide) * scale : near;
  const variance = Math.max(near, far) ** 2;
  // Values far apart that differ more than neighbours do: the series wanders, and its wandering is no change.
  const memory = near > 0 ? Math.min(30, Math.max(1, (far / near) ** 2)) : 1;
  return 3 * variance * memory * Math.log(Math.max(n, 2)) + 1e-12;
}
