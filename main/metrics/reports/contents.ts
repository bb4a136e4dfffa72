/** What each section of a report asks: the same questions the screen asks, in the same language. */
import type { ReportSection } from '#shared/domain/report.ts';
import type { Aggregate, Filter } from '#shared/domain/query.ts';

export type Ask = { readonly metric: string; readonly aggregate?: Aggregate; readonly where?: readonly Filter[]; readonly title?: string };
/** A chart over time, its lines by a tag. */
export type AskChart = Ask & { readonly by?: string };
/** Totals by one or two tags, the largest first. */
export type AskTable = Ask & { readonly by: readonly string[] };

export type Contents = {
  readonly title: string;
  readonly figures: readonly Ask[];
  readonly charts: readonly AskChart[];
  readonly tables: readonly AskTable[];
};

const p = (metric: string, aggregate: Aggregate, title: string): Ask => ({ metric, aggregate, title });
const some = (...metrics: string[]): Ask[] => metrics.map((metric) => ({ metric }));

export const contents: Readonly<Record<Exclude<ReportSection, 'trends' | 'alerts'>, Contents>> = {
  summary: {
    title: 'Summary',
    figures: some('cost_usd', 'session_ended', 'success_rate', 'change_decided', 'first_pass_rate', 'coordination_quality', 'blocked_share', 'session_error'),
    charts: [{ metric: 'cost_usd', title: 'Cost' }],
    tables: [],
  },
  cost: {
    title: 'Cost and tokens',
    figures: some('cost_usd', 'cost_per_session', 'cost_per_merged_change', 'tokens', 'cache_hit_rate'),
    charts: [
      { metric: 'cost_usd', by: 'model', title: 'Cost by model' },
      { metric: 'tokens', by: 'kind', title: 'Tokens by kind' },
    ],
    tables: [
      { metric: 'cost_usd', by: ['repository'], title: 'Cost by repository' },
      { metric: 'cost_usd', by: ['agent'], title: 'Cost by agent' },
      { metric: 'cost_usd', by: ['person'], title: 'Cost by person' },
    ],
  },
  throughput: {
    title: 'Throughput',
    figures: [
      ...some('session_started', 'session_ended', 'throughput', 'turns'),
      p('session_ms', 'p50', 'Session duration, median'),
      p('session_ms', 'p95', 'Session duration, p95'),
      p('queue_ms', 'p95', 'Wait for a start, p95'),
    ],
    charts: [
      { metric: 'session_ended', by: 'outcome', title: 'Sessions ended by outcome' },
      { metric: 'tool_call', by: 'outcome', title: 'Tool calls by outcome' },
    ],
    tables: [{ metric: 'tool_call', by: ['tool'], title: 'Tools used' }],
  },
  quality: {
    title: 'Quality',
    figures: some('success_rate', 'first_pass_rate', 'completion_rate', 'gate_pass_rate', 'handoff_success_rate', 'retry_rate', 'coordination_quality'),
    charts: [
      { metric: 'success_rate', title: 'Success rate' },
      { metric: 'gate_result', by: 'outcome', title: 'Checks by outcome' },
    ],
    tables: [{ metric: 'gate_result', by: ['check', 'outcome'], title: 'Checks' }],
  },
  reviews: {
    title: 'Reviews',
    figures: [
      ...some('change_opened', 'change_decided', 'review_acceptance', 'change_returned', 'change_undone'),
      p('change_wait_ms', 'p50', 'Wait for review, median'),
      p('change_wait_ms', 'p95', 'Wait for review, p95'),
    ],
    charts: [{ metric: 'change_decided', by: 'verdict', title: 'Changes decided by verdict' }],
    tables: [{ metric: 'change_decided', by: ['repository', 'verdict'], title: 'Changes decided' }],
  },
  people: {
    title: 'People',
    figures: [
      ...some('blocked_share', 'session_blocked_ms'),
      p('permission_wait_ms', 'p50', 'Wait for an answer, median'),
      p('permission_wait_ms', 'p95', 'Wait for an answer, p95'),
    ],
    charts: [{ metric: 'decision', by: 'person', title: 'Decisions by person' }],
    tables: [
      { metric: 'decision', by: ['person', 'action'], title: 'Decisions' },
      { metric: 'session_ended', by: ['person'], title: 'Sessions ended by person' },
      { metric: 'cost_usd', by: ['person'], title: 'Cost by person' },
    ],
  },
  connections: {
    title: 'Connections',
    figures: [
      ...some('connection_success_rate', 'connection_open', 'connection_lost'),
      p('connection_latency_ms', 'p50', 'Host latency, median'),
      p('connection_latency_ms', 'p95', 'Host latency, p95'),
    ],
    charts: [{ metric: 'connection_latency_ms', aggregate: 'p95', by: 'host', title: 'Host latency, p95, by host' }],
    tables: [{ metric: 'connection_open', by: ['host', 'outcome'], title: 'Connections tried' }],
  },
  errors: {
    title: 'Errors',
    figures: some('session_error', 'rate_limited', 'tool_error_rate', 'app_error', 'error_rate'),
    charts: [{ metric: 'session_error', by: 'code', title: 'Errors of sessions by code' }],
    tables: [
      { metric: 'session_error', by: ['code'], title: 'Errors of sessions' },
      { metric: 'app_error', by: ['code', 'procedure'], title: 'Errors of the app' },
    ],
  },
};

/** Series whose direction is told. */
export const trendAsks: readonly Ask[] = [
  ...some('cost_usd', 'session_ended', 'success_rate', 'first_pass_rate', 'session_error'),
  p('session_ms', 'p95', 'Session duration, p95'),
  p('turn_ms', 'p95', 'Turn duration, p95'),
];
