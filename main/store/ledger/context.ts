/** Reads whom a session's facts belong to: its agent, model, repository, host and the person who created its task. */
import { AgentChoice, agentLabel } from '#shared/domain/agent.ts';
import type { Sql } from '../sql.ts';
import type { FactContext } from './fact.ts';

export const NOBODY: FactContext = { agent: '', model: '', repository: '', host: '', person: '' };

/** @returns null when there is no such session */
export function contextOf(sql: Sql, sessionId: string): FactContext | null {
  return sql.get(
    (row) => {
      const agent = row.json('agent', AgentChoice);
      return {
        agent: agentLabel(agent),
        model: row.textOrNull('model') ?? agent.model,
        repository: row.text('repository'),
        host: row.text('host_id'),
        person: row.textOrNull('person') ?? '',
      };
    },
    `select s.agent, s.host_id, r.name as repository,
         (select json_extract(e.body, '$.model') from session_events e where e.session_id = s.id and e.kind = 'started' order by e.seq desc limit 1) as model,
         (select d.actor from decisions d where d.target_id = s.task_id and d.action = 'task.create' limit 1) as person
       from sessions s join repositories r on r.id = s.repository_id where s.id = ?`,
    sessionId,
  );
}

/** The repository and person of a task whose node has no session yet. */
export function contextOfPlan(sql: Sql, planId: string): FactContext {
  return (
    sql.get(
      (row) => {
        const agent = row.json('agent', AgentChoice);
        return { ...NOBODY, agent: agentLabel(agent), model: agent.model, repository: row.text('repository'), person: row.textOrNull('person') ?? '' };
      },
      `select t.agent, r.name as repository, (select d.actor from decisions d where d.target_id = t.id and d.action = 'task.create' limit 1) as person
       from plans p join tasks t on t.id = p.task_id join repositories r on r.id = t.repository_id where p.id = ?`,
      planId,
    ) ?? NOBODY
  );
}
