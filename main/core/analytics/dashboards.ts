/** The dashboards every installation begins with: made once, the user's own from then on. */
import type { Dashboard, Tile } from '#shared/domain/dashboard.ts';
import { Query } from '#shared/domain/query.ts';

const DAY = 86_400_000;
const RANGE = { kind: 'last', ms: DAY } as const;
const HOUR = { kind: 'last', ms: 3_600_000 } as const;
const WEEK = { kind: 'last', ms: 7 * DAY } as const;

type Ask = Partial<Omit<Query, 'metric' | 'range'>>;
const ask = (metric: string, more: Ask = {}): Query => Query.parse({ metric, range: RANGE, ...more });
/** Points are the page's to choose: it knows its pixels. */
const curve = (metric: string, more: Ask = {}): Query => ask(metric, { points: 300, limit: 6, ...more });

const quantiles = (metric: string): Query[] => (['p50', 'p95', 'p99'] as const).map((aggregate) => curve(metric, { aggregate }));

type Place = readonly [x: number, y: number, w: number, h: number];
const tile = (id: string, title: string, kind: Tile['kind'], [x, y, w, h]: Place, ...queries: Query[]): Tile => ({ id, title, kind, queries, x, y, w, h });

type New = Omit<Dashboard, 'rev'>;

export const builtIn: readonly New[] = [
  {
    id: 'fleet',
    name: 'Fleet',
    range: RANGE,
    compare: { with: 'before' },
    tiles: [
      tile('sessions', 'Sessions ended', 'figure', [0, 0, 3, 2], ask('session_ended')),
      tile('success', 'Success rate', 'figure', [3, 0, 3, 2], ask('success_rate')),
      tile('throughput', 'Nodes done an hour', 'figure', [6, 0, 3, 2], ask('throughput')),
      tile('blocked', 'Blocked on a person', 'figure', [9, 0, 3, 2], ask('blocked_share')),
      tile('live', 'Live sessions', 'line', [0, 2, 6, 4], curve('sessions_live', { by: ['state'], aggregate: 'max' })),
      tile('nodes', 'Nodes ended', 'bars', [6, 2, 6, 4], curve('node_ended', { by: ['outcome'], points: 48 })),
      tile('turns', 'Turn duration', 'line', [0, 6, 6, 4], curve('turn_ms', { aggregate: 'p50' }), curve('turn_ms', { aggregate: 'p95' })),
      tile(
        'waits',
        'Wait for an answer',
        'line',
        [6, 6, 6, 4],
        curve('permission_wait_ms', { aggregate: 'p50' }),
        curve('permission_wait_ms', { aggregate: 'p95' }),
      ),
      tile('memory', "Agents' memory", 'line', [0, 10, 4, 4], curve('session_rss_bytes', { by: ['agent'], aggregate: 'max' })),
      tile('own', 'Our memory per session', 'line', [4, 10, 4, 4], curve('own_memory_per_session_bytes')),
      tile('hosts', 'Host latency', 'line', [8, 10, 4, 4], curve('connection_latency_ms', { by: ['host'], aggregate: 'p95' })),
    ],
  },
  {
    id: 'cost',
    name: 'Cost',
    range: WEEK,
    compare: { with: 'before' },
    tiles: [
      tile('spent', 'Spent', 'figure', [0, 0, 3, 2], ask('cost_usd')),
      tile('session', 'Cost per session', 'figure', [3, 0, 3, 2], ask('cost_per_session')),
      tile('change', 'Cost per merged change', 'figure', [6, 0, 3, 2], ask('cost_per_merged_change')),
      tile('cache', 'Cache-hit rate', 'figure', [9, 0, 3, 2], ask('cache_hit_rate')),
      tile('by-model', 'Cost by model', 'bars', [0, 2, 6, 4], curve('cost_usd', { by: ['model'], points: 56 })),
      tile('by-kind', 'Tokens by kind', 'bars', [6, 2, 6, 4], curve('tokens', { by: ['kind'], points: 56 })),
      tile('repositories', 'Cost by repository', 'table', [0, 6, 4, 4], ask('cost_usd', { by: ['repository'] })),
      tile('agents', 'Cost by agent', 'table', [4, 6, 4, 4], ask('cost_usd', { by: ['agent', 'model'] })),
      tile('people', 'Cost by person', 'table', [8, 6, 4, 4], ask('cost_usd', { by: ['person'] })),
      tile('tasks', 'Cost by task', 'table', [0, 10, 12, 4], ask('cost_usd', { by: ['task'] })),
    ],
  },
  {
    id: 'quality',
    name: 'Quality',
    range: WEEK,
    compare: { with: 'before' },
    tiles: [
      tile('coordination', 'Coordination quality', 'figure', [0, 0, 3, 2], ask('coordination_quality')),
      tile('first-pass', 'Accepted at first pass', 'figure', [3, 0, 3, 2], ask('first_pass_rate')),
      tile('acceptance', 'Review acceptance', 'figure', [6, 0, 3, 2], ask('review_acceptance')),
      tile('retries', 'Retry rate', 'figure', [9, 0, 3, 2], ask('retry_rate')),
      tile('gates', 'Checks', 'bars', [0, 2, 6, 4], curve('gate_result', { by: ['outcome'], points: 56 })),
      tile('verdicts', 'Changes decided', 'bars', [6, 2, 6, 4], curve('change_decided', { by: ['verdict'], points: 56 })),
      tile('review', 'Wait for review', 'line', [0, 6, 6, 4], curve('change_wait_ms', { aggregate: 'p50' }), curve('change_wait_ms', { aggregate: 'p95' })),
      tile('tools', 'Tool calls that failed', 'table', [6, 6, 6, 4], ask('tool_error_rate', { by: ['tool'] })),
      tile('errors', 'Errors of sessions', 'table', [0, 10, 6, 4], ask('session_error', { by: ['code'] })),
      tile('retried', 'Attempts by number', 'bars', [6, 10, 6, 4], curve('attempt_started', { by: ['number'], points: 56 })),
    ],
  },
  {
    id: 'this-app',
    name: 'This app',
    range: HOUR,
    compare: { with: 'before' },
    tiles: [
      tile('pixel', 'Event to pixel, p95', 'figure', [0, 0, 3, 2], ask('pixel_ms', { aggregate: 'p95' })),
      tile('error-rate', 'Error rate of the app', 'figure', [3, 0, 3, 2], ask('error_rate')),
      tile('own', 'Our memory per session', 'figure', [6, 0, 3, 2], ask('own_memory_per_session_bytes')),
      tile('cli', "Agents' memory, a session", 'figure', [9, 0, 3, 2], ask('session_rss_bytes', { aggregate: 'p50' })),
      tile('pixels', 'Event to pixel', 'line', [0, 2, 6, 4], ...quantiles('pixel_ms')),
      tile('calls', 'Calls of the app', 'line', [6, 2, 6, 4], ...quantiles('rpc_ms')),
      tile('errors', 'Errors of the app', 'bars', [0, 6, 6, 4], curve('app_error', { by: ['code'], points: 48 })),
      tile('delay', "Core's delay", 'line', [6, 6, 6, 4], curve('loop_delay_ms', { aggregate: 'max' })),
      tile(
        'memory',
        'Memory of core and host',
        'line',
        [0, 10, 4, 4],
        curve('core_rss_bytes', { aggregate: 'max' }),
        curve('host_rss_bytes', { aggregate: 'max' }),
      ),
      tile('agents', "Agents' memory by agent", 'line', [4, 10, 4, 4], curve('session_rss_bytes', { by: ['agent'], aggregate: 'p95' })),
      tile('databases', 'Databases', 'line', [8, 10, 4, 4], curve('database_bytes', { by: ['file'], aggregate: 'max' })),
      tile('slowest', 'Slowest calls, p95', 'table', [0, 14, 4, 4], ask('rpc_ms', { by: ['procedure'], aggregate: 'p95' })),
      tile('kinds', 'Errors by kind', 'table', [4, 14, 4, 4], ask('app_error', { by: ['code', 'procedure'] })),
      tile('telemetry', 'Telemetry points', 'table', [8, 14, 4, 4], ask('telemetry_points', { by: ['outcome', 'host'] })),
    ],
  },
];
