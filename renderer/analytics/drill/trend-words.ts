/** What the trend engine found, as words and as marks in a chart. Pure. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import type { Unit } from '#shared/domain/metric.ts';
import { formatExact } from '#shared/lib/format.ts';
import { spanText } from '../model/ranges.ts';
import { tellValue } from '#shared/lib/units.ts';
import type { Mark } from '../chart/time-frame.tsx';

/** Changes of level as lines, anomalies as spans. The strongest of each, so that the chart stays readable. */
export function marksOf(summary: Pick<TrendSummary, 'anomalies' | 'changePoints'>, most = 12): Mark[] {
  const anomalies = summary.anomalies.toSorted((a, b) => b.score - a.score).slice(0, most);
  const changes = summary.changePoints.toSorted((a, b) => b.confidence - a.confidence).slice(0, most);
  return [
    ...anomalies.map((one): Mark => ({ from: one.from, to: one.to, tone: 'wait', label: 'anomaly' })),
    ...changes.map((one): Mark => ({ from: one.at, to: one.at, tone: 'accent', label: 'change' })),
  ];
}

const signed = (unit: Unit, value: number): string => `${value < 0 ? '−' : '+'}${tellValue(unit, Math.abs(value))}`;

/** p as people write it. */
const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** The slope, and whether it is one: `+2.1k a day (+1.8k to +2.4k), p < 0.001`. */
export function slopeWords({ slope }: Pick<TrendSummary, 'slope'>, unit: Unit): { direction: string; detail: string } | null {
  if (!slope) return null;
  const sure = slope.low > 0 || slope.high < 0;
  const direction = !sure ? 'no clear direction' : slope.perDay > 0 ? 'rising' : 'falling';
  return { direction, detail: `${signed(unit, slope.perDay)} a day (${signed(unit, slope.low)} to ${signed(unit, slope.high)}, 95 %), ${pText(slope.p)}` };
}

export const seasonWords = ({ season }: Pick<TrendSummary, 'season'>): string =>
  season ? `every ${spanText(season.periodMs)}, strength ${Math.round(season.strength * 100)} %` : 'none found';

export const changeWords = ({ at, before, after, confidence }: TrendSummary['changePoints'][number], unit: Unit): string =>
  `${formatExact(at)}: from ${tellValue(unit, before)} to ${tellValue(unit, after)}, ${Math.round(confidence * 100)} % sure`;

/** All of it in sentences, for those who do not see the chart. */
export function summaryWords(summary: TrendSummary, unit: Unit): string[] {
  const slope = slopeWords(summary, unit);
  return [
    slope ? `Trend: ${slope.direction}, ${slope.detail}` : 'Trend: not enough data',
    `Season: ${seasonWords(summary)}`,
    ...summary.changePoints.map((one) => `Change: ${changeWords(one, unit)}`),
    ...summary.anomalies.map((one) => one.sentence),
  ];
}
