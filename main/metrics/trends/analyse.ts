/** Everything the trend engine says of one series of stored points. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import { Incidents } from './anomalies.ts';
import { pelt, usualPenalty } from './change-points.ts';
import { compare } from './compare.ts';
import { forecast } from './forecast.ts';
import { gridOf, tidy, type Grid, type Point } from './grid.ts';
import { at, median } from './numbers.ts';
import { createScorer } from './scoring/scorer.ts';
import { findPeriod } from './season.ts';
import type { SeriesWords } from './sentences.ts';
import { leastSquares, mannKendall, theilSen } from './slope.ts';
import { stl } from './stl.ts';

type ChangePoint = TrendSummary['changePoints'][number];

export type AnalyseOptions = {
  /** Score from which a point belongs to an anomaly; 0.5 when absent. */
  threshold?: number;
  /** Steps ahead; a season (12–96) when absent, 0 for no forecast. */
  horizon?: number;
  /** Anomalies that were found while the points went by (as `acc trends` does); looked for here when absent. */
  incidents?: Incidents;
  /** For the sentences; plain figures and UTC when absent. */
  words?: SeriesWords;
};

const MOST_STEPS = 2000;
const PAIRED = 400;
const DAY = 86_400_000;

/** Pure: the same points give the same summary. Any number of points, in any order; a summary of less than three moments has null parts. */
export function analyse(points: readonly Point[], options: AnalyseOptions = {}): TrendSummary {
  const { times, values } = tidy(points);
  const n = times.length;
  const incidents = options.incidents ?? scored(times, values, new Incidents(options.threshold ?? 0.5, undefined, options.words));
  const summary: TrendSummary = {
    n,
    from: n > 0 ? at(times, 0) : null,
    to: n > 0 ? at(times, n - 1) : null,
    slope: null,
    season: null,
    forecast: [],
    changePoints: [],
    anomalies: incidents.list(),
  };
  const grid = gridOf(times, values, MOST_STEPS);
  if (!grid) return summary;
  const found = grid.values.length >= 24 ? findPeriod(grid.values) : null;
  const period = found && 2 * found.period <= grid.values.length ? found.period : 1;
  if (found && period > 1) summary.season = { periodMs: period * grid.stepMs, strength: found.strength };
  const season = period > 1 ? stl(grid.values, period, { rounds: 3 }).season : new Float64Array(grid.values.length);
  const level = Float64Array.from(grid.values, (v, i) => v - at(season, i));
  summary.slope = slopeOf(grid, level);
  summary.changePoints = changesOf(grid, level);
  const horizon = options.horizon ?? Math.min(96, Math.max(12, period));
  const ahead = forecast(grid.values, period, Math.min(horizon, Math.floor(grid.values.length / 3)));
  if (ahead) {
    const last = grid.start + (grid.values.length - 1) * grid.stepMs;
    summary.forecast = Array.from(ahead.values, (value, h) => ({ at: last + (h + 1) * grid.stepMs, value, low: at(ahead.low, h), high: at(ahead.high, h) }));
  }
  return summary;
}

function scored(times: Float64Array, values: Float64Array, incidents: Incidents): Incidents {
  const scorer = createScorer();
  for (let i = 0; i < times.length; i++) {
    const score = scorer.next(at(times, i), at(values, i));
    incidents.add({ at: at(times, i), value: at(values, i), score, expected: scorer.expected, reasons: scorer.reasons });
  }
  return incidents;
}

/** How many neighbours say together what one independent value would: from the autocorrelation of what a straight line leaves. */
function memoryOf(x: Float64Array, y: Float64Array): number {
  const line = leastSquares(x, y);
  const rest = Float64Array.from(y, (v, i) => v - line.intercept - line.slope * at(x, i));
  let one = 0;
  let zero = 0;
  for (let i = 0; i < rest.length; i++) {
    zero += at(rest, i) ** 2;
    if (i > 0) one += at(rest, i) * at(rest, i - 1);
  }
  const rho = zero > 0 ? Math.min(0.95, Math.max(0, one / zero)) : 0;
  return (1 + rho) / (1 - rho);
}

function slopeOf(grid: Grid, level: Float64Array): TrendSummary['slope'] {
  const width = Math.ceil(level.length / PAIRED);
  const count = Math.floor(level.length / width);
  if (count < 3) return null;
  const x = Float64Array.from({ length: count }, (_, i) => ((i * width + (width - 1) / 2) * grid.stepMs) / DAY);
  const y = Float64Array.from({ length: count }, (_, i) => median(level.subarray(i * width, (i + 1) * width)));
  const memory = memoryOf(x, y);
  const slope = theilSen(x, y, memory);
  if (!slope) return null;
  return { perDay: slope.slope, low: slope.low, high: slope.high, p: mannKendall(y, memory).p, r2: leastSquares(x, y).r2 };
}

/** Running median of five: a lone outlier is no change of the level. */
const calm = (values: Float64Array): Float64Array => Float64Array.from(values, (_, i) => median(values.subarray(Math.max(0, i - 2), i + 3)));

function changesOf(grid: Grid, level: Float64Array): ChangePoint[] {
  const n = level.length;
  if (n < 20) return [];
  const smooth = calm(level);
  const x = Float64Array.from({ length: n }, (_, i) => i);
  const slope = theilSenOf(x, smooth);
  const flat = Float64Array.from(smooth, (v, i) => v - slope * i);
  const penalty = usualPenalty(level);
  const minSize = Math.max(5, Math.floor(n / 100));
  // A steady climb is no staircase: where a line explains the series more cheaply than steps do, the steps are looked for around the line.
  const steps = pelt(smooth, penalty, minSize);
  const around = pelt(flat, penalty, minSize);
  const isLine = total(flat, around, penalty) + penalty < total(smooth, steps, penalty);
  const ends = isLine ? around : steps;
  const out: ChangePoint[] = [];
  ends.slice(0, -1).forEach((end, k) => {
    const before = (isLine ? flat : level).subarray(Math.max(ends[k - 1] ?? 0, end - 200), end);
    const after = (isLine ? flat : level).subarray(end, Math.min(ends[k + 1] ?? n, end + 200));
    const test = compare(before, after);
    const back = isLine ? slope * end : 0;
    if (test && test.p < 0.01)
      out.push({ at: grid.start + end * grid.stepMs, before: median(before) + back, after: median(after) + back, confidence: 1 - test.p });
  });
  return out;
}

function theilSenOf(x: Float64Array, y: Float64Array): number {
  const every = Math.ceil(x.length / PAIRED);
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
