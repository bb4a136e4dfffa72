/** What the trend engine found, in sentences. Pure. */
import type { Unit } from '#shared/domain/metric.ts';
import type { TrendSummary } from '#shared/domain/trend.ts';
import { formatExact, formatWhole } from '#shared/lib/format.ts';
import { tellValue } from '#shared/lib/units.ts';
import { NOT_ENOUGH } from './report.ts';

/** A direction is told when chance would show one like it less often than this. */
const CHANCE = 0.05;
const MOST = 3;

export function trendSentences(title: string, unit: Unit, { n, slope, changePoints, anomalies }: TrendSummary, zone?: string): string[] {
  if (slope === null) return n === 0 ? [] : [`${title.replace(/,$/, '')}: ${NOT_ENOUGH} for a trend (n = ${formatWhole(n)}).`];
  const print = (value: number): string => tellValue(unit, value);
  const interval = `95 %: ${print(slope.low)} to ${print(slope.high)}, n = ${formatWhole(n)}`;
  const direction =
    slope.p < CHANCE && slope.perDay !== 0
      ? `${slope.perDay > 0 ? 'rises' : 'falls'} by ${print(Math.abs(slope.perDay))} a day (${interval}).`
      : `shows no clear direction (${interval}).`;
  const changes = changePoints
    .slice(0, MOST)
    .map(({ at, before, after }) => `${title} went from ${print(before)} to ${print(after)} at ${formatExact(at, zone)}.`);
  const unusual = anomalies
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ sentence }) => `${title.replace(/,$/, '')}: ${sentence}`);
  return [`${title} ${direction}`, ...changes, ...unusual];
}
