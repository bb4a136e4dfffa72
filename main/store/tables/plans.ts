/** Plans, nodes and attempts: every move is compare-and-set and leaves a line in `plan_events`. */
import { z } from 'zod';
import { AttemptStatus, attemptTransitions, NodeStatus, nodeTransitions, planTransitions, sourcesOf } from '#shared/domain/status.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { assignments, plain, type Codec, type Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { AttemptRow, NodeRow, PlanEvent, Store } from '../store.ts';

type NodePatch = NonNullable<Parameters<Store['plans']['moveNode']>[4]>;

const codec: Codec<NodePatch> = { notBefore: plain('not_before'), sessionId: plain('session_id'), attempts: plain('attempts') };
const Strings = z.array(z.string());
const EventKind = z.enum(['plan', 'node', 'attempt']);
const nodeSelect = 'select n.*, p.task_id from nodes n join plans p on p.id = n.plan_id';

const readNode = (row: Columns): NodeRow => ({
  id: row.text('id'),
  planId: row.text('plan_id'),
  taskId: row.text('task_id'),
  position: row.num('position'),
  title: row.text('title'),
  body: row.text('body'),
  dependsOn: row.json('depends_on', Strings),
  status: row.word('status', NodeStatus),
  attempts: row.num('attempts'),
  notBefore: row.numOrNull('not_before'),
  sessionId: row.textOrNull('session_id'),
});
const readAttempt = (row: Columns): AttemptRow => ({
  id: row.text('id'),
  nodeId: row.text('node_id'),
  number: row.num('number'),
  sessionId: row.text('session_id'),
  status: row.word('status', AttemptStatus),
  fault: row.textOrNull('fault'),
  queuedAt: row.num('queued_at'),
  startedAt: row.numOrNull('started_at'),
  endedAt: row.numOrNull('ended_at'),
});
const readEvent = (row: Columns): PlanEvent => ({
  seq: row.num('seq'),
  planId: row.text('plan_id'),
  at: row.num('at'),
  kind: row.word('kind', EventKind),
  targetId: row.text('target_id'),
  from: row.textOrNull('from_status'),
  to: row.text('to_status'),
  detail: row.text('detail'),
});

/** States in which a node came to an end. */
export const isNodeEnd = (status: NodeStatus): boolean => status === 'done' || status === 'failed' || status === 'cancelled';

export function plansTable(sql: Sql, ledger: Ledger): Store['plans'] {
  /** One line of history, and a new revision for the task whose plan it is. */
  const record = (planId: string, kind: PlanEvent['kind'], targetId: string, from: string | null, to: string, detail: string, at: number): void => {
    sql.run(
      'insert into plan_events (plan_id, at, kind, target_id, from_status, to_status, detail) values (?, ?, ?, ?, ?, ?, ?)',
      planId,
      at,
      kind,
      targetId,
      from,
      to,
      detail,
    );
    sql.run('update tasks set rev = ? where id = (select task_id from plans where id = ?)', sql.nextRev(), planId);
  };
  const statusOf = (table: 'plans' | 'nodes' | 'attempts', id: string): string | null =>
    sql.get((row) => row.text('status'), `select status from ${table} where id = ?`, id);
  const planOfNode = (nodeId: string): string => sql.get((row) => row.text('plan_id'), 'select plan_id from nodes where id = ?', nodeId) ?? '';

  const sessionOfNode = (nodeId: string): string | null => sql.get((row) => row.textOrNull('session_id'), 'select session_id from nodes where id = ?', nodeId);
  const isHandoff = (nodeId: string): boolean => sql.get((row) => row.text('depends_on'), 'select depends_on from nodes where id = ?', nodeId) !== '[]';

  return {
    nodes: (planId) => sql.all(readNode, `${nodeSelect} where n.plan_id = ? order by n.position`, planId),
    node: (id) => sql.get(readNode, `${nodeSelect} where n.id = ?`, id),
    readyNodes: () => sql.all(readNode, `${nodeSelect} where n.status = 'ready' and p.status = 'active' order by p.created_at, n.plan_id, n.position`),
    events: (planId) => sql.all(readEvent, 'select * from plan_events where plan_id = ? order by seq', planId),
    attempt: (id) => sql.get(readAttempt, 'select * from attempts where id = ?', id),

    movePlan: (id, to, detail, at) =>
      sql.transaction(() => {
        const from = statusOf('plans', id);
        if (from === null || !sourcesOf(planTransitions, to).some((source) => source === from)) return false;
        sql.run('update plans set status = ? where id = ?', to, id);
        record(id, 'plan', id, from, to, detail, at);
        return true;
      }),
    moveNode: (id, to, detail, at, patch = {}) =>
      sql.transaction(() => {
        const from = statusOf('nodes', id);
        if (from === null || !sourcesOf(nodeTransitions, to).some((source) => source === from)) return false;
        const { sets, values } = assignments(patch, codec);
        sql.run(`update nodes set ${['status = ?', ...sets].join(', ')} where id = ?`, to, ...values, id);
        const planId = planOfNode(id);
        record(planId, 'node', id, from, to, detail, at);
        if (isNodeEnd(to)) ledger.add({ kind: 'node_ended', outcome: to, handoff: isHandoff(id) }, { at, sessionId: sessionOfNode(id) }, planId);
        return true;
      }),
    insertAttempt: ({ id, nodeId, number, sessionId, at }) =>
      sql.transaction(() => {
        sql.run(
          "insert into attempts (id, node_id, number, session_id, status, queued_at) values (?, ?, ?, ?, 'queued', ?)",
          id,
          nodeId,
          number,
          sessionId,
          at,
        );
        const planId = planOfNode(nodeId);
        record(planId, 'attempt', id, null, 'queued', `attempt ${number}`, at);
        // The session of a first attempt is inserted after it.
        ledger.add({ kind: 'attempt_started', number }, { at, sessionId }, planId);
      }),
    moveAttempt: (id, to, detail, at) =>
      sql.transaction(() => {
        const attempt = sql.get(readAttempt, 'select * from attempts where id = ?', id);
        if (!attempt || !sourcesOf(attemptTransitions, to).includes(attempt.status)) return false;
        const ended = to !== 'queued' && to !== 'active';
        sql.run(
          `update attempts set status = ?, fault = ?, started_at = case when ? = 'active' then coalesce(started_at, ?) else started_at end, ended_at = ? where id = ?`,
          to,
          ended && to !== 'succeeded' ? detail : null,
          to,
          at,
          ended ? at : null,
          id,
        );
        record(planOfNode(attempt.nodeId), 'attempt', id, attempt.status, to, detail, at);
        if (ended) ledger.add({ kind: 'attempt_ended', outcome: to }, { at, sessionId: attempt.sessionId });
        return true;
      }),
  };
}
