/** The one language in which tiles, alerts and reports ask for numbers. Times are milliseconds since the epoch; `to` is not included. */
import { z } from 'zod';
import { Zone } from './zone.ts';
import { MetricName, TagName, Tags, Unit } from './metric.ts';

export const Aggregate = z.enum(['sum', 'rate', 'count', 'avg', 'min', 'max', 'last', 'p50', 'p95', 'p99']);
export type Aggregate = z.infer<typeof Aggregate>;

export const Filter = z.object({ tag: TagName, op: z.enum(['is', 'is-not']), values: z.array(z.string().max(200)).min(1).max(100) });
export type Filter = z.infer<typeof Filter>;

/** A range that moves with the clock, or a fixed one. */
export const Range = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('last'),
    ms: z
      .number()
      .int()
      .min(1000)
      .max(5 * 366 * 86_400_000),
  }),
  z.object({ kind: z.literal('between'), from: z.number().int(), to: z.number().int() }),
]);
export type Range = z.infer<typeof Range>;

export const Query = z.object({
  /** A measured or a derived metric of the catalogue. */
  metric: MetricName,
  /** Absent: the metric's usual one (counter: sum, gauge: avg, distribution: p95; derived: none). */
  aggregate: Aggregate.optional(),
  where: z.array(Filter).max(16).default([]),
  by: z.array(TagName).max(3).default([]),
  range: Range,
  /** Points a chart can show, its width in pixels; 0 asks for the total alone. */
  points: z.number().int().min(0).max(4000).default(0),
  /** Series at most, the largest first; the rest is told in `dropped`. */
  limit: z.number().int().min(1).max(100).default(20),
  /** Time zone whose days steps of a day and longer are, and shorter ones divide; absent: that of the core's machine. */
  zone: Zone.optional(),
});
export type Query = z.infer<typeof Query>;

/** A value with what it rests on; null value: not enough data (`n` says how much there is, `minimum` how much is needed). */
export const Figure = z.object({ value: z.number().nullable(), n: z.number().int().nonnegative(), minimum: z.number().int().nonnegative() });
export type Figure = z.infer<typeof Figure>;

export const Series = z.object({
  tags: Tags,
  /** Over the whole range. */
  total: Figure,
  /** Start of each step and its value; null where there is none. At most `points`, chosen by M4 (first, last, lowest, highest of each pixel). */
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
});
export type Series = z.infer<typeof Series>;

export const Answer = z.object({
  unit: Unit,
  from: z.number(),
  to: z.number(),
  /** Usual length of a step: one of days, or the part of a day in which the clock is changed, has an hour more or less. */
  stepMs: z.number(),
  /**
   * Steps of a day and longer: the time zone whose days they are; UTC where only its stored days are left. Not exact: some stored steps lie
   * across a midnight of the zone (half-hour zones, further back than minutes are kept); each counts to the day it begins in.
   * Steps of 2 to 12 hours: the time zone whose days they divide; absent where its offset is no whole hours, then they are those of UTC.
   */
  days: z.object({ zone: z.string(), exact: z.boolean() }).optional(),
  /** All series taken together. */
  total: Figure,
  series: z.array(Series),
  dropped: z.number().int().nonnegative(),
  /** How the values were had: raw samples or sums of steps. */
  resolution: z.enum(['raw', '1s', '1m', '5m', '1h', '1d']),
  tookMs: z.number(),
});
export type Answer = z.infer<typeof Answer>;
