/** What comes next, with a band as wide as the method's own errors were when it was asked about the past. */
import { extrapolate, fitHoltWinters, smooth, startOf } from './holt-winters.ts';
import { at, quantileOf } from './numbers.ts';

export type Forecast = { values: Float64Array; low: Float64Array; high: Float64Array };

/** Share of coming values that the band is made to hold. */
export const COVERAGE = 0.9;
const LONGEST = 1500;
const ORIGINS = 24;

/**
 * @param values evenly spaced @param period steps in a season, 1 for none @param steps how far ahead
 * @returns null for fewer than 24 values or less than three seasons
 */
export function forecast(values: Float64Array, period: number, steps: number): Forecast | null {
  const past = values.subarray(Math.max(0, values.length - LONGEST));
  const n = past.length;
  if (n < 24 || n < 3 * period || steps < 1) return null;
  // The smoothing is chosen on the first half, so that the errors measured on the second are those of a stranger to it.
  const half = Math.max(Math.floor(n / 2), Math.min(n - 8, 2 * period + 4));
  const { smoothing } = fitHoltWinters(past.subarray(0, half), period);
  const start = startOf(past.subarray(0, half), period);
  const errors: number[][] = Array.from({ length: steps }, () => []);
  for (let k = 0; k < ORIGINS; k++) {
    const origin = half + Math.floor(((n - 1 - half) * k) / ORIGINS);
    const ahead = extrapolate(smooth(past.subarray(0, origin), smoothing, start).end, smoothing.phi, Math.min(steps, n - origin));
    ahead.forEach((told, h) => errors[h]?.push(Math.abs(at(past, origin + h) - told)));
  }
  const told = extrapolate(smooth(past, smoothing, start).end, smoothing.phi, steps);
  const positive = past.every((v) => v >= 0);
  const low = new Float64Array(steps);
  const high = new Float64Array(steps);
  let width = 0;
  for (let h = 0; h < steps; h++) {
    // Neighbouring horizons have nearly the same errors: together they are enough for a quantile.
    const near = errors
      .slice(Math.max(0, h - 2), h + 3)
      .flat()
      .sort((a, b) => a - b);
    const level = Math.min(1, (COVERAGE * (near.length + 1)) / Math.max(1, near.length));
    if (near.length >= 10) width = Math.max(width, quantileOf(near, level));
    low[h] = positive ? Math.max(0, at(told, h) - width) : at(told, h) - width;
    high[h] = at(told, h) + width;
    if (positive && at(told, h) < 0) told[h] = 0;
  }
  return { values: told, low, high };
}
