/** How sessions are grouped by state, and which a filter keeps. Pure. */
import { agentLabel } from '#shared/domain/agent.ts';
import type { Session } from '#shared/domain/session.ts';
import type { SessionStatus } from '#shared/domain/status.ts';

export type Group = { readonly id: string; readonly name: string; readonly states: readonly SessionStatus[] };

/** In the order a person asks: what needs me, what runs, what went wrong, what is done. */
export const groups: readonly Group[] = [
  { id: 'waiting', name: 'Waiting for you', states: ['waiting'] },
  { id: 'running', name: 'Running', states: ['starting', 'running'] },
  { id: 'queued', name: 'Queued', states: ['queued'] },
  { id: 'failed', name: 'Failed', states: ['failed', 'interrupted', 'limited'] },
  { id: 'finished', name: 'Finished', states: ['finished'] },
  { id: 'stopped', name: 'Stopped', states: ['stopped'] },
];

export const groupOf = (session: Session): Group | undefined => groups.find((group) => group.states.includes(session.status));

/** Sessions by group, groups without any left out, the order inside kept. */
export function grouped(sessions: readonly Session[]): { group: Group; sessions: Session[] }[] {
  return groups
    .map((group) => ({ group, sessions: sessions.filter((session) => group.states.includes(session.status)) }))
    .filter((one) => one.sessions.length > 0);
}

/** Whether a session has all words of the filter, in its title, repository, agent, branch, state or act. */
export function matches(session: Session, repository: string, filter: string): boolean {
  const text = [
    session.title,
    repository,
    agentLabel(session.agent),
    session.agent.model,
    session.branch,
    session.activity,
    session.status,
    groupOf(session)?.name,
  ]
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
