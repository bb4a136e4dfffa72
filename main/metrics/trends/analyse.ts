/** Everything the trend engine says of one series of stored points. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import { Incidents } from './anomalies.ts';
import { changesOf } from './changes.ts';
import { forecast } from './forecast.ts';
import { gridOf, tidy, type Grid, type Point } from './grid.ts';
import { at, median } from './numbers.ts';
import { createScorer } from './scoring/scorer.ts';
import { findPeriod } from './season.ts';
import type { SeriesWords } from './sentences.ts';
import { leastSquares, mannKendall, theilSen } from './slope.ts';
import { stl } from './stl.ts';

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
  summary.changePoints = changesOf(grid, level, period);
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
