/** Chooses the step of a chart and the resolution it is read in, from the range, the points there is room for, and what is still kept. */
import { beginOfDay, dayOf } from '#shared/lib/zone.ts';
import { DAY, KEEP_RAW_MS, RESOLUTIONS } from '../storage/limits.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
/** Lengths people read; each from a minute on is a multiple of a stored resolution. */
const LADDER = [
  S,
  2 * S,
  5 * S,
  10 * S,
  15 * S,
  30 * S,
  M,
  2 * M,
  5 * M,
  10 * M,
  15 * M,
  30 * M,
  H,
  2 * H,
  3 * H,
  6 * H,
  12 * H,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

export type Steps = {
  /** The range; where single samples are no longer kept, its ends are moved to those of steps that are. */
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  /** Start of the first step; a multiple of the step, or the beginning of a day. */
  readonly first: number;
  /** Number of steps; 1 for a total alone. */
  readonly count: number;
  /** Place of the coarsest resolution that may be read; -1: samples only. */
  readonly level: number;
  /** Steps of whole days: where each begins and the last ends, and whose days they are. Null: all are as long as `stepMs`. */
  readonly days: Days | null;
};

export type Days = {
  readonly zone: string;
  readonly bounds: Float64Array;
  /** False: stored steps lie across a midnight of the zone; such a step counts to the day it begins in. */
  readonly exact: boolean;
};

/** Start of one step, and how long it is. */
export function stepAt({ first, stepMs, days }: Steps, i: number): { at: number; ms: number } {
  if (!days) return { at: first + i * stepMs, ms: stepMs };
  const at = days.bounds[i] ?? first;
  return { at, ms: (days.bounds[i + 1] ?? at + stepMs) - at };
}

/**
 * @param most steps at most; 0 for a total alone, which is one step as long as the range
 * @param rawOnly reads samples even where longer steps would do, as long as they are kept
 * @param zone whose days steps of a day and longer are; further back than hours are kept they are those of UTC, as they are stored
 */
export function chooseSteps(range: { readonly from: number; readonly to: number }, most: number, now: number, rawOnly = false, zone = 'UTC'): Steps {
  const finest = finestKept(range.from, now);
  const unit = msOf(finest);
  // A stored step belongs to the range it begins in: then ranges side by side share none.
  const endUnit = msOf(finestKept(range.to, now));
  const to = Math.ceil(range.to / endUnit) * endUnit;
  const begin = Math.ceil(range.from / unit) * unit;
  const from = begin < to ? begin : Math.floor(range.from / unit) * unit;
  const coarsest = rawOnly && finest < 0 ? -1 : RESOLUTIONS.length - 1;
  if (most === 0) return { from, to, stepMs: to - from, first: from, count: 1, level: coarsest, days: null };
  // Days of the zone lie up to half a day off those of UTC: one step more may be needed.
  const fits = (ms: number): boolean => ms >= unit && Math.ceil(to / ms) - Math.floor(from / ms) <= most - (ms >= DAY && zone !== 'UTC' && most > 1 ? 1 : 0);
  const stepMs = LADDER.find(fits) ?? Math.ceil((to - from) / Math.max(1, most - 1) / DAY) * DAY;
  if (stepMs >= DAY && unit < DAY && zone !== 'UTC') {
    const bounds = daysFrom(zone, from, to, stepMs / DAY);
    const fitting = RESOLUTIONS.findLastIndex(({ ms }) => bounds.every((at) => at % ms === 0));
    const level = Math.min(Math.max(fitting, finest), coarsest);
    return { from, to, stepMs, first: bounds[0] ?? from, count: bounds.length - 1, level, days: { zone, bounds, exact: fitting >= finest } };
  }
  const first = Math.floor(from / stepMs) * stepMs;
  const level = RESOLUTIONS.findLastIndex(({ ms }) => stepMs % ms === 0);
  const days =
    stepMs >= DAY
      ? { zone: 'UTC', bounds: Float64Array.from({ length: Math.ceil((to - first) / stepMs) + 1 }, (_, i) => first + i * stepMs), exact: true }
      : null;
  return { from, to, stepMs, first, count: Math.ceil((to - first) / stepMs), level: Math.min(level, coarsest), days };
}

/** Begins of every `length`-th day from the one `from` is in, up to the first at or after `to`. */
function daysFrom(zone: string, from: number, to: number, length: number): Float64Array {
  const bounds: number[] = [];
  for (let day = Math.floor(dayOf(zone, from) / length) * length; ; day += length) {
    const at = beginOfDay(zone, day);
    // A day that the zone left out begins with the next.
    if (at !== bounds.at(-1)) bounds.push(at);
    if (at >= to && bounds.length > 1) return Float64Array.from(bounds);
  }
}

const msOf = (level: number): number => RESOLUTIONS[level]?.ms ?? 1;

/** Place of the finest resolution that reaches back to a time; -1 when single samples do. */
function finestKept(from: number, now: number): number {
  if (from >= now - KEEP_RAW_MS) return -1;
  const place = RESOLUTIONS.findIndex(({ keepMs }) => from >= now - keepMs);
  return place < 0 ? RESOLUTIONS.length - 1 : place;
}
