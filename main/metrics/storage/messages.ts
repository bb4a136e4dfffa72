/** What the near side and the two threads of the analytics say to each other. Parsed where it arrives. */
import { z } from 'zod';
import { Fault } from '#shared/lib/fault.ts';
import { MetricKind, Tags } from '#shared/domain/metric.ts';
import { Aggregate, Filter } from '#shared/domain/query.ts';
import { Columns, Doubles } from './columns.ts';

export const Role = z.object({ role: z.enum(['writer', 'reader', 'trends']), file: z.string(), now: z.number() });

const id = z.number();
/** To the writing thread. Every message with an id is answered. */
export const ToWriter = z.discriminatedUnion('do', [
  z.object({ do: z.literal('append'), id, now: z.number(), columns: Columns, cursor: z.number().int().nullable() }),
  z.object({ do: z.literal('stats'), id, now: z.number() }),
  z.object({ do: z.literal('watch'), id, now: z.number(), metrics: z.array(z.string()) }),
  /** Seals what is due and removes what is too old, now instead of once an hour. */
  z.object({ do: z.literal('tidy'), id, now: z.number() }),
  /** Closes the database; the thread ends by itself after its answer. */
  z.object({ do: z.literal('end'), id, now: z.number() }),
]);
export type ToWriter = z.infer<typeof ToWriter>;

/** One measured metric over a range, as the reading thread reads it. Times are milliseconds since the epoch. */
export const Reading = z.object({
  metric: z.string(),
  aggregate: Aggregate.nullable(),
  where: z.array(Filter),
  by: z.array(z.string()),
  from: z.number(),
  to: z.number(),
  now: z.number(),
  /** Points at most; 0 for the total alone. */
  points: z.number().int(),
  /** True: one value for every step, so that several readings can be put together. False: as few points as show the same picture. */
  aligned: z.boolean(),
  limit: z.number().int(),
  /** Time zone whose days steps of a day and longer are. */
  zone: z.string(),
});
export type Reading = z.infer<typeof Reading>;

export const ToReader = z.object({ id, reading: Reading });
export type ToReader = z.infer<typeof ToReader>;

/** A value and the number of samples it rests on; NaN stands for none. */
const Cell = z.object({ value: z.number().or(z.nan()), n: z.number() });
export const Read = z.object({
  kind: MetricKind.nullable(),
  aggregate: Aggregate,
  stepMs: z.number(),
  days: z.object({ zone: z.string(), exact: z.boolean() }).nullable(),
  resolution: z.enum(['raw', '1s', '1m', '5m', '1h', '1d']),
  total: Cell,
  dropped: z.number().int(),
  groups: z.array(z.object({ tags: Tags, total: Cell, at: Doubles, value: Doubles, n: Doubles })),
});
export type Read = z.infer<typeof Read>;

export const Stats = z.object({
  /** Since the database began, by what happened: stored, duplicate, late, out-of-order, and every reason of a refusal. */
  counts: z.record(z.string(), z.number()),
  series: z.number().int(),
  seriesLimit: z.number().int(),
  perMetricLimit: z.number().int(),
  /** Metrics with most series. */
  largest: z.array(z.object({ metric: z.string(), series: z.number().int() })),
  cursor: z.number().int(),
  /** Bytes of the database without its log. */
  bytes: z.number(),
});
export type Stats = z.infer<typeof Stats>;

export const Appended = z.object({ counts: z.record(z.string(), z.number()), cursor: z.number().int() });
export type Appended = z.infer<typeof Appended>;

const LiveSecond = z.object({
  metric: z.string(),
  tags: Tags,
  at: z.number(),
  n: z.number(),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
  last: z.number(),
});

/** From either thread: an answer, or seconds of metrics that are watched. */
export const FromThread = z.union([
  z.object({ id, ok: z.literal(true), value: z.unknown() }),
  z.object({ id, ok: z.literal(false), fault: Fault }),
  z.object({ live: z.array(LiveSecond) }),
]);
export type FromThread = z.infer<typeof FromThread>;
