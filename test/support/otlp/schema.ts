/**
 * OTLP's metrics request as JSON, held strictly: the messages of opentelemetry-proto 1.x (metrics/v1/metrics.proto) that an exporter of
 * sums, gauges and histograms writes, in the JSON mapping of the OTLP specification: lowerCamelCase names, 64-bit integers as decimal
 * text, enums as numbers, no field that is not there. The product's own reader forgives more and is not asked here.
 */
import { z } from 'zod';

const Fixed64 = z.string().regex(/^\d{1,20}$/);
const AnyValue = z.strictObject({ stringValue: z.string() }); // tags are texts
const Attributes = z.array(z.strictObject({ key: z.string().min(1), value: AnyValue }));
const times = { attributes: Attributes, startTimeUnixNano: Fixed64, timeUnixNano: Fixed64 };
const Temporality = z.union([z.literal(1), z.literal(2)]);

const NumberDataPoint = z.strictObject({ ...times, asDouble: z.number() });
const HistogramDataPoint = z
  .strictObject({ ...times, count: Fixed64, sum: z.number(), bucketCounts: z.array(Fixed64), explicitBounds: z.array(z.number()) })
  .refine((point) => point.bucketCounts.length === point.explicitBounds.length + 1, 'one count more than bounds')
  .refine((point) => point.bucketCounts.reduce((all, n) => all + BigInt(n), 0n) === BigInt(point.count), 'the buckets hold the count')
  .refine((point) => point.explicitBounds.every((bound, i) => i === 0 || bound > (point.explicitBounds[i - 1] ?? bound)), 'bounds ascend');

const named = { name: z.string().min(1) };
const Metric = z.union([
  z.strictObject({ ...named, gauge: z.strictObject({ dataPoints: z.array(NumberDataPoint).min(1) }) }),
  z.strictObject({
    ...named,
    sum: z.strictObject({ dataPoints: z.array(NumberDataPoint).min(1), aggregationTemporality: Temporality, isMonotonic: z.boolean() }),
  }),
  z.strictObject({ ...named, histogram: z.strictObject({ dataPoints: z.array(HistogramDataPoint).min(1), aggregationTemporality: Temporality }) }),
]);

export const ExportMetricsServiceRequest = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: Attributes }),
      scopeMetrics: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), metrics: z.array(Metric) })),
    }),
  ),
});
export type ExportMetricsServiceRequest = z.infer<typeof ExportMetricsServiceRequest>;
