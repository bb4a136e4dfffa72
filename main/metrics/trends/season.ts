/** Finds the season of evenly spaced values: robust to a trend, to outliers and to noise. */
import { fft } from './fft.ts';

export type Period = { period: number; strength: number };

/** Autocorrelation at every lag from 0 to half the length, after clipping outliers; through the Fourier transform, O(n log n). */
export function autocorrelation(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  let size = 1;
  while (size < 2 * n) size *= 2;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] ?? 0) / n;
  for (let i = 0; i < n; i++) re[i] = (values[i] ?? 0) - mean;
  fft(re, im);
  for (let i = 0; i < size; i++) {
    re[i] = (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
    im[i] = 0;
  }
  fft(re, im);
  const lags = Math.floor(n / 2) + 1;
  const zero = re[0] ?? 0;
  const out = new Float64Array(lags);
  for (let lag = 0; lag < lags; lag++) out[lag] = zero > 0 ? (re[lag] ?? 0) / zero : 0;
  return out;
}

/** Clipped to the middle quantiles and freed of its line, so that neither a spike nor a trend passes for a season. */
function prepared(values: ArrayLike<number>): Float64Array | null {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const low = sorted[Math.floor(0.02 * n)] ?? 0;
  const high = sorted[Math.min(n - 1, Math.floor(0.98 * n))] ?? 0;
  if (!(high > low)) return null;
  const out = new Float64Array(n);
  let sx = 0;
  let sxy = 0;
  let sxx = 0;
  for (let i = 0; i < n; i++) {
    const v = Math.min(high, Math.max(low, values[i] ?? 0));
    out[i] = v;
    sx += v;
    const t = i - (n - 1) / 2;
    sxy += t * v;
    sxx += t * t;
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  for (let i = 0; i < n; i++) out[i] = (out[i] ?? 0) - sx / n - slope * (i - (n - 1) / 2);
  return out;
}

/**
 * The season in steps and its strength 0–1 (autocorrelation at it, corrected for the shorter overlap); null when there is none.
 * Needs two whole seasons. A multiple of the shortest season wins only when it explains clearly more (a week over a day).
 */
export function findPeriod(values: ArrayLike<number>): Period | null {
  const n = values.length;
  if (n < 16) return null;
  const clean = prepared(values);
  if (!clean) return null;
  const raw = autocorrelation(clean);
  const longest = Math.floor(n / 2);
  const acf = (lag: number): number => ((raw[lag] ?? 0) * n) / (n - lag);
  // Past the first valley: a slow series is like itself at short lags without any season.
  let start = 1;
  while (start < longest && acf(start) > 0) start++;
  const peaks: Period[] = [];
  for (let lag = Math.max(start, 3); lag < longest; lag++) {
    const a = acf(lag);
    if (a >= acf(lag - 1) && a >= acf(lag + 1) && a > limit(n, lag)) peaks.push({ period: lag, strength: Math.min(1, a) });
  }
  if (peaks.length === 0) return null;
  let top = 0;
  for (const p of peaks) if (n >= 2.5 * p.period) top = Math.max(top, p.strength);
  // The shortest that leaves not much more unexplained than the best: a day, unless weekends make the week clearly better.
  const first = peaks.find((p) => 1 - p.strength <= 1.6 * (1 - top) + 0.01);
  if (!first) return null;
  const cycles = n / first.period;
  // With few cycles seen a chance likeness is easy: ask for more.
  return cycles >= 2 && first.strength > (cycles < 3 ? 0.4 : 0.2) ? first : null;
}

const limit = (n: number, lag: number): number => Math.max(0.15, 3 / Math.sqrt(n - lag));
