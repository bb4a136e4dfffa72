/** Watches what running sessions use and stops what is over: turns, working time, money of a task and of a day; slows providers. */
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import { startOfDay } from '#shared/lib/day.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps, Effect } from '../deps.ts';
import type { LimitCode } from '../dispatcher/ending.ts';
import type { Runs } from '../dispatcher/runs.ts';
import { workedMs } from '../dispatcher/timing.ts';
import { costsMoney, overBudget, overTurns } from './budget.ts';
import type { Reason } from './pick.ts';
import { isSlowed, strike, type Slowdown } from './slowdown.ts';

const STOP_GRACE_MS = 5000;
const CLOCK_MS = 1000;

/** Sessions of one lane share a provider: what slows one slows all. */
export const laneOf = (agent: SessionRow['agent']): string => (agent.kind === 'acp' ? `acp:${agent.name || (agent.command[0] ?? '')}` : agent.kind);

export class Limiter {
  readonly #deps: Deps;
  readonly #runs: Runs;
  readonly #slowed = new Map<string, Slowdown>();
  #clock: NodeJS.Timeout | null = null;

  constructor(deps: Deps, runs: Runs) {
    this.#deps = deps;
    this.#runs = runs;
  }

  /** Call inside the transaction of a usage event, with the session as it is after it. */
  onUsage(session: SessionRow): Effect[] {
    // The last turn that is allowed may come to its end.
    const turns = overTurns(session.limits, session.turns - 1);
    if (turns !== null) return [() => this.stop(session.id, 'MAX_TURNS', `It has begun turn ${session.turns}; the task allows ${session.limits.maxTurns}.`)];
    const over = this.budgetOf(session);
    if (over === null) return [];
    if (over.code === 'BUDGET_TASK') return [() => this.stop(session.id, 'BUDGET_TASK', over.text)];
    const spending = this.#deps.store.sessions.inStatus(LIVE_SESSION).filter((each) => costsMoney(each.agent));
    return spending.map((each) => () => this.stop(each.id, 'BUDGET_DAY', over.text));
  }

  onRateLimit(session: SessionRow, limit: SessionEventOf<'rate_limit'>): void {
    const lane = laneOf(session.agent);
    const live = this.#deps.store.sessions.inStatus(LIVE_SESSION).filter((each) => laneOf(each.agent) === lane).length;
    this.#slowed.set(lane, strike(this.#slowed.get(lane), limit, live, this.#deps.now()));
  }

  /** Why a session may not spend; null while there is money. */
  budgetOf(session: Pick<SessionRow, 'agent' | 'taskId' | 'limits'>): Reason | null {
    const { store, now } = this.#deps;
    const { perDayUsd } = store.settings.get().budget;
    if (perDayUsd === null && session.limits.maxUsd === undefined) return null;
    return overBudget(session.agent, {
      limits: session.limits,
      taskUsd: session.limits.maxUsd === undefined ? 0 : store.sessions.spentOnTask(session.taskId),
      todayUsd: perDayUsd === null ? 0 : store.sessions.spentSince(startOfDay(now())),
      perDayUsd,
    });
  }

  /** Lanes that are slowed now. */
  slowed(): [string, Slowdown][] {
    const now = this.#deps.now();
    return [...this.#slowed].filter(([, slowdown]) => isSlowed(slowdown, now));
  }

  /** Keeps the working time of sessions that have a limit of it. Runs only while there is such a session. */
  watchTime(): void {
    if (this.#clock) return;
    this.#clock = setInterval(() => {
      const timed = this.#deps.store.sessions.inStatus(['running', 'waiting', 'starting']).filter((session) => session.limits.maxMinutes !== undefined);
      if (timed.length === 0) this.close();
      for (const session of timed) this.#checkTime(session);
    }, CLOCK_MS);
  }

  close(): void {
    if (this.#clock) clearInterval(this.#clock);
    this.#clock = null;
  }

  /** Ends a session because of a limit. What is being ended already is left alone. */
  stop(sessionId: string, code: LimitCode, text: string): void {
    const { store, hosts } = this.#deps;
    const session = store.sessions.get(sessionId);
    if (!session || !LIVE_SESSION.some((status) => status === session.status)) return;
    if (session.statusCode !== '' && session.statusCode !== 'TURN_INTERRUPTED') return;
    store.sessions.patch(sessionId, { statusCode: code, statusText: text });
    void hosts.of(session.hostId).call('session.stop', { sessionId, how: 'stop', reason: 'limit', graceMs: STOP_GRACE_MS }, { timeoutMs: STOP_GRACE_MS * 4 });
  }

  #checkTime(session: SessionRow): void {
    const { maxMinutes } = session.limits;
    const run = this.#runs.get(session.id);
    if (maxMinutes === undefined || !run) return;
    if (workedMs(session, this.#deps.now()) - run.workedBefore < maxMinutes * 60_000) return;
    this.stop(session.id, 'MAX_MINUTES', `It has worked for ${maxMinutes} min, as long as the task allows.`);
  }
}
