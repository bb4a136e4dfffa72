/** Periods: the ones offered, what they are called, and the period before. Times are milliseconds. */
import type { Range } from '#shared/domain/query.ts';
import { formatExact } from '#shared/lib/format.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const presets: readonly { readonly ms: number; readonly short: string; readonly name: string }[] = [
  { ms: 15 * MINUTE, short: '15 min', name: 'Last 15 minutes' },
  { ms: HOUR, short: '1 h', name: 'Last hour' },
  { ms: 6 * HOUR, short: '6 h', name: 'Last 6 hours' },
  { ms: DAY, short: '24 h', name: 'Last 24 hours' },
  { ms: 7 * DAY, short: '7 d', name: 'Last 7 days' },
  { ms: 30 * DAY, short: '30 d', name: 'Last 30 days' },
  { ms: 90 * DAY, short: '90 d', name: 'Last 90 days' },
  { ms: 365 * DAY, short: '1 y', name: 'Last year' },
];

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** How long a range is. */
export const lengthOf = (range: Range): number => (range.kind === 'last' ? range.ms : range.to - range.from);

/** A span in the words of the presets, else in its largest whole unit: `24 h`, `36 h`, `12 d`. */
export function spanText(ms: number): string {
  const preset = presets.find((one) => one.ms === ms);
  if (preset) return preset.short;
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} d`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)} h`;
  return ms >= 2 * MINUTE ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / 1000)} s`;
}

/** A fixed period: days alone when it begins and ends at midnight. */
export function periodText(from: number, to: number): string {
  const midnight = (at: number): boolean => new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0;
  if (midnight(from) && midnight(to)) {
    const last = to - DAY / 2;
    return day.format(from) === day.format(last) ? day.format(from) : `${day.format(from)} to ${day.format(last)}`;
  }
  return `${dayAndTime.format(from)} to ${dayAndTime.format(to)}`;
}

/** `last 24 h`, or the days of a fixed one. */
export const rangeText = (range: Range): string => (range.kind === 'last' ? `last ${spanText(range.ms)}` : periodText(range.from, range.to));

export type Compare = { readonly with: 'before' } | { readonly with: 'between'; readonly from: number; readonly to: number } | null;

/** How often a period beside a moving one is asked again: a hundredth of it, from 15 s to 10 min. */
export const refreshMs = (range: Range): number => Math.max(15_000, Math.min(10 * MINUTE, lengthOf(range) / 100));

/**
 * The period that stands beside another, as fixed times. Pure: the moment it is asked at is an argument, rounded so that it is not another
 * one at every second.
 */
export function besideOf(range: Range, compare: Compare, now: number): { from: number; to: number } | null {
  if (compare === null) return null;
  if (compare.with === 'between') return { from: compare.from, to: compare.to };
  const length = lengthOf(range);
  const round = refreshMs(range);
  const from = range.kind === 'last' ? Math.floor(now / round) * round - length : range.from;
  return { from: from - length, to: from };
}

/** `of` the period before it, in words: `the 24 h before`. */
export const besideText = (range: Range, compare: Compare): string =>
  compare === null ? '' : compare.with === 'before' ? `the ${spanText(lengthOf(range))} before` : periodText(compare.from, compare.to);

/** Text of a date and time field, local: `2026-11-23T14:05`. */
export function toField(at: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment a field holds; null while it holds none. */
export function fromField(text: string): number | null {
  const at = new Date(text).getTime();
  return Number.isFinite(at) ? at : null;
}

// Formatters are costly to make and cheap to use: axes are written many times a second.
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const timeWithSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit' });

/** A moment on the axis of a chart that shows this much time. */
export function tickText(at: number, span: number): string {
  if (span <= 10 * MINUTE) return timeWithSeconds.format(at);
  if (span <= 2 * DAY) return time.format(at);
  return (span <= 200 * DAY ? day : monthAndYear).format(at);
}

const STEPS = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000].map(
  (seconds) => seconds * 1000,
);

/** Moments for the axis: whole minutes, hours or days of the local clock, at most `most`. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const stepMs = STEPS.find((step) => (to - from) / step <= most) ?? STEPS.at(-1) ?? DAY;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil((from - offset) / stepMs) * stepMs + offset; at <= to; at += stepMs) ticks.push(at);
  return ticks;
}

/** For the crosshair and the table. */
export const momentText = formatExact;

export type Span = { readonly from: number; readonly to: number };

/** True while a span is as long as the one that is shown and has gone on from it by less than a pixel. */
export const isSteady = (shown: Span, now: Span, width: number): boolean =>
  now.to >= shown.to && now.to - now.from === shown.to - shown.from && (now.to - shown.to) * width < now.to - now.from;
