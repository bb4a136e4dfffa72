/** The values of a histogram's point, as well as its buckets tell them: each bucket by its middle, the smallest and largest as they were. Pure. */
import { otlpLimits } from './limits.ts';
import type { ExponentialPoint, HistogramPoint } from './schema.ts';

/** A value and how many there were of it. */
type Weighted = readonly [value: number, n: number];

/** @returns null when its buckets contradict each other */
export function valuesOf(point: HistogramPoint): number[] | null {
  const { bucketCounts, explicitBounds: bounds, count, sum, min, max } = point;
  if (bucketCounts.length === 0) return count === 1 && sum !== undefined ? [sum] : ends(min, max);
  if (bucketCounts.length !== bounds.length + 1 || bucketCounts.length > otlpLimits.buckets || !ascending(bounds)) return null;
  const weighted = bucketCounts.map((n, i): Weighted => {
    const low = bounds[i - 1] ?? min ?? Math.min(0, bounds[0] ?? 0);
    const high = bounds[i] ?? max ?? low;
    return [(low + high) / 2, n];
  });
  return spread(weighted, count, min, max);
}

/** The same of an exponential histogram: buckets grow by 2^(2^-scale). */
export function exponentialValuesOf(point: ExponentialPoint): number[] | null {
  const { scale, zeroCount, positive, negative, count, min, max } = point;
  if (scale < -10 || scale > 20 || positive.bucketCounts.length + negative.bucketCounts.length > otlpLimits.buckets) return null;
  const middle = (index: number): number => 2 ** ((index + 0.5) * 2 ** -scale);
  const weighted: Weighted[] = [
    ...negative.bucketCounts.map((n, i): Weighted => [-middle(negative.offset + i), n]).toReversed(),
    [0, zeroCount],
    ...positive.bucketCounts.map((n, i): Weighted => [middle(positive.offset + i), n]),
  ];
  return weighted.some(([value, n]) => n > 0 && !Number.isFinite(value)) ? null : spread(weighted, count, min, max);
}

/** Repeats each value as often as it was there; with too many, in proportion. Values are ascending. */
function spread(weighted: readonly Weighted[], count: number, min: number | undefined, max: number | undefined): number[] | null {
  const total = weighted.reduce((sum, [, n]) => sum + n, 0);
  if (total !== count || weighted.some(([, n]) => n < 0)) return null;
  const most = Math.min(total, otlpLimits.histogramValues);
  const values: number[] = [];
  let seen = 0;
  for (const [value, n] of weighted) {
    seen += n;
    // The running share, rounded, so that what is rounded off one bucket is not lost but goes to the next.
    const until = Math.round((seen / total) * most);
    const bounded = Math.min(Math.max(value, min ?? value), max ?? value);
    while (values.length < until) values.push(bounded);
  }
  if (values.length > 0 && min !== undefined) values[0] = min;
  if (values.length > 1 && max !== undefined) values[values.length - 1] = max;
  return values;
}

const ends = (min: number | undefined, max: number | undefined): number[] => [min, max].flatMap((value) => (value === undefined ? [] : [value]));

const ascending = (bounds: readonly number[]): boolean => bounds.every((bound, i) => Number.isFinite(bound) && bound > (bounds[i - 1] ?? -Infinity));
