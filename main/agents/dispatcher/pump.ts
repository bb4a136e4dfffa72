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
import type { Placement } from '../placement/placement.ts';
import type { Starter } from './start.ts';

/** Longest time without a look at the queue, in milliseconds. */
const LOOK_MS = 3_600_000;
/** How long a session that the host could not take waits before it is tried again. */
const PUT_BACK_MS = 1000;
/** How often a host is asked for again while none takes new sessions: an ejection or a breaker may end without a word. */
const NO_HOST_MS = 1000;

export class Pump {
  readonly #deps: Deps;
  readonly #engine: PlanEngine;
  readonly #limiter: Limiter;
  readonly #starter: Starter;
  readonly #placement: Placement;
  #served: readonly string[] = [];
  #scheduled: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** Moves sessions away from hosts that are gone; true when the queue is another one then. */
  moveAway: (queued: readonly SessionRow[]) => boolean = () => false;

  constructor(deps: Deps, engine: PlanEngine, limiter: Limiter, starter: Starter, placement: Placement) {
    this.#deps = deps;
    this.#placement = placement;
    this.#engine = engine;
    this.#limiter = limiter;
    this.#starter = starter;
    starter.onPutBack = () => this.#wakeAt(deps.now() + PUT_BACK_MS);
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
    const { store, hosts, now } = this.#deps;
    this.#placement.refresh();
    const { nextMs } = this.#engine.spawnReady();
    let rows = store.sessions.inStatus(['queued']);
    if (this.moveAway(rows)) rows = store.sessions.inStatus(['queued']);
    const at = now();
    const wakes = [at + nextMs];
    if (rows.length > 0) {
      hosts.wake();
      const queued = rows.map((row) => this.#queuedOf(row));
      const live = store.sessions.inStatus(LIVE_SESSION).map((row) => ({ ...row, kind: row.agent.kind, lane: laneOf(row.agent), folder: folderOf(row) }));
      const byId = new Map(rows.map((row) => [row.id, row]));
      const { waiting, served } = pick(queued, live, this.#limits(rows), this.#served, (id) => this.#begin(byId.get(id)));
      this.#served = served;
      for (const row of rows) this.#say(row, waiting.get(row.id) ?? null);
      if (rows.some((row) => row.limits.maxMinutes !== undefined)) this.#limiter.watchTime();
      for (const [, slowdown] of this.#limiter.slowed()) wakes.push(slowdown.until);
      if ([...waiting.values()].some((reason) => reason.code === 'BUDGET_DAY')) wakes.push(endOfDay(at));
      if ([...waiting.values()].some((reason) => reason.code === 'HOST_NONE')) wakes.push(at + NO_HOST_MS);
    }
    this.#wakeAt(Math.min(...wakes));
  }

  #queuedOf(row: SessionRow): QueuedSession {
    const { id, repositoryId, queuedAt, agent } = row;
    return { id, repositoryId, folder: folderOf(row), queuedAt, kind: agent.kind, lane: laneOf(agent), hold: this.#holdOf(row) };
  }

  #holdOf(row: SessionRow): Reason | null {
    const { store } = this.#deps;
    if (store.tasks.get(row.taskId)?.plan.status === 'paused') return { code: 'PAUSED', text: 'Paused.' };
    const budget = this.#limiter.budgetOf(row);
    return budget ?? this.#placement.hold(row);
  }

  /** Chooses the host and starts the session there. @returns why it has to wait */
  #begin(row: SessionRow | undefined): Reason | null {
    if (row === undefined) return null;
    const chosen = this.#placement.choose(row);
    if ('reason' in chosen) return chosen.reason;
    this.#starter.start(row.id, chosen.hostId);
    return null;
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

/** A folder on its host; nothing before there is one. */
const folderOf = ({ hostId, cwd }: Pick<SessionRow, 'hostId' | 'cwd'>): string => (hostId === '' || cwd === '' ? '' : `${hostId}\0${cwd}`);
