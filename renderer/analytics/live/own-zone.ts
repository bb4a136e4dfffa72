/** Days are those of the person who looks, wherever the core runs. */
import type { Answer, Query } from '#shared/domain/query.ts';
import { systemZone } from '#shared/lib/zone.ts';

export const inOwnZone = (query: Query): Query => ({ ...query, zone: query.zone ?? systemZone() });

/** What has to be said of the days of a chart: nothing when they are exactly one's own. */
export function daysText({ days }: Pick<Answer, 'days'>): string {
  if (!days) return '';
  if (days.zone !== systemZone()) return `, days of ${days.zone}`;
  return days.exact ? '' : ', days to the hour';
}
