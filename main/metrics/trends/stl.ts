/** Splits evenly spaced values into trend, season and rest: STL (Cleveland, Cleveland, McRae, Terpenning 1990), robust against outliers when asked. */
import { loess, loessAt } from './loess.ts';
import { at, quantileOf } from './numbers.ts';

export type Parts = { trend: Float64Array; season: Float64Array; rest: Float64Array };
export type StlOptions = {
  /** Width of the seasonal smoother in cycles, odd. */ seasonal?: number;
  robust?: boolean;
  /** Rounds in which outliers lose their weight; 15 when absent. */ rounds?: number;
};

const odd = (v: number): number => {
  const up = Math.ceil(v);
  return up % 2 === 1 ? up : up + 1;
};

/** @param period steps in a season, 2 at least; the values must hold two whole seasons */
export function stl(values: ArrayLike<number>, period: number, options: StlOptions = {}): Parts {
  const n = values.length;
  const seasonal = options.seasonal ?? 13;
  const robust = options.robust ?? true;
  const trendSpan = odd((1.5 * period) / (1 - 1.5 / seasonal));
  const lowSpan = odd(period + 1);
  let trend: Float64Array = new Float64Array(n);
  const season = new Float64Array(n);
  let weights: Float64Array | null = null;
  for (let outer = 0; outer <= (robust ? (options.rounds ?? 15) : 0); outer++) {
    for (let inner = 0; inner < (robust ? 2 : 5); inner++) {
      const cycle = cycleSmooth(
        Float64Array.from(values, (v, i) => v - at(trend, i)),
        period,
        seasonal,
        weights,
      );
      const low = loess(movingMean(movingMean(movingMean(cycle, period), period), 3), lowSpan, null);
      for (let i = 0; i < n; i++) season[i] = at(cycle, period + i) - at(low, i);
      trend = loess(
        Float64Array.from(values, (v, i) => v - at(season, i)),
        trendSpan,
        weights,
      );
    }
    weights = bisquare(Float64Array.from(values, (v, i) => Math.abs(v - at(trend, i) - at(season, i))));
  }
  return { trend, season, rest: Float64Array.from(values, (v, i) => v - at(trend, i) - at(season, i)) };
}

/** Each phase smoothed over its cycles and carried one cycle further at both ends: `2 × period` longer than the values. */
function cycleSmooth(values: Float64Array, period: number, span: number, weights: Float64Array | null): Float64Array {
  const n = values.length;
  const out = new Float64Array(n + 2 * period);
  for (let phase = 0; phase < period; phase++) {
    const k = Math.floor((n - phase - 1) / period) + 1;
    const y = Float64Array.from({ length: k }, (_, c) => at(values, phase + c * period));
    const w = weights ? Float64Array.from({ length: k }, (_, c) => at(weights, phase + c * period)) : null;
    const smooth = loess(y, span, w);
    const before = loessAt(y, span, -1, 0, Math.min(span, k) - 1, w);
    const after = loessAt(y, span, k, Math.max(0, k - span), k - 1, w);
    out[phase] = Number.isNaN(before) ? at(smooth, 0) : before;
    for (let c = 0; c < k; c++) out[phase + (c + 1) * period] = at(smooth, c);
    out[phase + (k + 1) * period] = Number.isNaN(after) ? at(smooth, k - 1) : after;
  }
  return out;
}

function movingMean(values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length - length + 1);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += at(values, i);
    if (i >= length) sum -= at(values, i - length);
    if (i >= length - 1) out[i - length + 1] = sum / length;
  }
  return out;
}

/** Weight 1 for what fits, falling to 0 at six times the median deviation. */
function bisquare(deviations: Float64Array): Float64Array {
  const six = 6 * quantileOf(deviations.slice().sort(), 0.5);
  return deviations.map((r) => (r <= 0.001 * six ? 1 : r <= 0.999 * six ? (1 - (r / six) ** 2) ** 2 : 0));
}
