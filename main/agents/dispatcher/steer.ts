/** What a person does to a session: a message, an interrupt, a stop, a resume, the archive. */
import { ENDED_SESSION, LIVE_SESSION, type SessionStatus } from '#shared/domain/status.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { SessionRow } from '#store/store.ts';
import { hostOf, type Deps } from '../deps.ts';
import { overTurns } from '../governor/budget.ts';
import type { Limiter } from '../governor/limiter.ts';
import type { PlanEngine } from '../plan/engine.ts';
import type { EndRun } from './end-run.ts';
import { addMessage, resumePrompt } from './prompt.ts';
import type { Runs } from './runs.ts';

const STOP_GRACE_MS = 5000;
/** How long an act waits for a run to end, in milliseconds. */
const END_WAIT_MS = 15_000;

export type Steer = ReturnType<typeof createSteer>;

const isLive = (status: SessionStatus): boolean => LIVE_SESSION.some((each) => each === status);
const isEnded = (status: SessionStatus): boolean => ENDED_SESSION.some((each) => each === status);
const notFound = fail('SESSION_NOT_FOUND', 'There is no such session.');

export function createSteer(deps: Deps, parts: { runs: Runs; end: EndRun; engine: PlanEngine; limiter: Limiter; pump: () => void }) {
  const { store, now } = deps;
  const { runs, end, engine, limiter, pump } = parts;

  /** Gives the agent a message: at once while it runs, with its start when it is queued, as a resume when it has ended. */
  async function send(id: string, text: string, from: 'person' | 'review' = 'person'): Promise<Result<void>> {
    await runs.get(id)?.start?.settled;
    const session = store.sessions.get(id);
    if (!session) return notFound;
    if (isEnded(session.status)) return discard(await resume(id, text, from));
    if (session.status === 'queued') {
      store.sessions.patch(id, { nextPrompt: addMessage(session.nextPrompt, bodyOf(session), text) });
      return ok(undefined);
    }
    const run = runs.get(id);
    if (run && !run.finishing) {
      run.messages += 1;
      const sent = await hostOf(deps, id).call('session.send', { sessionId: id, text, from });
      if (sent.ok) return ok(undefined);
      run.messages = Math.max(0, run.messages - 1);
      if (sent.fault.code !== 'SESSION_NOT_RUNNING') return sent;
    }
    // Its run is ending under our hands: the message starts the next one.
    if (!(await ended(id))) return fail('SESSION_ENDING', 'The session is just ending.', { fix: 'Send the message again in a moment.' });
    return discard(await resume(id, text, from));
  }

  async function interrupt(id: string): Promise<Result<void>> {
    const session = store.sessions.get(id);
    if (!session) return notFound;
    if (!isLive(session.status)) return fail('SESSION_NOT_RUNNING', 'The session does not run.', { why: `It is ${session.status}.` });
    return discard(await hostOf(deps, id).call('session.interrupt', { sessionId: id }));
  }

  /** Ends a session for good, until a person resumes it. Answers when it has ended or after 15 s. */
  async function stop(id: string): Promise<Result<SessionRow>> {
    const session = store.sessions.get(id);
    if (!session) return notFound;
    const patch = { statusCode: 'STOPPED', statusText: 'Stopped by a person.', endedAt: now(), nextPrompt: null };
    const stopped = store.transaction(() => {
      const moved = store.sessions.move(id, 'stopped', patch, ['queued']);
      if (moved) engine.settle(moved, 'stopped', false, 'STOPPED');
      return moved;
    });
    if (stopped) {
      // A change that was sent back to the agent comes back to the queue when the agent is called off.
      await deps.collect(id);
      pump();
      return ok(stopped);
    }
    if (isEnded(session.status)) return ok(session);
    store.sessions.patch(id, { statusCode: 'STOPPING', statusText: 'Stopping.' });
    const told = await hostOf(deps, id).call(
      'session.stop',
      { sessionId: id, how: 'stop', reason: 'stopped', graceMs: STOP_GRACE_MS },
      { timeoutMs: END_WAIT_MS },
    );
    if (!told.ok) return told;
    await ended(id);
    const after = store.sessions.get(id);
    return after ? ok(after) : notFound;
  }

  async function resume(id: string, text: string, from: 'person' | 'review' = 'person'): Promise<Result<SessionRow>> {
    await end.collected(id);
    return resumeNow(id, text, from);
  }

  /** Queues an ended session again, at once: may be part of a larger transaction. @returns SESSION_LIVE, FOLDER_BUSY, BUDGET_TASK, MAX_TURNS when that cannot be */
  function resumeNow(id: string, text: string, from: 'person' | 'review'): Result<SessionRow> {
    return store.transaction((): Result<SessionRow> => {
      const session = store.sessions.get(id);
      if (!session) return notFound;
      if (!isEnded(session.status)) return fail('SESSION_LIVE', 'The session has not ended.', { why: `It is ${session.status}.` });
      const task = store.tasks.get(session.taskId);
      const busy = task && engine.sessionsOf(task).find((each) => each.id !== id && !isEnded(each.status));
      if (busy) return fail('FOLDER_BUSY', `"${busy.title}" works in the same folder.`, { fix: 'Wait for it or stop it first.' });
      const budget = limiter.budgetOf(session);
      if (budget?.code === 'BUDGET_TASK') return fail('BUDGET_TASK', budget.text, { fix: 'Create a new task with its own budget.' });
      const turns = overTurns(session.limits, session.turns);
      if (turns !== null) return fail('MAX_TURNS', turns.text, { fix: 'Create a new task that allows more turns.' });
      engine.reopen(session, 'resumed by a person');
      const nextPrompt = resumePrompt(session, bodyOf(session), text, from);
      const patch = { nextPrompt, queuedAt: now(), endedAt: null, statusCode: '', statusText: '', archivedAt: null };
      const queued = store.sessions.move(id, 'queued', patch);
      if (!queued) return fail('SESSION_LIVE', 'The session has not ended.');
      pump();
      return ok(queued);
    });
  }

  /** Puts ended sessions away or back; nothing is deleted. */
  function archive(ids: readonly string[], archived: boolean): Result<void> {
    return store.transaction((): Result<void> => {
      for (const id of ids) {
        const session = store.sessions.get(id);
        if (!session) return notFound;
        if (archived && !isEnded(session.status)) return fail('SESSION_LIVE', `"${session.title}" has not ended.`, { fix: 'Stop it first.' });
      }
      for (const id of ids) store.sessions.patch(id, { archivedAt: archived ? now() : null });
      return ok(undefined);
    });
  }

  /** The task's text for the session's step. */
  const bodyOf = (session: SessionRow): string => store.plans.node(session.nodeId)?.body ?? '';

  /** Resolves true when the session has no live run any more. */
  function ended(id: string): Promise<boolean> {
    const gone = (): boolean => !isLive(store.sessions.get(id)?.status ?? 'stopped');
    if (gone()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        off();
        resolve(gone());
      };
      const timer = setTimeout(done, END_WAIT_MS);
      const off = store.onChanged(() => gone() && done());
    });
  }

  return { send, interrupt, stop, resume, resumeNow, archive, ended };
}

const discard = (result: Result<unknown>): Result<void> => (result.ok ? ok(undefined) : result);
