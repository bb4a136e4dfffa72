/** The overview's figures: what each counts, over which window, and the rows it comes from. */
import type { Figure } from '#shared/contract/insight.ts';
import { COORDINATION_FORMULA, COORDINATION_MIN_NODES, coordinationParts, coordinationScore } from '#shared/domain/coordination.ts';
import type { Sql } from '../sql.ts';
import { acceptedAtOnce, coordinationFacts, decidedChanges, endedNodes, personWaits, type DecidedChange, type Scope } from './rows.ts';
import { DAY, rolling, today, type Span, type Windows } from './span.ts';

export type Input = { label: string; value: string; at: number | null; sessionId: string | null; changeId: string | null };
type Measured = { readonly value: number | null; readonly n: number };
type Definition = Pick<Figure, 'id' | 'title' | 'unit' | 'of' | 'formula'> & {
  readonly windows: (now: number) => Windows;
  readonly measure: (sql: Sql, span: Span, scope: Scope) => Measured;
  /** Said when there is no value. */
  readonly missing: (n: number) => string;
  readonly inputs: (sql: Sql, span: Span, scope: Scope) => Input[];
};

const week = (now: number): Windows => rolling(now, 7 * DAY, 7);
const usd = (value: number): string => `$${value.toFixed(value < 1 ? 4 : 2)}`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const ofChange = (change: DecidedChange, value: string): Input => ({
  label: change.title,
  value,
  at: change.decidedAt,
  sessionId: change.sessionId,
  changeId: change.id,
});

const merged = (sql: Sql, span: Span, scope: Scope): DecidedChange[] => decidedChanges(sql, span, scope).filter((change) => change.status === 'merged');
const costed = (sql: Sql, span: Span, scope: Scope): DecidedChange[] => merged(sql, span, scope).filter((change) => change.costUsd !== null);

/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export const definitions: readonly Definition[] = [
  {
    id: 'merged',
    title: 'Merged today',
    unit: 'count',
    of: 'changes',
    formula: 'changes merged since local midnight; before: yesterday up to the same time of day',
    windows: (now) => today(now, 14),
    measure: (sql, span, scope) => {
      const n = merged(sql, span, scope).length;
      return { value: n, n };
    },
    missing: () => '',
    inputs: (sql, span, scope) => merged(sql, span, scope).map((change) => ofChange(change, 'merged')),
  },
  {
    id: 'first-pass',
    title: 'Accepted at first pass',
    unit: 'ratio',
    of: 'decided changes',
    formula: 'changes accepted without a round of changes ÷ changes accepted or rejected, last 7 days',
    windows: week,
    measure: (sql, span, scope) => {
      const decided = decidedChanges(sql, span, scope);
      return { value: decided.length === 0 ? null : decided.filter(acceptedAtOnce).length / decided.length, n: decided.length };
    },
    missing: () => 'no change was decided on yet',
    inputs: (sql, span, scope) =>
      decidedChanges(sql, span, scope).map((change) => ofChange(change, `${change.status}, ${change.rounds} ${change.rounds === 1 ? 'round' : 'rounds'}`)),
  },
  {
    id: 'cost-per-change',
    title: 'Cost per merged change',
    unit: 'usd',
    of: 'merged changes with known cost',
    formula: "US dollars of all sessions of the merged changes' tasks ÷ merged changes, last 7 days; tasks whose agent reports no cost are left out",
    windows: week,
    measure: (sql, span, scope) => {
      const changes = costed(sql, span, scope);
      // Two changes of one task share its cost.
      const total = [...new Map(changes.map((change) => [change.taskId, change.costUsd ?? 0])).values()].reduce((sum, cost) => sum + cost, 0);
      return { value: changes.length === 0 ? null : total / changes.length, n: changes.length };
    },
    missing: () => 'no merged change with a reported cost yet',
    inputs: (sql, span, scope) =>
      merged(sql, span, scope).map((change) => ofChange(change, change.costUsd === null ? 'no cost reported' : usd(change.costUsd))),
  },
  {
    id: 'blocked',
    title: 'Blocked on a person',
    unit: 'ms',
    of: 'answered requests',
    formula: 'median time from a permission request to the answer of a person, last 24 hours; answers by rule are left out',
    windows: (now) => rolling(now, DAY, 12),
    measure: (sql, span, scope) => {
      const waits = personWaits(sql, span, scope);
      return { value: median(waits.map((wait) => wait.ms)), n: waits.length };
    },
    missing: () => 'no request was answered by a person',
    inputs: (sql, span, scope) =>
      personWaits(sql, span, scope).map(({ title, ms, answeredAt, sessionId }) => ({
        label: title,
        value: seconds(ms),
        at: answeredAt,
        sessionId,
        changeId: null,
      })),
  },
  {
    id: 'coordination',
    title: 'Coordination quality',
    unit: 'score',
    of: 'nodes',
    formula: `${COORDINATION_FORMULA}, last 7 days`,
    windows: week,
    measure: (sql, span, scope) => {
      const facts = coordinationFacts(sql, span, scope);
      return { value: coordinationScore(facts), n: facts.nodes };
    },
    missing: (n) => `needs ${COORDINATION_MIN_NODES} ended nodes, has ${n}`,
    inputs: (sql, span, scope) => [
      ...coordinationParts(coordinationFacts(sql, span, scope)).map(({ id, title, weight, share, of, n }): Input => ({
        label: `${title} (weight ${weight.toFixed(2)})`,
        value: share === null ? 'no data' : `${share.toFixed(3)} = ${id === 'overhead' ? `${seconds(of)} of ${seconds(n)}` : `${of} of ${n}`}`,
        at: null,
        sessionId: null,
        changeId: null,
      })),
      ...endedNodes(sql, span, scope).map(({ title, status, handoff, at, sessionId }): Input => ({
        label: title,
        value: handoff ? `${status}, builds on another node` : status,
        at,
        sessionId,
        changeId: null,
      })),
    ],
  },
];

/** One figure with its window before and its curve. */
export function figureOf(definition: Definition, sql: Sql, scope: Scope, now: number): Figure {
  const { id, title, unit, of, formula, windows, measure, missing } = definition;
  const { current, previous, spark } = windows(now);
  const { value, n } = measure(sql, current, scope);
  return {
    id,
    title,
    unit,
    of,
    formula,
    value,
    n,
    previous: measure(sql, previous, scope).value,
    windowMs: current.to - current.from,
    missing: value === null ? missing(n) : null,
    spark: spark.map((span) => measure(sql, span, scope).value),
  };
}
