/** Chooses the step of a chart and the resolution it is read in, from the range, the points there is room for, and what is still kept. */
import { beginOfDay, dayOf, momentOf } from '#shared/lib/zone.ts';
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
  /** Start of the first step; a multiple of the step, or the first of `bounds`. */
  readonly first: number;
  /** Number of steps; 1 for a total alone. */
  readonly count: number;
  /** Place of the coarsest resolution that may be read everywhere; -1: samples only. */
  readonly level: number;
  /** Of each resolution, by its place, its steps inside which a step begins: what is longer than `level` is read but for these. */
  readonly torn: readonly ReadonlySet<number>[];
  /** Where each step begins and the last ends. Null: all are as long as `stepMs`. */
  readonly bounds: Float64Array | null;
  /** Whose days the steps are, or divide. Null: steps of the clock. */
  readonly days: Days | null;
};

export type Days = {
  readonly zone: string;
  /** False: stored steps lie across a midnight of the zone; such a step counts to the day it begins in. */
  readonly exact: boolean;
};

/** Start of one step, and how long it is. */
export function stepAt({ first, stepMs, bounds }: Steps, i: number): { at: number; ms: number } {
  if (!bounds) return { at: first + i * stepMs, ms: stepMs };
  const at = bounds[i] ?? first;
  return { at, ms: (bounds[i + 1] ?? at + stepMs) - at };
}

/**
 * @param most steps at most; 0 for a total alone, which is one step as long as the range
 * @param rawOnly reads samples even where longer steps would do, as long as they are kept
 * @param zone whose days steps of a day and longer are, further back than hours are kept those of UTC, as they are stored; and whose days steps
 *   of two hours and more divide, where its offset is whole hours
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
  if (most === 0) return { from, to, stepMs: to - from, first: from, count: 1, level: coarsest, torn: [], bounds: null, days: null };
  const ofZone = (ms: number): Float64Array | null => {
    if (zone === 'UTC' || ms <= H || unit === DAY) return null;
    if (ms >= DAY) return daysFrom(zone, from, to, ms / DAY);
    const bounds = partsFrom(zone, from, to, ms);
    return bounds.every((at) => at % H === 0) ? bounds : null;
  };
  const fits = (ms: number): boolean => {
    const count = Math.ceil(to / ms) - Math.floor(from / ms);
    // Begins in the zone lie off those of UTC: one step more or two may be needed.
    return ms >= unit && count <= most && (count <= most - 2 || (ofZone(ms)?.length ?? 0) - 1 <= most);
  };
  const stepMs = LADDER.find(fits) ?? Math.ceil((to - from) / Math.max(1, most - 1) / DAY) * DAY;
  const bounds = ofZone(stepMs);
  if (bounds) {
    const fitting = RESOLUTIONS.findLastIndex(({ ms }) => stepMs % ms === 0 && bounds.every((at) => at % ms === 0));
    const level = Math.min(Math.max(fitting, finest), coarsest);
    const longest = Math.min(
      RESOLUTIONS.findLastIndex(({ ms }) => ms < stepMs),
      coarsest,
    );
    const torn = longest > level ? RESOLUTIONS.slice(0, longest + 1).map(({ ms }) => acrossOf(bounds, ms)) : [];
    return { from, to, stepMs, first: bounds[0] ?? from, count: bounds.length - 1, level, torn, bounds, days: { zone, exact: fitting >= finest } };
  }
  const first = Math.floor(from / stepMs) * stepMs;
  const level = Math.min(
    RESOLUTIONS.findLastIndex(({ ms }) => stepMs % ms === 0),
    coarsest,
  );
  const days = stepMs >= DAY ? { zone: 'UTC', exact: true } : null;
  return { from, to, stepMs, first, count: Math.ceil((to - first) / stepMs), level, torn: [], bounds: null, days };
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

/** Begins of parts of days, from the part `from` is in, up to the first at or after `to`. Where the clock is changed a part is shorter or longer. */
function partsFrom(zone: string, from: number, to: number, length: number): Float64Array {
  const bounds: number[] = [];
  let day = dayOf(zone, from);
  for (let begin = beginOfDay(zone, day); ; day++) {
    const end = beginOfDay(zone, day + 1);
    for (let part = 0; part < DAY; part += length) {
      const at = end - begin === DAY ? begin + part : momentOf(zone, day * DAY + part);
      if (at <= from) bounds.length = 0;
      // A part that the zone left out begins with the next.
      if (at !== bounds.at(-1)) bounds.push(at);
      if (at >= to && bounds.length > 1) return Float64Array.from(bounds);
    }
    begin = end;
  }
}

/** The stored steps of a length inside which one of the bounds lies. */
const acrossOf = (bounds: Float64Array, ms: number): Set<number> => new Set([...bounds].flatMap((at) => (at % ms === 0 ? [] : [Math.floor(at / ms) * ms])));

const msOf = (level: number): number => RESOLUTIONS[level]?.ms ?? 1;

/** Place of the finest resolution that reaches back to a time; -1 when single samples do. */
function finestKept(from: number, now: number): number {
  if (from >= now - KEEP_RAW_MS) return -1;
  const place = RESOLUTIONS.findIndex(({ keepMs }) => from >= now - keepMs);
  return place < 0 ? RESOLUTIONS.length - 1 : place;
}
