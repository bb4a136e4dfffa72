/** The changes of level a reader should hear of: those a penalty allows, without the ones that are short, small, or part of a steady climb. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import { pelt, usualPenalty } from './change-points.ts';
import { compare } from './compare.ts';
import type { Grid } from './grid.ts';
import { at, median, quantileOf, sorted } from './numbers.ts';
import { theilSen } from './slope.ts';

type ChangePoint = TrendSummary['changePoints'][number];

const PAIRED = 400;
/** Values on each side that are compared. */
const BESIDE = 200;
/** A change is told when it is at least so many spreads of the values around their levels, and such a share of what the series spans anyway. */
const CLEAR_OF_NOISE = 0.75;
const CLEAR_OF_SEASON = 0.08;

/** Running median of five: a lone outlier is no change of the level. */
const calm = (values: Float64Array): Float64Array => Float64Array.from(values, (_, i) => median(values.subarray(Math.max(0, i - 2), i + 3)));

/**
 * Changes in the order of time; none for fewer than 20 steps.
 * @param level the grid's values without their season @param period steps of a season, 1 when there is none: what is over within one was an incident
 */
export function changesOf(grid: Grid, level: Float64Array, period: number): ChangePoint[] {
  const n = level.length;
  if (n < 20) return [];
  const smooth = calm(level);
  const slope = slopeOf(smooth);
  const flat = Float64Array.from(smooth, (v, i) => v - slope * i);
  const penalty = usualPenalty(level);
  const minSize = Math.max(5, Math.floor(n / 100), Math.min(period, Math.floor(n / 10)));
  // A steady climb is no staircase: where a line explains the series more cheaply than steps do, the steps are looked for around the line.
  const steps = pelt(smooth, penalty, minSize);
  const around = pelt(flat, penalty, minSize);
  const isLine = total(flat, around, penalty) + penalty < total(smooth, steps, penalty);
  const values = isLine ? Float64Array.from(level, (v, i) => v - slope * i) : level;
  const ends = clear(values, isLine ? around : steps, CLEAR_OF_SEASON * span(grid.values));
  const out: ChangePoint[] = [];
  ends.slice(0, -1).forEach((end, k) => {
    const [before, after] = sides(values, ends, k);
    const test = compare(before, after);
    const back = isLine ? slope * end : 0;
    if (test && test.p < 0.01)
      out.push({ at: grid.start + end * grid.stepMs, before: median(before) + back, after: median(after) + back, confidence: 1 - test.p });
  });
  return out;
}

/** The values beside the end of a segment, as far as its neighbours reach. */
function sides(values: Float64Array, ends: readonly number[], k: number): [Float64Array, Float64Array] {
  const end = ends[k] ?? 0;
  return [values.subarray(Math.max(ends[k - 1] ?? 0, end - BESIDE), end), values.subarray(end, Math.min(ends[k + 1] ?? values.length, end + BESIDE))];
}

/** Joins segments, the least different first, until all neighbours differ clearly. */
function clear(values: Float64Array, found: readonly number[], least: number): number[] {
  const ends = [...found];
  while (ends.length > 1) {
    const noise = spreadAround(values, ends);
    const sizes = ends.slice(0, -1).map((_, k) => {
      const [before, after] = sides(values, ends, k);
      return Math.abs(median(after) - median(before));
    });
    const smallest = Math.min(...sizes);
    if (smallest >= CLEAR_OF_NOISE * noise && smallest >= least) break;
    ends.splice(sizes.indexOf(smallest), 1);
  }
  return ends;
}

/** Robust standard deviation of the values around the medians of their segments. */
function spreadAround(values: Float64Array, ends: readonly number[]): number {
  const off = new Float64Array(values.length);
  let from = 0;
  for (const end of ends) {
    const middle = median(values.subarray(from, end));
    for (let i = from; i < end; i++) off[i] = Math.abs(at(values, i) - middle);
    from = end;
  }
  return median(off) * 1.4826;
}

/** Nine tenths of what the values span, season and all. */
function span(values: Float64Array): number {
  const order = sorted(values);
  return quantileOf(order, 0.95) - quantileOf(order, 0.05);
}

function slopeOf(y: Float64Array): number {
  const every = Math.ceil(y.length / PAIRED);
  const x = Float64Array.from(y, (_, i) => i);
  const thin = (v: Float64Array): Float64Array => v.filter((_, i) => i % every === 0);
  return theilSen(thin(x), thin(y))?.slope ?? 0;
}

function total(values: Float64Array, ends: readonly number[], penalty: number): number {
  let sum = 0;
  let from = 0;
  for (const end of ends) {
    const part = values.subarray(from, end);
    const mean = part.reduce((a, b) => a + b, 0) / part.length;
    sum += part.reduce((a, b) => a + (b - mean) ** 2, 0) + penalty;
    from = end;
  }
  return sum;
}
