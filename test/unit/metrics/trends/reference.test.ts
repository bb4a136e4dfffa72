/** Every trend method against values that SciPy, statsmodels, ruptures and pyMannKendall computed (test/fixtures/trends/reference.json holds them, their versions and the script). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { pelt } from '../../../../main/metrics/trends/change-points.ts';
import { compare } from '../../../../main/metrics/trends/compare.ts';
import { cusum, pageHinkley } from '../../../../main/metrics/trends/control.ts';
import { extrapolate, fitHoltWinters, smooth } from '../../../../main/metrics/trends/holt-winters.ts';
import { autocorrelation } from '../../../../main/metrics/trends/season.ts';
import { leastSquares, mannKendall, theilSen } from '../../../../main/metrics/trends/slope.ts';
import { ewma } from '../../../../main/metrics/trends/smoothing.ts';
import { stl } from '../../../../main/metrics/trends/stl.ts';

const values = z.array(z.number());
const Reference = z.object({
  slopes: z.array(
    z.object({
      name: z.string(),
      values,
      theilSen: z.object({ slope: z.number(), intercept: z.number(), low: z.number(), high: z.number() }),
      mannKendall: z.object({ s: z.number(), varS: z.number(), z: z.number(), p: z.number(), tau: z.number() }),
      r2: z.number(),
      leastSquares: z.object({ slope: z.number(), intercept: z.number() }),
    }),
  ),
  ewma: z.object({ values, alpha: z.number(), level: values }),
  holtWinters: z.object({
    values,
    period: z.number(),
    alpha: z.number(),
    beta: z.number(),
    gamma: z.number(),
    level: z.number(),
    trend: z.number(),
    cases: z.array(z.object({ damped: z.boolean(), phi: z.number(), fitted: values, forecast: values, sse: z.number() })),
    bestSse: z.number(),
  }),
  stl: z.object({ period: z.number(), cases: z.array(z.object({ robust: z.boolean(), values, trend: values, seasonal: values })) }),
  acf: z.object({ values, lags: values }),
  pelt: z.array(z.object({ name: z.string(), values, penalty: z.number(), minSize: z.number(), ends: values })),
  cusum: z.object({ values, target: z.number(), sigma: z.number(), slack: z.number(), threshold: z.number(), up: values, down: values, alarms: values }),
  pageHinkley: z.object({ values, delta: z.number(), threshold: z.number(), statistic: values, alarms: values }),
  compare: z.object({ before: values, after: values, u: z.number(), p: z.number(), shift: z.number() }),
});
const reference = Reference.parse(JSON.parse(readFileSync(path.resolve('test/fixtures/trends/reference.json'), 'utf8')));

/** All values equal within a part in a hundred million of their size. */
function near(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-8): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...expected.map((e, i) => Math.abs((actual[i] ?? Number.NaN) - e) / Math.max(1, Math.abs(e))));
  expect(worst).toBeLessThan(tolerance);
}

test.each(reference.slopes)('slope, interval and test of $name', (known) => {
  const x = known.values.map((_, i) => i);
  const slope = theilSen(x, known.values);
  expect(slope).not.toBeNull();
  if (!slope) return;
  near([slope.slope, slope.intercept, slope.low, slope.high], [known.theilSen.slope, known.theilSen.intercept, known.theilSen.low, known.theilSen.high]);
  const trend = mannKendall(known.values);
  near([trend.s, trend.variance, trend.z, trend.tau], [known.mannKendall.s, known.mannKendall.varS, known.mannKendall.z, known.mannKendall.tau]);
  // The reference takes p as 1 − cdf, which has no more than sixteen digits.
  expect(Math.abs(trend.p - known.mannKendall.p)).toBeLessThan(1e-8 * known.mannKendall.p + 1e-15);
  const line = leastSquares(x, known.values);
  near([line.slope, line.intercept, line.r2], [known.leastSquares.slope, known.leastSquares.intercept, known.r2]);
});

test('exponential smoothing', () => near(ewma(reference.ewma.values, reference.ewma.alpha), reference.ewma.level));

test.each(reference.holtWinters.cases)('Holt–Winters, damped: $damped', (known) => {
  const { values, period, alpha, beta, gamma, level, trend } = reference.holtWinters;
  const fit = smooth(values, { alpha, beta, gamma, phi: known.phi }, { level, trend, season: new Float64Array(period) });
  near(fit.fitted, known.fitted);
  near([fit.sse], [known.sse]);
  // statsmodels 0.15 takes the last phase of the forecast's season from one cycle earlier than the formulas say: that phase is left out.
  const usable = (ahead: ArrayLike<number>): number[] => Array.from(ahead).filter((_, h) => (h + 1) % period !== 0);
  near(usable(extrapolate(fit.end, known.phi, known.forecast.length)), usable(known.forecast));
});

test('the smoothing that is looked for comes near the best that an optimiser finds', () => {
  const { values, period, bestSse } = reference.holtWinters;
  expect(fitHoltWinters(values, period).sse).toBeLessThan(3 * bestSse);
});

test.each(reference.stl.cases)('STL, robust: $robust', (known) => {
  const parts = stl(known.values, reference.stl.period, { seasonal: 13, robust: known.robust });
  near(parts.trend, known.trend, 1e-6);
  near(parts.season, known.seasonal, 1e-6);
});

test('autocorrelation', () => near(autocorrelation(reference.acf.values).slice(0, reference.acf.lags.length), reference.acf.lags));

test.each(reference.pelt)('change points of $name', (known) => {
  expect(pelt(known.values, known.penalty, known.minSize)).toEqual(known.ends);
});

test('CUSUM', () => {
  const { values, up, down, alarms, ...options } = reference.cusum;
  const chart = cusum(values, options);
  near(chart.up, up);
  near(chart.down, down);
  expect(chart.alarms).toEqual(alarms);
});

test('Page–Hinkley', () => {
  const { values, statistic, alarms, ...options } = reference.pageHinkley;
  const chart = pageHinkley(values, options);
  near(chart.statistic, statistic);
  expect(chart.alarms).toEqual(alarms);
});

test('Mann–Whitney and the shift between two stretches', () => {
  const { before, after, u, p, shift } = reference.compare;
  const found = compare(before, after);
  expect(found).not.toBeNull();
  if (!found) return;
  near([found.u, found.shift], [u, shift]);
  expect(found.p / p).toBeCloseTo(1, 6);
});
