/** Everything of the analytics the core needs, in one late import. */
import { fail, type Fault } from '#shared/lib/fault.ts';
import type { Query } from '#shared/domain/query.ts';
import { catalogue, entries, isOfLedger, kindOf, readFrom } from './catalogue/index.ts';
import { openMetrics } from './index.ts';
import { Drainer } from './ingest/drainer.ts';
import { answerFromLedger, isScope, scopeOf } from './ledger/answer.ts';
import { createTrends } from './trend-thread/trends.ts';

/** True for a query by session or task. */
const wantsLedger = ({ where, by }: Query): boolean => by.some(isScope) || where.some(({ tag }) => isScope(tag));

/** Why a query cannot be answered whatever the data: METRIC_NOT_BY_SESSION. What telemetry brings under names of its own is in no catalogue. */
const unanswerable = (query: Query): { readonly ok: false; readonly fault: Fault } | null =>
  wantsLedger(query) && !isOfLedger(query.metric)
    ? fail('METRIC_NOT_BY_SESSION', `${query.metric} is not told by session or task.`, {
        why: 'It is a measurement of the whole app, or came from outside.',
        fix: 'Take session and task out of the filter and the grouping.',
      })
    : null;

export const parts = {
  openMetrics,
  catalogue,
  entries,
  kindOf,
  readFrom,
  Drainer,
  answerFromLedger,
  isScope,
  scopeOf,
  createTrends,
  wantsLedger,
  unanswerable,
};
export type Parts = typeof parts;
