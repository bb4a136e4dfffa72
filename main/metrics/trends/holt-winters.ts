/** Holt–Winters with an additive season and an additive trend that may be damped; period 1 leaves the season out. */
import { at, mean } from './numbers.ts';

export type Smoothing = { alpha: number; beta: number; gamma: number; phi: number };
export type State = { level: number; trend: number; /** One value for each phase, the next one first. */ season: Float64Array };
export type Fit = { smoothing: Smoothing; fitted: Float64Array; sse: number; end: State };

/** Runs the recursions over the values from a known start. Values that are NaN are taken as foretold. */
export function smooth(values: ArrayLike<number>, smoothing: Smoothing, start: State): Fit {
  const { alpha, beta, gamma, phi } = smoothing;
  const period = start.season.length;
  const season = start.season.slice();
  const fitted = new Float64Array(values.length);
  let { level, trend } = start;
  let sse = 0;
  for (let i = 0; i < values.length; i++) {
    const phase = i % period;
    const usual = at(season, phase);
    const base = level + phi * trend;
    fitted[i] = base + usual;
    const value = at(values, i);
    if (Number.isNaN(value)) {
      level = base;
      trend *= phi;
      continue;
    }
    sse += (value - base - usual) ** 2;
    const next = alpha * (value - usual) + (1 - alpha) * base;
    trend = beta * (next - level) + (1 - beta) * phi * trend;
    season[phase] = gamma * (value - base) + (1 - gamma) * usual;
    level = next;
  }
  const turned = Float64Array.from(season, (_, k) => at(season, (values.length + k) % period));
  return { smoothing, fitted, sse, end: { level, trend, season: turned } };
}

/** The values that follow, `steps` of them. */
export function extrapolate(end: State, phi: number, steps: number): Float64Array {
  const out = new Float64Array(steps);
  let weight = 0;
  let power = 1;
  for (let h = 0; h < steps; h++) {
    power *= phi;
    weight += power;
    out[h] = end.level + weight * end.trend + at(end.season, h % end.season.length);
  }
  return out;
}

/** A start from the values themselves: level and trend of the first seasons, phases around their mean. */
export function startOf(values: ArrayLike<number>, period: number): State {
  const cycles = Math.min(4, Math.floor(values.length / period));
  const season = new Float64Array(period);
  if (period === 1 || cycles < 2) {
    const head = Math.min(values.length, 10);
    const first = mean(Float64Array.from({ length: head }, (_, i) => at(values, i)));
    return { level: first, trend: 0, season };
  }
  const means = Array.from({ length: cycles }, (_, c) => mean(Float64Array.from({ length: period }, (_, k) => at(values, c * period + k))));
  const trend = (at(means, cycles - 1) - at(means, 0)) / ((cycles - 1) * period);
  for (let k = 0; k < period; k++) {
    for (let c = 0; c < cycles; c++) season[k] = at(season, k) + (at(values, c * period + k) - at(means, c) - trend * (k - (period - 1) / 2)) / cycles;
  }
  return { level: at(means, 0) - (trend * (period + 1)) / 2, trend, season };
}

const candidates: readonly Smoothing[] = [0.05, 0.2, 0.5, 0.9].flatMap((alpha) =>
  [0, 0.02, 0.1].flatMap((beta) => [0.05, 0.25].flatMap((gamma) => [0.9, 0.98].map((phi) => ({ alpha, beta, gamma, phi })))),
);

/** The smoothing with the smallest squared error one step ahead: a coarse grid, then ever smaller steps around its best. Damped trend. */
export function fitHoltWinters(values: ArrayLike<number>, period: number): Fit {
  const start = startOf(values, period);
  let best = smooth(values, { alpha: 0.2, beta: 0.02, gamma: 0.1, phi: 0.98 }, start);
  const attempt = (smoothing: Smoothing): void => {
    const fit = smooth(values, smoothing, start);
    if (fit.sse < best.sse) best = fit;
  };
  for (const smoothing of candidates) attempt(smoothing);
  const inside = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));
  for (const step of [0.1, 0.05, 0.02, 0.01]) {
    for (const sign of [1, -1]) {
      const from = best.smoothing;
      attempt({ ...from, alpha: inside(from.alpha + sign * step, 0.005, 0.995) });
      attempt({ ...from, beta: inside(from.beta + sign * step * 0.5, 0, 0.5) });
      attempt({ ...from, gamma: inside(from.gamma + sign * step, 0, 0.9) });
      attempt({ ...from, phi: inside(from.phi + sign * step * 0.2, 0.8, 0.995) });
    }
  }
  return best;
}
