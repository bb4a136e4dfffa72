/** Everything of the analytics the core needs, in one late import. */
import { fail, type Fault } from '#shared/lib/fault.ts';
import type { Query } from '#shared/domain/query.ts';
import { entries, isOfLedger } from './catalogue/index.ts';
import { isScope } from './ledger/answer.ts';

export { openMetrics } from './index.ts';
export { catalogue, entries, kindOf, readFrom } from './catalogue/index.ts';
export { Drainer } from './ingest/drainer.ts';
export { privateTags } from './ingest/private.ts';
export { createTrends } from './trend-thread/trends.ts';
export { answerFromLedger, isScope, scopeOf } from './ledger/answer.ts';

/** True for a query by session or task. */
export const wantsLedger = ({ where, by }: Query): boolean => by.some(isScope) || where.some(({ tag }) => isScope(tag));

/** Why a query cannot be answered whatever the data: METRIC_UNKNOWN, METRIC_TAG_UNKNOWN. */
export function unknownIn(query: Query): { readonly ok: false; readonly fault: Fault } | null {
  const entry = entries.find(({ name }) => name === query.metric);
  // What telemetry brings under names of its own is in no catalogue.
  if (!entry) return wantsLedger(query) ? notBySession(query.metric) : null;
  if (wantsLedger(query) && !isOfLedger(query.metric)) return notBySession(query.metric);
  return null;
}

const notBySession = (metric: string): { readonly ok: false; readonly fault: Fault } =>
  fail('METRIC_NOT_BY_SESSION', `${metric} is not told by session or task.`, {
    why: 'It is a measurement of the whole app, or came from outside.',
    fix: 'Take session and task out of the filter and the grouping.',
  });
