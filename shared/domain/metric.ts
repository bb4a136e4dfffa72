/** What the analytics measure: a metric has a name, a kind, a unit and tags; a sample is one value of it at one moment. */
import { z } from 'zod';

/** How values of a metric belong together: increments are added up, a gauge has a value at a time, a distribution has many values whose quantiles count. */
export const MetricKind = z.enum(['counter', 'gauge', 'distribution']);
export type MetricKind = z.infer<typeof MetricKind>;

export const MetricName = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_.]*$/);
export const TagName = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z_][a-zA-Z0-9_.]*$/);
export const Tags = z.record(TagName, z.string().max(200)).refine((tags) => Object.keys(tags).length <= 16, 'at most 16 tags');
export type Tags = z.infer<typeof Tags>;

/** One value. `at` is milliseconds since the epoch. */
export const Sample = z.object({ metric: MetricName, tags: Tags, at: z.number().int(), value: z.number() });
export type Sample = z.infer<typeof Sample>;

export const Unit = z.enum(['count', 'tokens', 'usd', 'ms', 'bytes', 'ratio', 'per-second', 'percent']);
export type Unit = z.infer<typeof Unit>;

/** What the catalogue says of a metric. A derived one is a named pure function over others. */
export const CatalogueEntry = z.object({
  name: MetricName,
  title: z.string(),
  unit: Unit,
  kind: MetricKind,
  /** Null for a metric that is measured or read off an event; else the formula in words and symbols. */
  formula: z.string().nullable(),
  /** Metrics a derived one is made of. */
  inputs: z.array(MetricName),
  /** Events or measurements the values come from. */
  source: z.string(),
  /** Tags it can be filtered and grouped by. */
  tags: z.array(TagName),
  /** Values below which a derived one is "not enough data". */
  minimum: z.number().int().nonnegative(),
  /** True when a larger value is better, false when a smaller is; null when neither. */
  better: z.enum(['more', 'less']).nullable(),
  /** Of a level: the days for which percentiles can be told, because single samples are kept no longer; absent: as long as anything. */
  quantileDays: z.number().int().optional(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
