/** Charts that watch a level: CUSUM around a target, Page–Hinkley around the mean so far. Both restart after an alarm. */
import { at } from './numbers.ts';

export type Cusum = { up: Float64Array; down: Float64Array; alarms: number[] };

/** @param slack and threshold in standard deviations `sigma`; the usual pair is 0.5 and 5 */
export function cusum(values: ArrayLike<number>, options: { target: number; sigma: number; slack?: number; threshold?: number }): Cusum {
  const { target, sigma, slack = 0.5, threshold = 5 } = options;
  const up = new Float64Array(values.length);
  const down = new Float64Array(values.length);
  const alarms: number[] = [];
  let high = 0;
  let low = 0;
  for (let i = 0; i < values.length; i++) {
    const z = (at(values, i) - target) / sigma;
    high = Math.max(0, high + z - slack);
    low = Math.max(0, low - z - slack);
    up[i] = high;
    down[i] = low;
    if (high > threshold || low > threshold) {
      alarms.push(i);
      high = 0;
      low = 0;
    }
  }
  return { up, down, alarms };
}

/** Rise of the mean (negate the values for a fall). @param delta rise that is tolerated @param threshold sum of the excess that alarms; both in units of the values */
export function pageHinkley(values: ArrayLike<number>, options: { delta: number; threshold: number }): { statistic: Float64Array; alarms: number[] } {
  const statistic = new Float64Array(values.length);
  const alarms: number[] = [];
  let n = 0;
  let mean = 0;
  let sum = 0;
  let lowest = 0;
  for (let i = 0; i < values.length; i++) {
    n++;
    mean += (at(values, i) - mean) / n;
    sum += at(values, i) - mean - options.delta;
    lowest = Math.min(lowest, sum);
    statistic[i] = sum - lowest;
    if (sum - lowest > options.threshold) {
      alarms.push(i);
      n = 0;
      mean = 0;
      sum = 0;
      lowest = 0;
    }
  }
  return { statistic, alarms };
}
