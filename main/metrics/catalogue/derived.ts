/** Metrics made of others: each a named pure function of what its inputs come to, with its formula in words. */
import { COORDINATION_FORMULA, COORDINATION_MIN_NODES, coordinationScore } from '#shared/domain/coordination.ts';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Filter } from '#shared/domain/query.ts';
import type { Cell, Derived, Input } from '../query/catalogue.ts';

type Formula = Pick<CatalogueEntry, 'title' | 'better'> & { readonly formula: string; readonly definition: Derived };

const is = (tag: string, ...values: string[]): Filter => ({ tag, op: 'is', values });
const isNot = (tag: string, ...values: string[]): Filter => ({ tag, op: 'is-not', values });
const sum = (metric: string, ...where: Filter[]): Input => ({ metric, aggregate: 'sum', where });
const NONE: Cell = { value: null, n: 0 };
/** What was never counted is zero. */
const of = (cell: Cell | undefined): number => cell?.value ?? 0;
const NOT_TOLD: Cell = NONE;

/** part ÷ whole, told of `n` things; nothing when there is no whole. */
function share(part: number, whole: number, n: number): Cell {
  return whole > 0 ? { value: part / whole, n } : { ...NOT_TOLD, n };
}
/** The first input of the second, which counts things. */
const partOfCount = (cells: readonly Cell[]): Cell => share(of(cells[0]), of(cells[1]), of(cells[1]));

/** Changes of a kind without those whose decision was taken back, of all; four sums in that order. */
const lessUndone = ([some, undone, all, allUndone]: readonly Cell[]): Cell => {
  const whole = of(all) - of(allUndone);
  return share(Math.max(0, of(some) - of(undone)), whole, Math.max(0, whole));
};

const ACCEPTED = is('verdict', 'merged', 'kept');
/** Sessions outside the app cost too, and none of what they cost belongs to what ends here. */
const OURS = isNot('source', 'otlp');
const FIRST = is('first_pass', 'yes');

export const formulas: readonly Formula[] = [
  {
    title: 'Success rate',
    better: 'more',
    formula: 'sessions that ended finished ÷ sessions that ended',
    definition: {
      name: 'success_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('session_ended', is('outcome', 'finished')), sum('session_ended')],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Accepted at first pass',
    better: 'more',
    formula: 'changes accepted without a round of changes ÷ changes decided, both without decisions that were taken back',
    definition: {
      name: 'first_pass_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('change_decided', ACCEPTED, FIRST), sum('change_undone', ACCEPTED, FIRST), sum('change_decided'), sum('change_undone')],
      evaluate: lessUndone,
    },
  },
  {
    title: 'Review acceptance',
    better: 'more',
    formula: 'changes accepted ÷ changes decided, both without decisions that were taken back',
    definition: {
      name: 'review_acceptance',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('change_decided', ACCEPTED), sum('change_undone', ACCEPTED), sum('change_decided'), sum('change_undone')],
      evaluate: lessUndone,
    },
  },
  {
    title: 'Cache-hit rate',
    better: 'more',
    formula: 'tokens read from the cache ÷ (tokens read from the cache + written to it + sent without it)',
    definition: {
      name: 'cache_hit_rate',
      unit: 'ratio',
      minimum: 1,
      inputs: [sum('tokens', is('kind', 'cache_read')), sum('tokens', is('kind', 'input', 'cache_read', 'cache_write'))],
      evaluate: ([read, all]) => share(of(read), of(all), all?.n ?? 0),
    },
  },
  {
    title: 'Cost per session',
    better: 'less',
    formula: 'money spent by sessions of the app in the time ÷ sessions that ended in it',
    definition: { name: 'cost_per_session', unit: 'usd', minimum: 1, inputs: [sum('cost_usd', OURS), sum('session_ended')], evaluate: partOfCount },
  },
  {
    title: 'Cost per merged change',
    better: 'less',
    formula: 'money spent by sessions of the app in the time ÷ changes merged in it and not taken back',
    definition: {
      name: 'cost_per_merged_change',
      unit: 'usd',
      minimum: 1,
      inputs: [sum('cost_usd', OURS), sum('change_decided', is('verdict', 'merged')), sum('change_undone', is('verdict', 'merged'))],
      evaluate: ([cost, merged, undone]) => {
        const changes = of(merged) - of(undone);
        return share(of(cost), changes, Math.max(0, changes));
      },
    },
  },
  {
    title: 'Retry rate',
    better: 'less',
    formula: 'attempts that were not the first at their node ÷ attempts',
    definition: {
      name: 'retry_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('attempt_started', isNot('number', '1')), sum('attempt_started')],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Blocked on a person',
    better: 'less',
    formula: 'time sessions waited for a person ÷ (time they worked + time they waited)',
    definition: {
      name: 'blocked_share',
      unit: 'ratio',
      minimum: 1,
      inputs: [sum('session_blocked_ms'), sum('session_active_ms')],
      evaluate: ([blocked, active]) => share(of(blocked), of(blocked) + of(active), (blocked?.n ?? 0) + (active?.n ?? 0)),
    },
  },
  {
    title: 'Nodes done an hour',
    better: 'more',
    formula: 'nodes that ended done ÷ hours',
    definition: {
      name: 'throughput',
      unit: 'count',
      minimum: 1,
      inputs: [{ metric: 'node_ended', aggregate: 'rate', where: [is('outcome', 'done')] }],
      evaluate: ([rate]) => ({ value: rate?.value === null || rate === undefined ? null : rate.value * 3600, n: rate?.n ?? 0 }),
    },
  },
  {
    title: 'Completion',
    better: 'more',
    formula: 'nodes that ended done ÷ nodes that ended',
    definition: {
      name: 'completion_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('node_ended', is('outcome', 'done')), sum('node_ended')],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Checks passed',
    better: 'more',
    formula: 'runs of checks that passed ÷ runs that passed, failed, ran out of time or could not run',
    definition: {
      name: 'gate_pass_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('gate_result', is('outcome', 'passed')), sum('gate_result', is('outcome', 'passed', 'failed', 'timeout', 'error'))],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Hand-off success',
    better: 'more',
    formula: 'nodes that built on another and ended done ÷ nodes that built on another and ended',
    definition: {
      name: 'handoff_success_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('node_ended', is('outcome', 'done'), is('handoff', 'yes')), sum('node_ended', is('handoff', 'yes'))],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Tool calls that failed',
    better: 'less',
    formula: 'tool calls that failed ÷ tool calls',
    definition: {
      name: 'tool_error_rate',
      unit: 'ratio',
      minimum: 5,
      inputs: [sum('tool_call', is('outcome', 'failed')), sum('tool_call')],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Error rate of the app',
    better: 'less',
    formula: 'calls of the app that failed ÷ calls of the app',
    definition: {
      name: 'error_rate',
      unit: 'ratio',
      minimum: 20,
      inputs: [sum('app_error'), { metric: 'rpc_ms', aggregate: 'count' }],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Connections that worked',
    better: 'more',
    formula: 'dials to agent hosts that reached ready ÷ dials',
    definition: {
      name: 'connection_success_rate',
      unit: 'ratio',
      minimum: 1,
      inputs: [sum('connection_open', is('outcome', 'ready')), sum('connection_open')],
      evaluate: partOfCount,
    },
  },
  {
    title: 'Coordination quality',
    better: 'more',
    formula: COORDINATION_FORMULA,
    definition: {
      name: 'coordination_quality',
      unit: 'ratio',
      minimum: COORDINATION_MIN_NODES,
      inputs: [
        sum('node_ended'),
        sum('node_ended', is('outcome', 'done')),
        sum('gate_result', is('outcome', 'passed', 'failed', 'timeout', 'error')),
        sum('gate_result', is('outcome', 'passed')),
        sum('change_decided'),
        sum('change_undone'),
        sum('change_decided', ACCEPTED, FIRST),
        sum('change_undone', ACCEPTED, FIRST),
        sum('node_ended', is('handoff', 'yes')),
        sum('node_ended', is('handoff', 'yes'), is('outcome', 'done')),
        sum('session_active_ms'),
        sum('session_blocked_ms'),
      ],
      evaluate: ([nodes, done, gates, gatesPassed, decided, undone, firstPass, firstUndone, handoffs, handoffsDone, worked, waited]) => {
        const facts = {
          nodes: of(nodes),
          done: of(done),
          gates: of(gates),
          gatesPassed: of(gatesPassed),
          decided: Math.max(0, of(decided) - of(undone)),
          firstPass: Math.max(0, of(firstPass) - of(firstUndone)),
          handoffs: of(handoffs),
          handoffsDone: of(handoffsDone),
          workedMs: of(worked),
          waitedMs: of(waited),
        };
        return { value: coordinationScore(facts), n: facts.nodes };
      },
    },
  },
];
