/**
 * Ends a run: session, attempt, node and plan move in one transaction, then the change goes to review. The run counts as open until
 * that is done, so a crash in between is found and finished at the next start.
 */
import { LIVE_SESSION } from '#shared/domain/status.ts';
import { SessionEvent } from '#shared/domain/session-event.ts';
import type { Result } from '#shared/lib/fault.ts';
import type { SessionPatch, SessionRow } from '#store/store.ts';
import type { Deps, Effect } from '../deps.ts';
import type { PlanEngine } from '../plan/engine.ts';
import { CONVERSATION_LOST, endingOf, type Exit, type LastTurn } from './ending.ts';
import type { Permissions } from './permissions.ts';
import { restartPrompt, resumePrompt } from './prompt.ts';
import type { Runs } from './runs.ts';
import { toRest } from './timing.ts';

/** Not more than this many automatic resumes of one attempt within the time. */
const MAX_RESUMES = 2;
const RESUME_WINDOW_MS = 600_000;
const AUTOMATIC = 'resumed by itself';
const RESTARTED = 'begun again by itself';
const LOOK_BACK = 50;
/** Acts on a change take as long as git takes for a large repository. */
const BUSY_MS = 500;
const BUSY_TRIES = 600;

export class EndRun {
  readonly #deps: Deps;
  readonly #runs: Runs;
  readonly #engine: PlanEngine;
  readonly #permissions: Permissions;
  readonly #collecting = new Map<string, Promise<void>>();
  /** Set while the app is closing: what is to be collected then is collected at the next start. */
  closing = false;

  constructor(deps: Deps, runs: Runs, engine: PlanEngine, permissions: Permissions) {
    this.#deps = deps;
    this.#runs = runs;
    this.#engine = engine;
    this.#permissions = permissions;
  }

  /** Moves everything an exit moves. Call inside the transaction of its event. @returns what follows after the commit */
  end(sessionId: string, epoch: string, exit: Exit): Effect {
    const { store, now } = this.#deps;
    const run = this.#runs.get(sessionId, epoch);
    const session = store.sessions.get(sessionId);
    const at = now();
    if (!session || !LIVE_SESSION.some((status) => status === session.status)) {
      store.runs.end(sessionId, epoch, at, exit.reason, exit.exitCode);
      return () => this.#runs.close(sessionId);
    }
    const turn = this.#lastTurn(session);
    const ending = endingOf(
      session,
      exit,
      turn,
      this.#counted(session, AUTOMATIC, at - RESUME_WINDOW_MS) < MAX_RESUMES,
      this.#counted(session, RESTARTED, 0) === 0,
    );
    const held = ending.outcome === 'held';
    const restart = ending.code === CONVERSATION_LOST;
    const moved = store.sessions.move(sessionId, ending.status, {
      ...toRest(session, at),
      statusCode: ending.code,
      statusText: ending.text,
      endedAt: held ? null : at,
      ...(held ? { queuedAt: at, ...this.#next(session, restart) } : {}),
    });
    if (!held) this.#permissions.expire(sessionId, 'The session ended.');
    const decision = this.#engine.settle(
      moved ?? session,
      ending.outcome,
      ending.retryable,
      ending.automatic ? (restart ? RESTARTED : AUTOMATIC) : ending.code || ending.status,
    );
    // A change that was sent back to the agent must come back to the queue, however the agent ended.
    const collect = decision.collect || (!held && store.changes.bySession(sessionId)?.status === 'changes_asked');
    if (collect) store.sessions.patch(sessionId, { settled: false });
    else store.runs.end(sessionId, epoch, at, exit.reason, exit.exitCode);
    return () => {
      const start = run?.start;
      start?.abort.abort();
      this.#runs.close(sessionId);
      if (collect && !this.closing) void this.collect(sessionId, epoch, exit, start?.settled);
    };
  }

  /** Gives the work to review and closes the run. A host that cannot be reached leaves it open for the next look. */
  collect(sessionId: string, epoch: string, exit: Pick<Exit, 'reason' | 'exitCode'>, started?: Promise<void>): Promise<void> {
    const { store, now, log } = this.#deps;
    const work = async (): Promise<void> => {
      await started;
      const collected = await this.#collectWhenFree(sessionId);
      if (!collected.ok && (collected.fault.code.startsWith('HOST_') || collected.fault.code === 'CHANGE_BUSY')) return;
      store.transaction(() => {
        store.sessions.patch(sessionId, {
          settled: true,
          ...(collected.ok ? {} : { statusText: `${collected.fault.message} ${collected.fault.fix ?? ''}`.trim(), statusCode: collected.fault.code }),
        });
        store.runs.end(sessionId, epoch, now(), exit.reason, exit.exitCode);
      });
    };
    const before = this.#collecting.get(sessionId);
    const done = before ?? work().catch((error: unknown) => log('error', 'a change could not be collected', { sessionId, error: String(error) }));
    if (!before) {
      this.#collecting.set(sessionId, done);
      void done.then(() => this.#collecting.delete(sessionId));
    }
    return done;
  }

  /** A person may be deciding on the session's change at this moment: that is waited for. */
  async #collectWhenFree(sessionId: string): Promise<Result<unknown>> {
    for (let tries = 1; ; tries++) {
      const collected = await this.#deps.collect(sessionId);
      if (collected.ok || collected.fault.code !== 'CHANGE_BUSY' || tries === BUSY_TRIES || this.closing) return collected;
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }

  /** Resolves when nothing of the session is being collected. */
  async collected(sessionId: string): Promise<void> {
    await this.#collecting.get(sessionId);
  }

  async allCollected(): Promise<void> {
    await Promise.all(this.#collecting.values());
  }

  /** The turn that ended last, if the agent did nothing after it. */
  #lastTurn(session: SessionRow): LastTurn {
    const { store } = this.#deps;
    const { events } = store.events.size(session.id);
    for (const { event } of store.events.page(session.id, Math.max(0, events - LOOK_BACK), LOOK_BACK).toReversed()) {
      const read = SessionEvent.safeParse(event);
      if (!read.success) continue;
      if (read.data.kind === 'turn_ended') return read.data;
      if (!['usage', 'notice', 'output', 'exited', 'rate_limit', 'unknown', 'permission_closed', 'subagent'].includes(read.data.kind)) return null;
    }
    return null;
  }

  /** What a session that goes on by itself begins its next run with. */
  #next(session: SessionRow, restart: boolean): Pick<SessionPatch, 'nextPrompt' | 'agentSessionId'> {
    if (!restart) return { nextPrompt: session.nextPrompt ?? resumePrompt(session, '', '', 'app') };
    return { nextPrompt: restartPrompt(this.#deps.store.plans.node(session.nodeId)?.body ?? '', session.nextPrompt), agentSessionId: null };
  }

  /** How often the session's attempt went on in this way since then. */
  #counted(session: SessionRow, detail: string, since: number): number {
    const { store } = this.#deps;
    const plan = store.tasks.get(session.taskId)?.plan;
    if (!plan) return 0;
    return store.plans
      .events(plan.id)
      .filter((event) => event.kind === 'attempt' && event.targetId === session.attemptId && event.detail === detail && event.at > since).length;
  }
}
