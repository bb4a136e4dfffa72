/** The rows figures are made of, each read once per span; a figure and its origin come from the same rows. */
import type { CoordinationFacts } from '#shared/domain/coordination.ts';
import { ChangeStatus } from '#shared/domain/status.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Span } from './span.ts';

export type Scope = { readonly repositoryId: string | null };

export type DecidedChange = {
  readonly id: string;
  readonly title: string;
  readonly taskId: string;
  readonly sessionId: string;
  readonly status: ChangeStatus;
  readonly rounds: number;
  readonly decidedAt: number;
  /** US dollars of all sessions of its task; null when no agent reported any. */
  readonly costUsd: number | null;
};

/** Changes a person accepted or rejected in the span, by time of decision. */
export function decidedChanges(sql: Sql, span: Span, { repositoryId }: Scope): DecidedChange[] {
  return sql.all(
    (row) => ({
      id: row.text('id'),
      title: row.text('title'),
      taskId: row.text('task_id'),
      sessionId: row.text('session_id'),
      status: row.word('status', ChangeStatus),
      rounds: row.num('rounds'),
      decidedAt: row.num('decided_at'),
      costUsd: row.numOrNull('cost'),
    }),
    `select c.id, c.title, c.task_id, c.session_id, c.status, c.rounds, c.decided_at, (select sum(s.cost_usd) from sessions s where s.task_id = c.task_id) as cost
     from changes c where c.decided_at >= ? and c.decided_at < ? and c.status in ('merged', 'kept', 'rejected') and (? is null or c.repository_id = ?)
     order by c.decided_at`,
    span.from,
    span.to,
    repositoryId,
    repositoryId,
  );
}

export type Wait = { readonly id: string; readonly title: string; readonly sessionId: string; readonly answeredAt: number; readonly ms: number };

/** Permission requests a person answered in the span; what a rule or the agent itself answered kept nobody waiting. */
export function personWaits(sql: Sql, span: Span, { repositoryId }: Scope): Wait[] {
  return sql.all(
    (row) => ({
      id: row.text('id'),
      title: row.text('title'),
      sessionId: row.text('session_id'),
      answeredAt: row.num('answered_at'),
      ms: Math.max(0, row.num('answered_at') - row.num('asked_at')),
    }),
    `select p.id, p.title, p.session_id, p.asked_at, p.answered_at from permissions p join sessions s on s.id = p.session_id
     where p.answered_at >= ? and p.answered_at < ? and p.status in ('allowed', 'denied') and p.answered_by is not null
       and p.answered_by <> 'agent' and p.answered_by not like 'rule %' and (? is null or s.repository_id = ?) order by p.answered_at`,
    span.from,
    span.to,
    repositoryId,
    repositoryId,
  );
}

export type EndedNode = {
  readonly id: string;
  readonly title: string;
  readonly sessionId: string | null;
  readonly at: number;
  readonly status: string;
  readonly handoff: boolean;
};

/** Nodes that came to an end in the span, each with its last end there. */
export function endedNodes(sql: Sql, span: Span, { repositoryId }: Scope): EndedNode[] {
  return sql.all(
    (row) => ({
      id: row.text('target_id'),
      title: row.text('title'),
      sessionId: row.textOrNull('session_id'),
      at: row.num('at'),
      status: row.text('to_status'),
      handoff: row.text('depends_on') !== '[]',
    }),
    `select e.target_id, e.to_status, e.at, max(e.seq), n.title, n.depends_on, n.session_id
     from plan_events e join nodes n on n.id = e.target_id join plans p on p.id = e.plan_id join tasks t on t.id = p.task_id
     where e.kind = 'node' and e.to_status in ('done', 'failed', 'cancelled') and e.at >= ? and e.at < ? and (? is null or t.repository_id = ?)
     group by e.target_id order by e.at`,
    span.from,
    span.to,
    repositoryId,
    repositoryId,
  );
}

/** What the coordination score is made of. */
export function coordinationFacts(sql: Sql, span: Span, scope: Scope): CoordinationFacts {
  const nodes = endedNodes(sql, span, scope);
  const decided = decidedChanges(sql, span, scope);
  const handoffs = nodes.filter((node) => node.handoff);
  const two =
    (a: string, b: string) =>
    (row: Columns): [number, number] => [row.num(a), row.num(b)];
  const params = [span.from, span.to, scope.repositoryId, scope.repositoryId];
  const [gates, gatesPassed] = sql.get(
    two('n', 'passed'),
    `select count(*) as n, count(*) filter (where r.status = 'passed') as passed from check_runs r join changes c on c.id = r.change_id
     where r.ended_at >= ? and r.ended_at < ? and r.status in ('passed', 'failed', 'timeout', 'error') and (? is null or c.repository_id = ?)`,
    ...params,
  ) ?? [0, 0];
  const [workedMs, waitedMs] = sql.get(
    two('worked', 'waited'),
    `select total(active_ms) as worked, total(blocked_ms) as waited from sessions where ended_at >= ? and ended_at < ? and (? is null or repository_id = ?)`,
    ...params,
  ) ?? [0, 0];
  return {
    nodes: nodes.length,
    done: nodes.filter((node) => node.status === 'done').length,
    gates,
    gatesPassed,
    decided: decided.length,
    firstPass: decided.filter(acceptedAtOnce).length,
    handoffs: handoffs.length,
    handoffsDone: handoffs.filter((node) => node.status === 'done').length,
    workedMs,
    waitedMs,
  };
}

export const acceptedAtOnce = (change: DecidedChange): boolean => change.status !== 'rejected' && change.rounds === 0;
