/** Reads the ledger on the reading thread: samples of one metric, and the events behind them. */
import { z } from 'zod';
import { Tags } from '#shared/domain/metric.ts';
import type { Param } from '../rows.ts';
import type { Sql } from '../sql.ts';

/** Samples one question may have: what is beyond is too much for one answer. */
export const MOST_SAMPLES = 200_000;

const Scope = z.object({ tag: z.enum(['session', 'task']), op: z.enum(['is', 'is-not']), values: z.array(z.string()).min(1).max(100) });
/** `session` and `task` are no tags of their own: they are what the sample's event belongs to. Times are milliseconds; `to` is not included. */
export const LedgerQuestion = z.object({
  metric: z.string(),
  from: z.number(),
  to: z.number(),
  scope: z.array(Scope),
  most: z.number().int().max(MOST_SAMPLES),
});
export type LedgerQuestion = z.infer<typeof LedgerQuestion>;

/** Samples by time; `series` is a place in `tags`. */
export const LedgerSamples = z.object({
  tags: z.array(Tags),
  series: z.array(z.number()),
  at: z.array(z.number()),
  value: z.array(z.number()),
  /** True when there are more than were asked for. */
  more: z.boolean(),
});
export type LedgerSamples = z.infer<typeof LedgerSamples>;

export const OriginQuestion = LedgerQuestion.omit({ metric: true, most: true }).extend({
  metrics: z.array(z.string()).min(1),
  limit: z.number().int().max(5000),
});
export type OriginQuestion = z.infer<typeof OriginQuestion>;
export const OriginRow = z.object({
  at: z.number(),
  metric: z.string(),
  value: z.number(),
  tags: Tags,
  sessionId: z.string().nullable(),
  seq: z.number().nullable(),
  item: z.number().nullable(),
  title: z.string(),
});
export type OriginRow = z.infer<typeof OriginRow>;

/** How far the clocks of hosts may be apart, in milliseconds. */
const CLOCKS_MS = 86_400_000;

type Scopes = LedgerQuestion['scope'];

export function ledgerSamples(sql: Sql, { metric, from, to, scope, most }: LedgerQuestion): LedgerSamples {
  const { where, params } = conditions(scope);
  const places = new Map<string, number>();
  const samples: LedgerSamples = { tags: [], series: [], at: [], value: [], more: false };
  const rows = sql.all(
    (row) => ({
      at: row.num('at'),
      value: row.num('value'),
      tagId: row.num('tags'),
      session: row.textOrNull('session_id') ?? '',
      task: row.textOrNull('task_id') ?? '',
    }),
    `select o.at, o.value, o.tags, o.session_id, s.task_id from metric_outbox o left join sessions s on s.id = o.session_id
     where o.metric = ? and o.at >= ? and o.at < ?${where} order by o.at, o.seq limit ?`,
    metric,
    from,
    to,
    ...params,
    most + 1,
  );
  samples.more = rows.length > most;
  for (const { at, value, tagId, session, task } of rows.slice(0, most)) {
    const key = `${tagId}/${session}`;
    let place = places.get(key);
    if (place === undefined) {
      place = samples.tags.length;
      places.set(key, place);
      samples.tags.push({ ...tagsOf(sql, tagId), session, task });
    }
    samples.series.push(place);
    samples.at.push(at);
    samples.value.push(value);
  }
  return samples;
}

/** The newest first. */
export function ledgerOrigins(sql: Sql, { metrics, from, to, scope, limit }: OriginQuestion): OriginRow[] {
  const { where, params } = conditions(scope);
  const rows = metrics.flatMap((metric) =>
    sql.all(
      (row) => ({
        at: row.num('at'),
        metric,
        value: row.num('value'),
        tags: row.json('tags', Tags),
        sessionId: row.textOrNull('session_id'),
        seq: row.numOrNull('event_seq'),
        item: row.numOrNull('item'),
        title: row.textOrNull('title') ?? '',
      }),
      // The first line of the transcript that this event or a later one wrote last: an event that is no line of its own leads to the next.
      `select o.at, o.value, t.tags, o.session_id, o.event_seq, s.title, (select i.idx from transcript_items i
         where i.session_id = o.session_id and i.rev >= o.event_seq order by i.rev limit 1) as item from metric_outbox o join metric_tags t on t.id = o.tags
       left join sessions s on s.id = o.session_id where o.metric = ? and o.at >= ? and o.at < ?${where} order by o.at desc, o.seq desc limit ?`,
      metric,
      from,
      to,
      ...params,
      limit,
    ),
  );
  return rows.toSorted((a, b) => b.at - a.at).slice(0, limit);
}

function conditions(scope: Scopes): { where: string; params: Param[] } {
  const parts = scope.map(({ tag, op, values }) => {
    const column = tag === 'session' ? "coalesce(o.session_id, '')" : "coalesce(s.task_id, '')";
    const marks = values.map(() => '?').join(', ');
    const plain = { sql: ` and ${column} ${op === 'is' ? 'in' : 'not in'} (${marks})`, values };
    // Nothing of a session is older than the session itself: most of the metric's samples need not be looked at.
    const bounded = tag === 'session' && op === 'is' && !values.includes('');
    return bounded
      ? {
          sql: `${plain.sql} and o.at >= (select coalesce(min(created_at), 0) - ${CLOCKS_MS} from sessions where id in (${marks}))`,
          values: [...values, ...values],
        }
      : plain;
  });
  return { where: parts.map((part) => part.sql).join(''), params: parts.flatMap((part) => part.values) };
}

const tagsOf = (sql: Sql, id: number): Tags => sql.get((row) => row.json('tags', Tags), 'select tags from metric_tags where id = ?', id) ?? {};
