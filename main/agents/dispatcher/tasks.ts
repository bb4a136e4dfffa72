/** What a person does to a whole task: create, pause, resume, cancel. */
import type { NewTask, Task } from '#shared/domain/session.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Deps } from '../deps.ts';
import type { PlanEngine } from '../plan/engine.ts';
import { isResumable } from './prompt.ts';
import type { Steer } from './steer.ts';

const PAUSE_GRACE_MS = 5000;
const notFound = fail('TASK_NOT_FOUND', 'There is no such task.');

export type Tasks = ReturnType<typeof createTasks>;

export function createTasks(deps: Deps, parts: { engine: PlanEngine; steer: Steer; pump: () => void }) {
  const { store, hosts } = deps;
  const { engine, steer, pump } = parts;

  /** Stores a task and queues its first session. The same `key` again answers with what it made the first time. */
  function create(task: NewTask, key?: string): Result<{ task: Task; sessionId: string }> {
    const known = key === undefined ? null : store.tasks.byKey(key);
    if (known) return ok({ task: known, sessionId: known.plan.nodes[0]?.sessionId ?? '' });
    const repository = store.repositories.get(task.repositoryId);
    if (!repository || repository.archivedAt !== null)
      return fail('REPOSITORY_NOT_FOUND', 'There is no such repository.', { fix: 'Add the repository first.' });
    if (task.isolation.mode === 'worktree' && repository.vcs === 'none') {
      return fail('ISOLATION_NEEDS_GIT', 'A worktree needs git, and this folder is not in a git repository.', {
        fix: 'Choose to work in place, or run `git init` in the folder.',
      });
    }
    if (task.agent.kind === 'command' && task.agent.command.length === 0)
      return fail('COMMAND_EMPTY', 'A command agent needs a command.', { fix: 'Name the program to run.' });
    const created = engine.create(task, key);
    pump();
    return ok(created);
  }

  /** Nothing new starts; an agent that can go on later is stopped, a command runs to its end. */
  async function pause(id: string): Promise<Result<Task>> {
    const task = store.tasks.get(id);
    if (!task) return notFound;
    const live = engine.sessionsOf(task).filter((each) => isResumable(each) && LIVE_SESSION.some((status) => status === each.status));
    const paused = store.transaction(() => {
      if (!engine.pause(task)) return false;
      for (const each of live)
        if (each.statusCode === '' || each.statusCode === 'TURN_INTERRUPTED') store.sessions.patch(each.id, { statusCode: 'PAUSING', statusText: 'Pausing.' });
      return true;
    });
    if (!paused) return fail('TASK_NOT_ACTIVE', 'Only a task that is under way can be paused.', { why: `It is ${task.plan.status}.` });
    await Promise.all(
      live.map((each) => hosts.of(each.hostId).call('session.stop', { sessionId: each.id, how: 'stop', reason: 'stopped', graceMs: PAUSE_GRACE_MS })),
    );
    await Promise.all(live.map((each) => steer.ended(each.id)));
    pump();
    return ok(store.tasks.get(id) ?? task);
  }

  /** Goes on after a pause; a failed or cancelled task goes on with the session that ended it. */
  async function resume(id: string): Promise<Result<Task>> {
    const task = store.tasks.get(id);
    if (!task) return notFound;
    if (task.plan.status === 'active') return ok(task);
    if (task.plan.status === 'done') return fail('TASK_DONE', 'The task is done.', { fix: 'Send its session a message to go on with it.' });
    if (task.plan.status === 'paused') engine.unpause(task);
    else {
      const node = task.plan.nodes.find((each) => each.sessionId !== null && (each.status === 'failed' || each.status === 'cancelled'));
      const resumed = node?.sessionId ? await steer.resume(node.sessionId, '') : notFound;
      if (!resumed.ok) return resumed;
    }
    pump();
    return ok(store.tasks.get(id) ?? task);
  }

  /** Ends the task: what runs is stopped, what waits never starts. The worktree stays. */
  async function cancel(id: string): Promise<Result<Task>> {
    const task = store.tasks.get(id);
    if (!task) return notFound;
    const cancelled = store.transaction(() => engine.cancel(task));
    if (!cancelled) return fail('TASK_ENDED', 'The task has ended.', { why: `It is ${task.plan.status}.` });
    for (const session of engine.sessionsOf(task)) {
      const stopped = await steer.stop(session.id);
      if (!stopped.ok) return stopped;
    }
    return ok(store.tasks.get(id) ?? task);
  }

  return { create, pause, resume, cancel };
}
