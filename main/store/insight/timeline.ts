/** The last 24 hours in steps of five minutes: tokens written, tool calls, money, with marks where something was merged or failed. */
import { z } from 'zod';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Overview } from './jobs.ts';
import type { Scope } from './rows.ts';
import { DAY } from './span.ts';

export const BUCKET_MS = 300_000;
const MAX_MARKS = 200;

type Timeline = Overview['timeline'];
type TimelinePoint = Timeline['points'][number];

/** @param now milliseconds since the epoch; the last bucket is the one that holds it */
export function timelineOf(sql: Sql, { repositoryId }: Scope, now: number): Timeline {
  const end = (Math.floor(now / BUCKET_MS) + 1) * BUCKET_MS;
  const start = end - DAY;
  const points = Array.from({ length: DAY / BUCKET_MS }, (_, index): TimelinePoint => ({
    at: start + index * BUCKET_MS,
    outputTokens: 0,
    toolCalls: 0,
    costUsd: 0,
  }));
  const bucket = (row: Columns): TimelinePoint | undefined => points[row.num('bucket')];
  const params = [start, start, end, repositoryId, repositoryId];
  const mine = '(? is null or session_id in (select id from sessions where repository_id = ?))';
  sql.all(
    (row) => {
      const point = bucket(row);
      if (!point) return;
      point.outputTokens = row.num('tokens');
      point.costUsd = row.num('cost');
    },
    `select cast(at - ? as integer) / ${BUCKET_MS} as bucket, sum(output_tokens) as tokens, sum(cost_usd) as cost
     from usage_points where at >= ? and at < ? and ${mine} group by bucket`,
    ...params,
  );
  sql.all(
    (row) => {
      const point = bucket(row);
      if (point) point.toolCalls = row.num('calls');
    },
    `select cast(at - ? as integer) / ${BUCKET_MS} as bucket, count(*) as calls from session_events
     where kind = 'tool_call' and at >= ? and at < ? and ${mine} group by bucket`,
    ...params,
  );
  const Kind = z.enum(['merge', 'failure']);
  const marks = sql.all(
    (row) => ({ at: row.num('at'), label: row.text('label'), kind: row.word('kind', Kind) }),
    `select at, label, kind from (
       select decided_at as at, title as label, 'merge' as kind, repository_id from changes where status = 'merged' and decided_at >= ? and decided_at < ?
       union all
       select ended_at, title, 'failure', repository_id from sessions where status = 'failed' and ended_at >= ? and ended_at < ?
     ) where (? is null or repository_id = ?) order by at desc limit ${MAX_MARKS}`,
    start,
    end,
    start,
    end,
    repositoryId,
    repositoryId,
  );
  return { bucketMs: BUCKET_MS, points, marks: marks.toReversed() };
}
