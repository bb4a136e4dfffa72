/** Tasks, each with its plan and the plan's nodes. */
import { z } from 'zod';
import { AgentChoice, Isolation, Limits } from '#shared/domain/agent.ts';
import type { Task } from '#shared/domain/session.ts';
import { NodeStatus, PlanStatus } from '#shared/domain/status.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';
import { indexTask } from './search-docs.ts';

type PlanNode = Task['plan']['nodes'][number];

const Strings = z.array(z.string());
const select = `select t.*, p.id as plan_id, p.status as plan_status,
  (select sum(s.cost_usd) from sessions s where s.task_id = t.id) as spent from tasks t join plans p on p.task_id = t.id`;

const readNode = (row: Columns): PlanNode => ({
  id: row.text('id'),
  title: row.text('title'),
  status: row.word('status', NodeStatus),
  dependsOn: row.json('depends_on', Strings),
  attempts: row.num('attempts'),
  sessionId: row.textOrNull('session_id'),
});

export function tasksTable(sql: Sql): Store['tasks'] {
  const read = (row: Columns): Task => ({
    id: row.text('id'),
    repositoryId: row.text('repository_id'),
    title: row.text('title'),
    text: row.text('body'),
    acceptance: row.text('acceptance'),
    agent: row.json('agent', AgentChoice),
    limits: row.json('limits', Limits),
    isolation: row.json('isolation', Isolation),
    allow: row.json('allow', Strings),
    plan: {
      id: row.text('plan_id'),
      status: row.word('plan_status', PlanStatus),
      nodes: sql.all(readNode, 'select * from nodes where plan_id = ? order by position', row.text('plan_id')),
    },
    spentUsd: row.numOrNull('spent') ?? 0,
    createdAt: row.num('created_at'),
    rev: row.num('rev'),
  });
  const get = (id: string): Task | null => sql.get(read, `${select} where t.id = ?`, id);

  return {
    get,
    byKey: (key) => sql.get(read, `${select} where t.idempotency_key = ?`, key),
    since: (rev) => sql.all(read, `${select} where t.rev > ? order by t.rev`, rev),
    insert: (id, task, nodes, at, key) =>
      sql.transaction(() => {
        const planId = newId('pln', at);
        sql.run(
          `insert into tasks (id, repository_id, title, body, acceptance, agent, limits, isolation, allow, idempotency_key, created_at, rev)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          task.repositoryId,
          task.title,
          task.text,
          task.acceptance,
          JSON.stringify(task.agent),
          JSON.stringify(task.limits),
          JSON.stringify(task.isolation),
          JSON.stringify(task.allow),
          key ?? null,
          at,
          sql.nextRev(),
        );
        sql.run("insert into plans (id, task_id, status, created_at) values (?, ?, 'active', ?)", planId, id, at);
        nodes.forEach((node, position) => {
          const status: NodeStatus = node.dependsOn.length === 0 ? 'ready' : 'blocked';
          sql.run(
            'insert into nodes (id, plan_id, position, title, body, depends_on, status) values (?, ?, ?, ?, ?, ?, ?)',
            node.id,
            planId,
            position,
            node.title,
            node.body,
            JSON.stringify(node.dependsOn),
            status,
          );
        });
        indexTask(sql, { id, title: task.title, body: `${task.text}\n${task.acceptance}`, at });
        const stored = get(id);
        if (!stored) throw new FaultError({ code: 'STORE_DAMAGED', message: 'A task that was just stored is not there.' });
        return stored;
      }),
  };
}
