/** The values a tag had in a range, for filters. */
import type { Range } from '#shared/domain/query.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { Analytics } from './analytics.ts';

const MOST = 100;

export async function tagValuesOf(
  analytics: Analytics,
  { metric, tag, range }: { metric: string; tag: string; range: Range },
): Promise<Result<{ values: string[]; more: boolean }>> {
  const opened = await analytics.open();
  if (!opened.ok) return opened;
  const values = new Set<string>();
  let more = false;
  for (const part of opened.value.parts.readFrom(metric)) {
    const answer = await analytics.query({ metric: part, aggregate: 'count', where: [], by: [tag], range, points: 0, limit: MOST });
    if (!answer.ok) return answer;
    for (const { tags } of answer.value.series) values.add(tags[tag] ?? '');
    more ||= answer.value.dropped > 0;
  }
  values.delete('');
  const sorted = [...values].toSorted((a, b) => (a < b ? -1 : 1));
  return ok({ values: sorted.slice(0, MOST), more: more || sorted.length > MOST });
}
