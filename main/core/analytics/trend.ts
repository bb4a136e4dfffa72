/** Trends of a query's answer and of a file of the user's own. */
import type { Unit } from '#shared/domain/metric.ts';
import type { Query, Range } from '#shared/domain/query.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { endOfStep } from '#shared/lib/zone.ts';
import type { Analysed, Scored } from '#metrics/trend-thread/trends.ts';
import type { Analytics } from './analytics.ts';

/** Points a trend is told from, at most. */
const POINTS = 2000;

type Line = [number, number | null][];

/** The first series of the answer, the whole when it is not grouped: a trend is of one line. */
export async function trendOfQuery(analytics: Analytics, { query, baseline }: { query: Query; baseline?: Range | undefined }): Promise<Result<Analysed>> {
  const opened = await analytics.open();
  if (!opened.ok) return opened;
  const { trends, parts } = opened.value;
  const line = async (range: Range): Promise<Result<{ points: Line; unit: Unit }>> => {
    const answer = await analytics.query({ ...query, range, points: query.points > 0 ? Math.min(POINTS, query.points) : POINTS, limit: 1 });
    if (!answer.ok) return answer;
    // A step that has not ended would look like a fall.
    const { series, to, stepMs, days, unit } = answer.value;
    const points = series[0]?.points ?? [];
    return ok({ unit, points: stepMs > 0 ? points.filter(([at]) => endOfStep(at, stepMs, days?.zone ?? null) <= to) : points });
  };
  const now = await line(query.range);
  if (!now.ok) return now;
  const before = baseline === undefined ? null : await line(baseline);
  if (before !== null && !before.ok) return before;
  const better = parts.entries.find(({ name }) => name === query.metric)?.better ?? null;
  return trends.analyse({ ...now.value, zone: query.zone, baseline: before?.value.points ?? null, better });
}

export async function trendOf(analytics: Analytics, csv: string): Promise<Result<Scored>> {
  const opened = await analytics.open();
  if (!opened.ok) return opened;
  const scored = await opened.value.trends.score(csv);
  if (!scored.ok || scored.value.points.length > 0) return scored;
  return fail('SERIES_UNREADABLE', 'The text has no row with a timestamp and a value.', { fix: 'Give rows of timestamp,value, with or without a header.' });
}
