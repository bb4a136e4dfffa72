/** Everything that is measured or counted off stored facts. A ledger metric can be told again from the store; the others are measurements of a moment. */
import type { Entry } from './entry.ts';
import { outsideEntries } from './outside.ts';

type Rest = Pick<Entry, 'source'> & Partial<Pick<Entry, 'tags' | 'better' | 'minimum'>>;

const WHO = ['agent', 'model', 'repository', 'host', 'person'];
const WHERE = ['agent', 'repository'];

const entry = (
  ledger: boolean,
  kind: Entry['kind'],
  unit: Entry['unit'],
  name: string,
  title: string,
  { source, tags = [], better = null, minimum = 1 }: Rest,
): Entry => ({
  name,
  title,
  unit,
  kind,
  source,
  tags: ledger ? [...tags, 'task', 'session'] : tags,
  minimum,
  better,
  ledger,
});
const counter = (name: string, title: string, rest: Rest, unit: Entry['unit'] = 'count'): Entry => entry(true, 'counter', unit, name, title, rest);
const duration = (name: string, title: string, rest: Rest): Entry => entry(true, 'distribution', 'ms', name, title, { better: 'less', ...rest });
const measured = (kind: Entry['kind'], unit: Entry['unit'], name: string, title: string, rest: Rest): Entry => entry(false, kind, unit, name, title, rest);

export const measuredEntries: readonly Entry[] = [
  counter(
    'tokens',
    'Tokens',
    { source: 'usage events of sessions: what each adds to its run; outside sessions by telemetry', tags: ['kind', 'source', ...WHO] },
    'tokens',
  ),
  counter(
    'cost_usd',
    'Cost',
    { source: 'usage events: the cost the agent reports, what each adds to its run', tags: ['source', ...WHO], better: 'less' },
    'usd',
  ),
  counter('turns', 'Turns', { source: 'usage events', tags: WHO }),
  counter('session_started', 'Sessions started', { source: 'the first start of each session; outside sessions by telemetry', tags: ['source', ...WHO] }),
  counter('session_ended', 'Sessions ended', { source: 'each end of a session', tags: ['outcome', ...WHO] }),
  counter('session_active_ms', 'Working time', { source: 'time sessions worked, told when they stop or begin to wait', tags: WHO }, 'ms'),
  counter(
    'session_blocked_ms',
    'Time blocked on a person',
    { source: 'time sessions waited for a person, told when the wait is over', tags: WHO, better: 'less' },
    'ms',
  ),
  duration('session_ms', 'Session duration', { source: 'working and waiting time of a session, at each end', tags: ['outcome', ...WHO], better: null }),
  duration('queue_ms', 'Wait for a start', { source: 'from the creation of a session to its first start', tags: WHO }),
  duration('turn_ms', 'Turn duration', { source: 'from the first message of a turn to its end', tags: ['outcome', ...WHO] }),
  counter('tool_call', 'Tool calls', { source: 'results of tool calls', tags: ['tool', 'outcome', 'source', ...WHERE] }),
  duration('tool_ms', 'Tool call duration', { source: 'from a tool call to its result', tags: ['tool', 'source', 'agent'] }),
  duration('permission_wait_ms', 'Wait for an answer', { source: 'from a permission request to its answer', tags: ['tool', 'outcome', 'by', ...WHERE] }),
  counter('session_error', 'Errors of sessions', { source: 'error notices of sessions', tags: ['code', ...WHERE], better: 'less' }),
  counter('rate_limited', 'Rate limits met', { source: 'rate limit events', tags: ['provider', 'agent', 'host'], better: 'less' }),
  counter('node_ended', 'Nodes ended', { source: 'transitions of plan nodes to done, failed or cancelled', tags: ['outcome', 'handoff', ...WHO] }),
  counter('attempt_started', 'Attempts', { source: 'new attempts at nodes', tags: ['number', ...WHO] }),
  counter('attempt_ended', 'Attempts ended', { source: 'transitions of attempts to an end', tags: ['outcome', ...WHO] }),
  counter('change_opened', 'Changes made', { source: 'changes that came to review', tags: WHO, better: 'more' }),
  counter('change_decided', 'Changes decided', { source: 'decisions of a person: merged, kept or rejected', tags: ['verdict', 'first_pass', ...WHO] }),
  counter('change_undone', 'Decisions taken back', {
    source: 'decisions on changes that were undone',
    tags: ['verdict', 'first_pass', ...WHO],
    better: 'less',
  }),
  counter('change_returned', 'Rounds of changes', { source: 'changes sent back to their agent', tags: WHO, better: 'less' }),
  duration('change_wait_ms', 'Wait for review', { source: 'from the creation of a change to its decision', tags: ['verdict', ...WHO] }),
  counter('gate_result', 'Checks', { source: 'runs of checks that came to an end', tags: ['check', 'outcome', ...WHERE] }),
  duration('check_ms', 'Check duration', { source: 'from the start of a check to its end', tags: ['check', 'repository'] }),
  counter('decision', 'Decisions of people', { source: 'the audit log', tags: ['action', 'person', 'repository'] }),

  ...outsideEntries,
  measured('counter', 'count', 'telemetry_points', 'Telemetry points', {
    source: 'telemetry of sessions outside the app: points that came to a host, by what became of them',
    tags: ['host', 'outcome'],
  }),

  measured('gauge', 'count', 'sessions_live', 'Live sessions', { source: 'counted every 5 s while any runs', tags: ['state'] }),
  measured('distribution', 'bytes', 'session_rss_bytes', "Agents' memory", {
    source: "resident memory of each live session's process tree, every 5 s",
    tags: ['agent', 'host'],
    better: 'less',
  }),
  measured('gauge', 'bytes', 'own_memory_per_session_bytes', 'Our memory per session', {
    source: '(core + host resident memory − the least seen without sessions) ÷ live sessions on this machine, every 5 s',
    better: 'less',
  }),
  measured('gauge', 'bytes', 'core_rss_bytes', 'Core memory', { source: 'resident memory of the core, every 5 s while sessions run', better: 'less' }),
  measured('gauge', 'bytes', 'host_rss_bytes', 'Host memory', {
    source: 'resident memory of the agent host of this machine, every 5 s while sessions run',
    better: 'less',
  }),
  measured('gauge', 'ms', 'loop_delay_ms', "Core's delay", {
    source: "99th percentile of the delay of the core's event loop in each 5 s while sessions run",
    better: 'less',
  }),
  measured('gauge', 'bytes', 'database_bytes', 'Databases', {
    source: 'sizes of acc.db and metrics.db with what waits beside them, every 5 s while sessions run',
    tags: ['file'],
    better: 'less',
  }),
  measured('distribution', 'ms', 'rpc_ms', 'Calls of the app', { source: 'time the core took for each call', tags: ['procedure'], better: 'less' }),
  measured('counter', 'count', 'app_error', 'Errors of the app', { source: 'calls that failed, by code', tags: ['code', 'procedure'], better: 'less' }),
  measured('distribution', 'ms', 'pixel_ms', 'Event to pixel', { source: "from the core's send to the frame in which the page showed it", better: 'less' }),
  measured('counter', 'count', 'connection_open', 'Connections tried', { source: 'dials to agent hosts, by the minute', tags: ['host', 'outcome'] }),
  measured('counter', 'count', 'connection_lost', 'Connections lost', {
    source: 'ready connections that ended without being meant to',
    tags: ['host'],
    better: 'less',
  }),
  measured('counter', 'count', 'host_call', 'Calls to hosts', { source: 'commands to agent hosts, by the minute', tags: ['host', 'outcome'] }),
  measured('distribution', 'ms', 'connection_latency_ms', 'Host latency', {
    source: "quantiles of the minute's answers of each agent host, at most 60 values",
    tags: ['host'],
    better: 'less',
  }),
];
