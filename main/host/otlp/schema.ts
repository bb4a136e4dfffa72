/** OTLP as it is in JSON, as far as it is used; what Protocol Buffers bring has the same shape (wire.ts). Anything else in it is ignored. */
import { z } from 'zod';

/** JSON has 64-bit integers as text, some writers as numbers. */
const Whole = z.union([z.string().regex(/^-?\d{1,20}$/), z.number().int()]).transform(String);
const Count = Whole.transform(Number);
const Double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number);
const Temporality = z
  .number()
  .int()
  .transform((value) => (value === 1 ? 'delta' : value === 2 ? 'cumulative' : null))
  .optional();

const AnyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: Whole.optional(),
  doubleValue: Double.optional(),
});
const Attributes = z.array(z.object({ key: z.string().default(''), value: AnyValue.default({}) })).default([]);
export type Attributes = z.infer<typeof Attributes>;

const Resource = z.object({ attributes: Attributes }).default({ attributes: [] });
const Scope = z.object({ name: z.string().default(''), version: z.string().default('') }).default({ name: '', version: '' });

const times = { startTimeUnixNano: Whole.default('0'), timeUnixNano: Whole.default('0'), flags: z.number().int().default(0), attributes: Attributes };
const NumberPoint = z.object({ ...times, asDouble: Double.optional(), asInt: Whole.optional() });
export type NumberPoint = z.infer<typeof NumberPoint>;
const summary = { count: Count.default(0), sum: Double.optional(), min: Double.optional(), max: Double.optional() };
const HistogramPoint = z.object({ ...times, ...summary, bucketCounts: z.array(Count).default([]), explicitBounds: z.array(Double).default([]) });
export type HistogramPoint = z.infer<typeof HistogramPoint>;
const Buckets = z.object({ offset: z.number().int().default(0), bucketCounts: z.array(Count).default([]) }).default({ offset: 0, bucketCounts: [] });
const ExponentialPoint = z.object({
  ...times,
  ...summary,
  scale: z.number().int().default(0),
  zeroCount: Count.default(0),
  positive: Buckets,
  negative: Buckets,
});
export type ExponentialPoint = z.infer<typeof ExponentialPoint>;

const points = <T extends z.ZodType>(point: T) => ({ dataPoints: z.array(point).default([]) });
const Metric = z.object({
  name: z.string().default(''),
  unit: z.string().default(''),
  gauge: z.object(points(NumberPoint)).optional(),
  sum: z.object({ ...points(NumberPoint), aggregationTemporality: Temporality, isMonotonic: z.boolean().default(false) }).optional(),
  histogram: z.object({ ...points(HistogramPoint), aggregationTemporality: Temporality }).optional(),
  exponentialHistogram: z.object({ ...points(ExponentialPoint), aggregationTemporality: Temporality }).optional(),
  summary: z.object(points(z.object({}))).optional(),
});
export type Metric = z.infer<typeof Metric>;

export const MetricsRequest = z.object({
  resourceMetrics: z
    .array(z.object({ resource: Resource, scopeMetrics: z.array(z.object({ scope: Scope, metrics: z.array(Metric).default([]) })).default([]) }))
    .default([]),
});
export type MetricsRequest = z.infer<typeof MetricsRequest>;

const LogRecord = z.object({
  timeUnixNano: Whole.default('0'),
  observedTimeUnixNano: Whole.default('0'),
  body: AnyValue.default({}),
  eventName: z.string().default(''),
  attributes: Attributes,
});
export type LogRecord = z.infer<typeof LogRecord>;

export const LogsRequest = z.object({
  resourceLogs: z
    .array(z.object({ resource: Resource, scopeLogs: z.array(z.object({ scope: Scope, logRecords: z.array(LogRecord).default([]) })).default([]) }))
    .default([]),
});
export type LogsRequest = z.infer<typeof LogsRequest>;
