/** Alert rules over any metric, what they did, and where they are told. Times are milliseconds. */
import { z } from 'zod';
import { Aggregate, Filter } from './query.ts';
import { MetricName } from './metric.ts';

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

export const AlertRule = z.object({
  id: z.string(),
  name: z.string().min(1).max(100),
  enabled: z.boolean(),
  metric: MetricName,
  aggregate: Aggregate.optional(),
  where: z.array(Filter).max(16),
  op: z.enum(['above', 'below']),
  threshold: z.number(),
  /** The firing alert ends only when the value is back by this much beyond the threshold. */
  hysteresis: z.number().min(0),
  windowMs: z
    .number()
    .int()
    .min(10_000)
    .max(31 * 86_400_000),
  /** Values in the window below which the rule says "not enough data" and neither fires nor ends. */
  minimumSample: z.number().int().min(1),
  severity: Severity,
  /** After an alert ended, the rule does not fire for this long. */
  cooldownMs: z.number().int().min(0),
  /** Still firing and not acknowledged after this long: told again to `escalateTo`; null never. */
  escalateAfterMs: z.number().int().min(10_000).nullable(),
  channels: z.array(z.string()).max(20),
  escalateTo: z.array(z.string()).max(20),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** Where alerts are told. Secrets (webhook secret, SMTP password) are kept beside the store and never come back. */
export const AlertChannel = z.discriminatedUnion('kind', [
  z.object({ id: z.string(), name: z.string().min(1).max(100), kind: z.literal('in-app') }),
  z.object({ id: z.string(), name: z.string().min(1).max(100), kind: z.literal('os') }),
  z.object({ id: z.string(), name: z.string().min(1).max(100), kind: z.literal('webhook'), url: z.url(), signed: z.boolean() }),
  z.object({ id: z.string(), name: z.string().min(1).max(100), kind: z.literal('slack'), host: z.string() }),
  z.object({
    id: z.string(),
    name: z.string().min(1).max(100),
    kind: z.literal('email'),
    host: z.string(),
    port: z.number().int(),
    secure: z.boolean(),
    user: z.string(),
    from: z.string(),
    to: z.array(z.string()).min(1).max(50),
  }),
]);
export type AlertChannel = z.infer<typeof AlertChannel>;

/** What of an alert is told. */
export const NoticeKind = z.enum(['fired', 'escalated', 'ended', 'test']);
export type NoticeKind = z.infer<typeof NoticeKind>;

export const AlertState = z.enum(['ok', 'no-data', 'firing', 'acknowledged', 'cooling']);
export type AlertState = z.infer<typeof AlertState>;

/** One firing from its start to its end. The same rule and tags fire once at a time. */
export const Alert = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  severity: Severity,
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  /** Null only in a test, when there was not enough data. */
  value: z.number().nullable(),
  threshold: z.number(),
  n: z.number().int(),
  sentence: z.string(),
  acknowledgedBy: z.string().nullable(),
  /** A firing that a person asked for to see where it arrives. */
  test: z.boolean(),
  /** What became of telling it, by channel. */
  told: z.array(
    z.object({
      channel: z.string(),
      at: z.number().int(),
      ok: z.boolean(),
      detail: z.string(),
      /** What was told, and the kind of channel: the channel itself may be gone. */
      what: NoticeKind.optional(),
      via: z.enum(['in-app', 'os', 'webhook', 'slack', 'email']).optional(),
    }),
  ),
  rev: z.number().int().default(0),
});
export type Alert = z.infer<typeof Alert>;
