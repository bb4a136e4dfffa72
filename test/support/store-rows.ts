/** The rows most tests of the store need, made through its own interface; also for programs that run outside the test runner. */
import type { Change } from '#shared/domain/change.ts';
import type { Store } from '#store/index.ts';
import { AgentChoice } from '#shared/domain/agent.ts';
import { RepositorySettings, type Repository } from '#shared/domain/repository.ts';
import { NewTask } from '#shared/domain/session.ts';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';

let serial = 0;
const next = (prefix: string): string => `${prefix}_test${++serial}`;

export function addRepository(store: Store, more: Partial<Omit<Repository, 'rev'>> = {}): Repository {
  const id = next('rep');
  return store.repositories.insert({
    id,
    path: `/somewhere/${id}`,
    name: id,
    vcs: 'git',
    settings: RepositorySettings.parse({}),
    present: true,
    addedAt: 1000,
    archivedAt: null,
    ...more,
  });
}

export type Seed = { repositoryId: string; taskId: string; planId: string; nodeId: string; attemptId: string; sessionId: string };

/** A task of one node with its first attempt and a queued session. */
export function addSession(store: Store, options: { repositoryId?: string; title?: string; text?: string; at?: number } = {}): Seed {
  const at = options.at ?? 1000;
  const repositoryId = options.repositoryId ?? addRepository(store).id;
  const ids = { taskId: next('tsk'), nodeId: next('nod'), attemptId: next('att'), sessionId: next('ses') };
  const agent = AgentChoice.parse({ kind: 'command', command: ['true'] });
  const title = options.title ?? 'A task';
  const task = store.tasks.insert(
    ids.taskId,
    NewTask.parse({ repositoryId, title, text: options.text ?? 'Do it.', agent }),
    [{ id: ids.nodeId, title, body: 'Do it.', dependsOn: [] }],
    at,
  );
  store.transaction(() => {
    store.plans.insertAttempt({ id: ids.attemptId, nodeId: ids.nodeId, number: 1, sessionId: ids.sessionId, at });
    store.sessions.insert({
      id: ids.sessionId,
      taskId: ids.taskId,
      nodeId: ids.nodeId,
      attemptId: ids.attemptId,
      repositoryId,
      title,
      agent,
      limits: {},
      at,
      patch: { hostId: 'local' },
    });
  });
  return { ...ids, repositoryId, planId: task.plan.id };
}

/** A change that waits for a decision, in a worktree that is not there. */
export function addChange(store: Store, { taskId, sessionId, repositoryId }: Seed, more: Partial<Change> & { id: string }): Change {
  return store.changes.insert({
    taskId,
    sessionId,
    repositoryId,
    title: more.id,
    status: 'waiting',
    mode: 'worktree',
    cwd: '/w',
    place: { cwd: '/w', repository: '/r', gitDir: null },
    branch: 'b',
    targetBranch: 'main',
    base: 'x',
    snapshot: 'y',
    files: [],
    added: 0,
    deleted: 0,
    summary: '',
    rounds: 0,
    mergedSha: null,
    mergedBefore: null,
    mergeMethod: null,
    conflicts: [],
    skipped: [],
    note: '',
    viewed: [],
    createdAt: 1,
    decidedAt: null,
    ...more,
  });
}

/** Numbers events of one run from `first` on. */
export function numbered(epoch: string, events: readonly SessionEvent[], first = 1, at = 1000): NumberedEvent[] {
  return events.map((event, index) => ({ epoch, seq: first + index, at: at + index, event }));
}

export const text = (value: string, blockId = 'b'): SessionEvent => ({ kind: 'text', blockId, text: value });
export const usage = (outputTokens: number, costUsd: number | null, turns = 1): SessionEvent => ({
  kind: 'usage',
  usage: { inputTokens: outputTokens * 2, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd, turns, contextTokens: 10, contextWindow: 100 },
});
export const toolCall = (callId: string, title = `Edit ${callId}.ts`): SessionEvent => ({
  kind: 'tool_call',
  callId,
  tool: 'Edit',
  toolKind: 'edit',
  title,
  input: '{}',
  edits: [],
});
export const toolResult = (callId: string, output = 'done'): SessionEvent => ({ kind: 'tool_result', callId, status: 'ok', output, edits: [] });
