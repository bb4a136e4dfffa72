/** Dashboards to begin with, made of what the catalogue has: nobody should meet an empty grid. Pure. */
import type { Tile } from '#shared/domain/dashboard.ts';
import type { Aggregate, Query, Range } from '#shared/domain/query.ts';
import type { Metrics } from './asked.ts';
import type { Draft } from './files.ts';
import { freePlace, settle } from './grid.ts';

type Spec = {
  readonly kind: Tile['kind'];
  readonly metric: string;
  readonly title?: string;
  readonly aggregates?: readonly Aggregate[];
  readonly by?: readonly string[];
  readonly w?: number;
  readonly h?: number;
};

type Starter = { readonly id: string; readonly name: string; readonly range: Range; readonly tiles: readonly Spec[] };

const DAY = 86_400_000;
const last = (ms: number): Range => ({ kind: 'last', ms });

export const starters: readonly Starter[] = [
  {
    id: 'fleet',
    name: 'Fleet',
    range: last(DAY),
    tiles: [
      { kind: 'figure', metric: 'throughput' },
      { kind: 'figure', metric: 'success_rate' },
      { kind: 'figure', metric: 'first_pass_rate' },
      { kind: 'figure', metric: 'cost_usd' },
      { kind: 'figure', metric: 'blocked_share' },
      { kind: 'figure', metric: 'coordination_quality' },
      { kind: 'line', metric: 'tokens', title: 'Tokens by kind', by: ['kind'] },
      { kind: 'line', metric: 'cost_usd', title: 'Cost by agent', by: ['agent'] },
      { kind: 'line', metric: 'sessions_live', title: 'Live sessions by state', by: ['state'] },
      { kind: 'line', metric: 'tool_call', title: 'Tool calls by outcome', by: ['outcome'] },
      { kind: 'bars', metric: 'tool_call', title: 'Tools used', by: ['tool'], w: 4 },
      { kind: 'line', metric: 'turn_ms', title: 'Turns, median, p95 and p99', aggregates: ['p50', 'p95', 'p99'], w: 4 },
      { kind: 'table', metric: 'cost_usd', title: 'Cost by session', by: ['session'], w: 4 },
    ],
  },
  {
    id: 'cost',
    name: 'Cost and tokens',
    range: last(7 * DAY),
    tiles: [
      { kind: 'figure', metric: 'cost_usd', w: 3 },
      { kind: 'figure', metric: 'cost_per_session', w: 3 },
      { kind: 'figure', metric: 'cost_per_merged_change', w: 3 },
      { kind: 'figure', metric: 'cache_hit_rate', w: 3 },
      { kind: 'line', metric: 'cost_usd', title: 'Cost by model', by: ['model'], w: 12 },
      { kind: 'bars', metric: 'cost_usd', title: 'Cost by repository', by: ['repository'], w: 4 },
      { kind: 'bars', metric: 'cost_usd', title: 'Cost by agent', by: ['agent'], w: 4 },
      { kind: 'bars', metric: 'cost_usd', title: 'Cost by person', by: ['person'], w: 4 },
      { kind: 'line', metric: 'tokens', title: 'Tokens by model', by: ['model'] },
      { kind: 'line', metric: 'cache_hit_rate', title: 'Cache-hit rate' },
      { kind: 'table', metric: 'cost_usd', title: 'Cost by task', by: ['task'] },
      { kind: 'table', metric: 'tokens', title: 'Tokens by session', by: ['session'] },
    ],
  },
  {
    id: 'quality',
    name: 'Quality and review',
    range: last(30 * DAY),
    tiles: [
      { kind: 'figure', metric: 'success_rate' },
      { kind: 'figure', metric: 'first_pass_rate' },
      { kind: 'figure', metric: 'review_acceptance' },
      { kind: 'figure', metric: 'gate_pass_rate' },
      { kind: 'figure', metric: 'retry_rate' },
      { kind: 'figure', metric: 'coordination_quality' },
      { kind: 'line', metric: 'change_decided', title: 'Changes decided', by: ['verdict'] },
      { kind: 'line', metric: 'change_wait_ms', title: 'Wait for review', aggregates: ['p50', 'p95'] },
      { kind: 'line', metric: 'permission_wait_ms', title: 'Wait for an answer', aggregates: ['p50', 'p95'] },
      { kind: 'line', metric: 'gate_result', title: 'Checks by outcome', by: ['outcome'] },
      { kind: 'line', metric: 'session_error', title: 'Errors of sessions', by: ['code'] },
      { kind: 'bars', metric: 'tool_call', title: 'Tool calls by outcome', by: ['tool', 'outcome'] },
    ],
  },
  {
    id: 'app',
    name: 'This app',
    range: last(3_600_000),
    tiles: [
      { kind: 'figure', metric: 'error_rate', w: 3 },
      { kind: 'figure', metric: 'pixel_ms', w: 3 },
      { kind: 'figure', metric: 'own_memory_per_session_bytes', w: 3 },
      { kind: 'figure', metric: 'connection_success_rate', w: 3 },
      { kind: 'line', metric: 'pixel_ms', title: 'Event to pixel', aggregates: ['p50', 'p95', 'p99'] },
      { kind: 'line', metric: 'rpc_ms', title: 'Calls of the app', aggregates: ['p50', 'p95', 'p99'] },
      { kind: 'line', metric: 'session_rss_bytes', title: "Agents' memory", by: ['agent'] },
      { kind: 'line', metric: 'core_rss_bytes', title: 'Core memory' },
      { kind: 'line', metric: 'connection_latency_ms', title: 'Host latency', by: ['host'] },
      { kind: 'bars', metric: 'app_error', title: 'Errors of the app', by: ['code'] },
    ],
  },
];

const SIZES: Readonly<Record<Tile['kind'], { w: number; h: number }>> = {
  figure: { w: 2, h: 2 },
  line: { w: 6, h: 5 },
  bars: { w: 6, h: 5 },
  table: { w: 6, h: 5 },
};

/** Height of a new tile and its width, by kind. */
export const sizeOf = (kind: Tile['kind']): { w: number; h: number } => SIZES[kind];

/** A query for one metric with nothing chosen. */
export const plainQuery = (metric: string, more: { aggregate?: Aggregate; by?: readonly string[] } = {}): Query => ({
  metric,
  ...(more.aggregate ? { aggregate: more.aggregate } : {}),
  where: [],
  by: [...(more.by ?? [])],
  range: last(DAY),
  points: 0,
  limit: 8,
});

/** The dashboards whose metrics the catalogue has; tiles of others are left out. */
export function starterDashboards(metrics: Metrics): Draft[] {
  return starters.flatMap(({ id, name, range, tiles }): Draft[] => {
    const made: Tile[] = [];
    for (const spec of tiles) {
      const entry = metrics.get(spec.metric);
      if (!entry) continue;
      const { w, h } = { ...SIZES[spec.kind], ...(spec.w ? { w: spec.w } : {}), ...(spec.h ? { h: spec.h } : {}) };
      const by = (spec.by ?? []).filter((tag) => entry.tags.includes(tag));
      const queries = (spec.aggregates ?? [undefined]).map((aggregate) => plainQuery(spec.metric, { by, ...(aggregate ? { aggregate } : {}) }));
      made.push({ id: `${id}-${made.length + 1}`, title: spec.title ?? entry.title, kind: spec.kind, queries, ...freePlace(made, w, h), w, h });
    }
    return made.length === 0 ? [] : [{ id, name, range, compare: null, tiles: settle(made) }];
  });
}
