/**
 * Takes queued sessions to their start when the governor lets them, and says why the others wait. Woken by whatever may change the
 * answer: an end, a new task, settings, the host, and a timer for what only time changes.
 */
import { LIVE_SESSION } from '#shared/domain/status.ts';
import { endOfDay } from '#shared/lib/day.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import { laneOf, type Limiter } from '../governor/limiter.ts';
import { pick, type GovernorLimits, type QueuedSession, type Reason } from '../governor/pick.ts';
import type { PlanEngine } from '../plan/engine.ts';
import type { Starter } from './start.ts';

/** Longest time without a look at the queue, in milliseconds. */
const LOOK_MS = 3_600_000;
/** How long a session that the host could not take waits before it is tried again. */
const PUT_BACK_MS = 1000;

export class Pump {
  readonly #deps: Deps;
  readonly #engine: PlanEngine;
  readonly #limiter: Limiter;
  readonly #starter: Starter;
  #served: readonly string[] = [];
  #scheduled: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** True while the host is connected and everything it knew of earlier runs was taken in. */
  #open = false;
  #closed = false;

  constructor(deps: Deps, engine: PlanEngine, limiter: Limiter, starter: Starter) {
    this.#deps = deps;
    this.#engine = engine;
    this.#limiter = limiter;
    this.#starter = starter;
    starter.onPutBack = () => this.#wakeAt(deps.now() + PUT_BACK_MS);
  }

  setOpen(open: boolean): void {
    this.#open = open;
    this.wake();
  }

  /** Looks at the queue soon; many calls are one look. */
  wake(): void {
    if (this.#closed) return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      try {
        this.#look();
      } catch (error) {
        this.#deps.log('error', 'the queue could not be worked on', { error: String(error) });
        this.#wakeAt(this.#deps.now() + 5000);
      }
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#scheduled) clearImmediate(this.#scheduled);
    if (this.#timer) clearTimeout(this.#timer);
  }

  #look(): void {
    const { store, host, now } = this.#deps;
    const { nextMs } = this.#engine.spawnReady();
    const rows = store.sessions.inStatus(['queued']);
    const at = now();
    const wakes = [at + nextMs];
    if (rows.length > 0) {
      host.wake();
      const queued = rows.map((row) => this.#queuedOf(row));
      const live = store.sessions.inStatus(LIVE_SESSION).map((row) => ({ ...row, kind: row.agent.kind, lane: laneOf(row.agent) }));
      const { start, waiting, served } = pick(queued, live, this.#limits(rows), this.#served);
      this.#served = served;
      for (const row of rows) this.#say(row, waiting.get(row.id) ?? null);
      for (const id of start) this.#starter.start(id);
      if (rows.some((row) => row.limits.maxMinutes !== undefined)) this.#limiter.watchTime();
      for (const [, slowdown] of this.#limiter.slowed()) wakes.push(slowdown.until);
      if ([...waiting.values()].some((reason) => reason.code === 'BUDGET_DAY')) wakes.push(endOfDay(at));
    }
    this.#wakeAt(Math.min(...wakes));
  }

  #queuedOf(row: SessionRow): QueuedSession {
    const { id, repositoryId, cwd, queuedAt, agent } = row;
    return { id, repositoryId, cwd, queuedAt, kind: agent.kind, lane: laneOf(agent), hold: this.#holdOf(row) };
  }

  #holdOf(row: SessionRow): Reason | null {
    const { store, host } = this.#deps;
    if (store.tasks.get(row.taskId)?.plan.status === 'paused') return { code: 'PAUSED', text: 'Paused.' };
    const budget = this.#limiter.budgetOf(row);
    if (budget) return budget;
    if (this.#open) return null;
    return { code: 'HOST_UNREACHABLE', text: host.health().cause ?? 'Waits for the agent host.' };
  }

  #limits(rows: readonly SessionRow[]): GovernorLimits {
    const { store } = this.#deps;
    const { global, perRepository, perAgent } = store.settings.get().governor;
    const wip: Record<string, { limit: number; inReview: number }> = {};
    for (const id of new Set(rows.map((row) => row.repositoryId))) {
      const limit = store.repositories.get(id)?.settings.wipLimit ?? 0;
      if (limit > 0) wip[id] = { limit, inReview: store.changes.list(true, 1000).filter((change) => change.repositoryId === id).length };
    }
    const slowed = Object.fromEntries(
      this.#limiter.slowed().map(([lane, { max, why, until }]) => [lane, { max, text: `${why} Slowed until ${new Date(until).toLocaleTimeString()}.` }]),
    );
    return { global, perRepository, perAgent, wip, slowed };
  }

  /** Writes the reason only when it is another one: a revision for nothing would wake every view. */
  #say(row: SessionRow, reason: Reason | null): void {
    if (reason === null || (row.statusCode === reason.code && row.statusText === reason.text)) return;
    this.#deps.store.sessions.patch(row.id, { statusCode: reason.code, statusText: reason.text });
  }

  #wakeAt(at: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!Number.isFinite(at) || this.#closed) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(LOOK_MS, Math.max(0, at - this.#deps.now()) + 1));
  }
}
