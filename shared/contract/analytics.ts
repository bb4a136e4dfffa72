/** Analytics: what is measured, asked in one query language; trends, alerts, dashboards, telemetry of sessions outside the app. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Alert, AlertChannel, AlertRule, AlertState } from '../domain/alert.ts';
import { Dashboard } from '../domain/dashboard.ts';
import { CatalogueEntry, MetricName, TagName } from '../domain/metric.ts';
import { Answer, Filter, Query, Range } from '../domain/query.ts';
import { ExportSettings } from '../domain/settings.ts';
import { TrendSummary } from '../domain/trend.ts';
import { Fault } from '../lib/fault.ts';
import { act, Done, Id, None, read } from './base.ts';

const Queries = z.array(Query).min(1).max(60);
/** A query of several that cannot be answered does not hold back the others. */
export const Answered = z.union([z.object({ ok: z.literal(true), answer: Answer }), z.object({ ok: z.literal(false), fault: Fault })]);
export type Answered = z.infer<typeof Answered>;

/** The event or measurement behind a figure, with the way to the moment in its session. */
export const Origin = z.object({
  at: z.number(),
  value: z.number(),
  metric: MetricName,
  tags: z.record(z.string(), z.string()),
  sessionId: z.string().nullable(),
  /** Number of the event in its session's transcript. */
  seq: z.number().int().nullable(),
  /** Index of the transcript's line that it belongs to. */
  item: z.number().int().nullable(),
  text: z.string(),
});
export type Origin = z.infer<typeof Origin>;

export const IngestFacts = z.object({
  series: z.number().int(),
  seriesLimit: z.number().int(),
  accepted: z.number().int(),
  late: z.number().int(),
  duplicates: z.number().int(),
  refused: z.array(z.object({ reason: z.string(), n: z.number().int() })),
  databaseBytes: z.number().int(),
  otlp: z.object({ requests: z.number().int(), points: z.number().int(), rejected: z.number().int() }),
});
export type IngestFacts = z.infer<typeof IngestFacts>;

export const TelemetryAccess = z.object({
  endpoint: z.string().nullable(),
  /** As a shell takes them. */
  lines: z.array(z.string()),
  /** Claude Code's user settings on this machine; empty for a host elsewhere, whose files the app does not touch. */
  settingsFile: z.string(),
  /** True when all lines are in them. */
  written: z.boolean(),
  /** Lines of their `env` that the next `writeTelemetry` makes others: puts in, or takes out when they are written. Null: there is none. */
  change: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Why it would be refused. */
  refusal: Fault.nullable(),
});
export type TelemetryAccess = z.infer<typeof TelemetryAccess>;

/** How the export to a collector goes, since it was last set. */
export const ExportState = z.object({
  /** Names of the headers that are sent along; their values stay in the core. */
  headers: z.array(z.string()),
  /** Requests the collector took, those it refused or that waited too long, and those that wait. */
  sent: z.number().int(),
  dropped: z.number().int(),
  waiting: z.number().int(),
  /** When the collector last took one, milliseconds since the epoch. */
  lastAt: z.number().nullable(),
  /** What is in the way now, and since when. */
  trouble: z.object({ why: z.string(), at: z.number() }).nullable(),
});
export type ExportState = z.infer<typeof ExportState>;

/** A secret goes in and never comes back. */
const Secret = z.string().max(4096);

export const analytics = {
  catalogue: read.input(None).output(z.object({ metrics: z.array(CatalogueEntry) })),
  tagValues: read.input(z.object({ metric: MetricName, tag: TagName, range: Range })).output(z.object({ values: z.array(z.string()), more: z.boolean() })),
  query: read.input(z.object({ queries: Queries })).output(z.object({ answers: z.array(Answered) })),
  /** The same, again whenever they changed, at most twelve times a second: only the answers that are others. */
  watch: read
    .input(z.object({ queries: Queries }))
    .output(eventIterator(z.object({ at: z.number(), changed: z.array(z.object({ index: z.number().int(), answered: Answered })) }))),
  origins: read
    .input(
      z.object({
        metric: MetricName,
        where: z.array(Filter).max(16).default([]),
        from: z.number(),
        to: z.number(),
        before: z.number().optional(),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ origins: z.array(Origin), more: z.boolean() })),
  ingest: read.input(None).output(IngestFacts),
  /** Milliseconds from the core's send to the pixel, as the page measured them: the app's own latency. */
  seen: read.input(z.object({ ms: z.array(z.number().min(0).max(600_000)).max(1000) })).output(Done),

  trend: read.input(z.object({ query: Query, baseline: Range.optional() })).output(
    z.object({
      summary: TrendSummary,
      regression: z.object({ change: z.number(), low: z.number(), high: z.number(), p: z.number(), sentence: z.string() }).nullable(),
    }),
  ),
  /** A series of the user's own, as CSV text. */
  trendOf: read
    .input(z.object({ csv: z.string().max(3_500_000) }))
    .output(z.object({ points: z.array(z.object({ at: z.number(), value: z.number(), score: z.number() })), summary: TrendSummary })),

  dashboards: read.input(None).output(z.object({ dashboards: z.array(Dashboard) })),
  saveDashboard: act.input(Dashboard.omit({ rev: true })).output(Dashboard),
  removeDashboard: act.input(z.object({ id: Id })).output(Done),

  rules: read.input(None).output(z.object({ rules: z.array(AlertRule.extend({ state: AlertState, value: z.number().nullable(), n: z.number().int() })) })),
  saveRule: act.input(AlertRule.omit({ id: true }).extend({ id: Id.optional() })).output(AlertRule),
  removeRule: act.input(z.object({ id: Id })).output(Done),
  testRule: act.input(z.object({ id: Id })).output(Alert),
  alerts: read
    .input(z.object({ before: z.number().optional(), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.object({ alerts: z.array(Alert), more: z.boolean() })),
  acknowledge: act.input(z.object({ id: Id })).output(Alert),
  channels: read.input(None).output(z.object({ channels: z.array(AlertChannel) })),
  saveChannel: act.input(z.object({ channel: AlertChannel, secret: Secret.optional() })).output(AlertChannel),
  removeChannel: act.input(z.object({ id: Id })).output(Done),
  testChannel: act.input(z.object({ id: Id })).output(z.object({ ok: z.boolean(), detail: z.string() })),

  /** Environment lines that make a Claude Code session outside the app report to a host, this machine's when none is named. The token is for its receiver only. */
  telemetry: act.input(z.object({ hostId: Id.optional() })).output(TelemetryAccess),
  /** Writes them into Claude Code's user settings; what else is there stays. */
  writeTelemetry: act.input(z.object({ remove: z.boolean().default(false) })).output(Done),

  exportState: read.input(None).output(ExportState),
  /** `headers` are lines `name: value`: empty forgets those that are kept, left out keeps them. */
  saveExport: act.input(z.object({ settings: ExportSettings, headers: Secret.optional() })).output(ExportSettings),
  /** Sends a request without a value to a collector, with the headers that are kept when none are given. */
  testExport: act
    .input(ExportSettings.pick({ endpoint: true, headersFile: true }).extend({ headers: Secret.optional() }))
    .output(z.object({ ok: z.boolean(), detail: z.string() })),
};
