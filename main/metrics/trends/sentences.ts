/** What was found in a series, in sentences: values with the unit of the series, or as plain figures where nobody said one. Pure. */
import type { Unit } from '#shared/domain/metric.ts';
import { formatExact } from '#shared/lib/format.ts';
import { tellValue } from '#shared/lib/units.ts';
import type { EvidenceKind } from './scoring/evidence.ts';

/** Null: a series of the user's own, without a unit. */
export type SeriesUnit = Unit | null;
/** How values and moments of a series are said: times in the zone, in UTC where none is given. */
export type SeriesWords = { readonly unit: SeriesUnit; readonly zone?: string | undefined };

/** What an incident was like. `from` and `to` are milliseconds since the epoch. */
export type Told = {
  readonly reason: EvidenceKind | undefined;
  readonly from: number;
  readonly to: number;
  readonly expected: number;
  readonly actual: number;
  readonly count: number;
};

function when(time: number, zone: string | undefined): string {
  if (Math.abs(time) > 8.64e15) return String(time);
  return zone === undefined ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC` : formatExact(time, zone);
}

/** Four significant digits, without an exponent where a person would not use one. */
function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2);
  return String(Number(value.toPrecision(size >= 1e4 ? 6 : 4)));
}

const print = (unit: SeriesUnit, value: number): string => (unit === null ? figure(value) : tellValue(unit, value));
const isShare = (unit: SeriesUnit): boolean => unit === 'ratio' || unit === 'percent';

/** The size of a difference: between two shares it is in points, not in percent of something. */
function difference(unit: SeriesUnit, size: number): string {
  if (!isShare(unit)) return print(unit, size);
  return `${figure(Math.round(size * (unit === 'ratio' ? 1000 : 10)) / 10)} points`;
}

/** `+40 s, +33 %`; without the share where that says nothing. */
function change(unit: SeriesUnit, expected: number, actual: number): string {
  const moved = actual - expected;
  const share = Math.abs(expected) > 1e-12 ? Math.abs(moved / expected) : Infinity;
  const sign = moved >= 0 ? '+' : '−';
  const size = `${sign}${difference(unit, Math.abs(moved))}`;
  return share < 10 && !isShare(unit) ? `${size}, ${sign}${Math.round(share * 100)} %` : size;
}

/** What changed, when, by how much. */
export function anomalySentence({ unit, zone }: SeriesWords, { reason, from, to, expected, actual, count }: Told): string {
  const time = to > from ? `From ${when(from, zone)} to ${when(to, zone)}` : `At ${when(from, zone)}`;
  const moved = `${print(unit, actual)} where ${print(unit, expected)} was usual (${change(unit, expected, actual)})`;
  if (reason === 'stuck') return `${time} the value did not move any more: ${print(unit, actual)} over ${count} values.`;
  if (reason?.startsWith('noise') || reason === 'calm')
    return `${time} the values became ${reason.endsWith('up') ? 'far more restless' : 'unusually calm'}: middle ${moved}.`;
  // Below what is usual for the hour and yet above the values just before: the level alone does not tell it.
  const isPlain = actual >= expected === (reason?.endsWith('up') ?? true);
  if (reason?.startsWith('level') && isPlain) return `${time} the level moved ${reason.endsWith('up') ? 'up' : 'down'}: ${moved}.`;
  if (reason?.endsWith('shape') || reason?.startsWith('level')) return `${time} the course was unlike any before: ${moved}.`;
  return `${time} the value ${actual >= expected ? 'rose' : 'fell'} ${reason?.startsWith('season') ? 'away from the same time in earlier cycles' : 'sharply'}: ${moved}.`;
}

/** Medians of two stretches and the shift between them; `isClear` when chance would hardly make it. */
export function shiftSentence(unit: SeriesUnit, before: number, after: number, shift: number, isClear: boolean): string {
  if (!isClear) return `No clear difference: middle value ${print(unit, before)} before, ${print(unit, after)} now.`;
  const sign = shift > 0 ? '+' : '−';
  const share = before !== 0 && !isShare(unit) ? ` (${sign}${Math.round(Math.abs(shift / before) * 100)} %)` : '';
  return `The middle value went from ${print(unit, before)} to ${print(unit, after)}, a shift of ${sign}${difference(unit, Math.abs(shift))}${share}.`;
}
