/**
 * Telemetry of sessions outside the app, on its way from an agent host to a control center: points that a host took in over OTLP. They
 * travel in a stream of their own (`tel_…`) as events of the kind `unknown` with the type `telemetry`: numbered, spooled and acknowledged
 * like all events, and nothing of a session.
 */
import { z } from 'zod';
import { MetricName, Tags } from './metric.ts';

export const TELEMETRY_STREAM = 'tel_';
export const TELEMETRY_TYPE = 'telemetry';

/** True for a stream that carries telemetry, not a session. */
export const isTelemetryStream = (sessionId: string): boolean => sessionId.startsWith(TELEMETRY_STREAM);

/** `session` is the agent's own name of its session, empty when it gave none. `at` is milliseconds since the epoch. */
const base = { metric: MetricName, tags: Tags, session: z.string().max(200), at: z.number().int() };

export const TelemetryPoint = z.discriminatedUnion('kind', [
  /** An increment since the point before. */
  z.object({ ...base, kind: z.literal('delta'), value: z.number().nonnegative() }),
  /** What has come together since `start` (milliseconds): the center makes increments of it. `series` names the counter. */
  z.object({ ...base, kind: z.literal('total'), value: z.number().nonnegative(), start: z.number().int(), series: z.string().max(64) }),
  z.object({ ...base, kind: z.literal('gauge'), value: z.number() }),
  /** Values of a distribution at one time. */
  z.object({ ...base, kind: z.literal('values'), values: z.array(z.number()).max(1000) }),
]);
export type TelemetryPoint = z.infer<typeof TelemetryPoint>;

/** One event of the stream. `key` is the same when a client sent the same request again. */
export const TelemetryBatch = z.object({
  key: z.string().min(1).max(100),
  points: z.array(TelemetryPoint).max(1000),
  /** What the host refused of the request. */ rejected: z.number().int().nonnegative(),
  /** The same by reason; a host of an earlier version does not say it. */
  refused: z.record(z.string().max(60), z.number().int().positive()).optional(),
});
export type TelemetryBatch = z.infer<typeof TelemetryBatch>;
