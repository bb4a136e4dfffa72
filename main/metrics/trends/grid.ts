/** Brings points of any spacing onto even steps, which seasons, forecasts and change points need. */
import { at, median } from './numbers.ts';

/** `[at, value]`; `at` in milliseconds since the epoch. A value that is null or no finite number is a missing one. */
export type Point = readonly [number, number | null];

/** No measurement is larger; squares of larger ones would leave the range of numbers. */
const LARGEST = 1e60;

export type Grid = {
  /** Start of the first step. */ start: number;
  stepMs: number;
  /** Median of each step; steps without a value lie on the line between their neighbours. */ values: Float64Array;
  /** Share of steps that had a value. */ filled: number;
};

/** Points with a value, in the order of time; of several at one moment their median. */
export function tidy(points: readonly Point[]): { times: Float64Array; values: Float64Array } {
  const usable: [number, number][] = [];
  for (const [time, value] of points) if (value !== null && Math.abs(value) <= LARGEST && Number.isFinite(time)) usable.push([time, value]);
  usable.sort((a, b) => a[0] - b[0]);
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < usable.length;) {
    const time = usable[i]?.[0] ?? 0;
    let end = i + 1;
    while (end < usable.length && usable[end]?.[0] === time) end++;
    times.push(time);
    values.push(median(usable.slice(i, end).map(([, v]) => v)));
    i = end;
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}

/** Even steps as wide as the usual distance of the points, wider when there would be more than `most`. Null for fewer than three moments. */
export function gridOf(times: Float64Array, values: Float64Array, most: number): Grid | null {
  const n = times.length;
  if (n < 3) return null;
  const start = at(times, 0);
  const span = at(times, n - 1) - start;
  const gaps = new Float64Array(n - 1);
  for (let i = 1; i < n; i++) gaps[i - 1] = at(times, i) - at(times, i - 1);
  const usual = Math.max(median(gaps), span / 1e7);
  const factor = Math.max(1, Math.ceil((span / usual + 1) / most));
  const stepMs = usual * factor;
  const count = Math.floor(span / stepMs + 0.5) + 1;
  const out = new Float64Array(count).fill(Number.NaN);
  let filled = 0;
  for (let i = 0; i < n;) {
    const slot = Math.round((at(times, i) - start) / stepMs);
    let end = i + 1;
    while (end < n && Math.round((at(times, end) - start) / stepMs) === slot) end++;
    out[slot] = median(values.subarray(i, end));
    filled++;
    i = end;
  }
  let last = 0;
  for (let i = 1; i < count; i++) {
    if (Number.isNaN(at(out, i))) continue;
    for (let k = last + 1; k < i; k++) out[k] = at(out, last) + ((at(out, i) - at(out, last)) * (k - last)) / (i - last);
    last = i;
  }
  return { start, stepMs, values: out.subarray(0, last + 1), filled: filled / count };
}
