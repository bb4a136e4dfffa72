/**
 * The stream that keeps every view fresh. A reader has a cursor and nothing else: each flush sends the rows whose revision is above
 * it, at most ten times a second, so a reader may be as slow as it likes.
 */
import type { Change } from '#shared/domain/change.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import type { Health } from '#shared/contract/system.ts';
import type { Store } from '#store/store.ts';
import { shownAlert } from '#store/alerting.ts';
import { Bell, pause } from './bell.ts';
import type { HealthFeed } from './health.ts';

const FLUSH_MS = 100;
/** Rows a reader without a cursor gets of one kind; older ones come by their lists. */
const FIRST_ROWS = 1000;
/** Alerts that are over and still sent at first: whoever shows them may have been away when they came. */
const OVER_MS = 86_400_000;
const OVER_ROWS = 100;
const OPEN_CHANGES = new Set(['waiting', 'conflicted', 'changes_asked']);

type Rows = Pick<LiveDelta, 'repositories' | 'tasks' | 'sessions' | 'permissions' | 'changes' | 'alerts'>;

export class LiveFeed {
  readonly #store: Store;
  readonly #health: HealthFeed;
  readonly #now: () => number;

  constructor(store: Store, health: HealthFeed, now: () => number) {
    this.#store = store;
    this.#health = health;
    this.#now = now;
  }

  async *watch(since: number, signal: AbortSignal | undefined): AsyncGenerator<LiveDelta, void, void> {
    const bell = new Bell();
    const offs = [this.#store.onChanged(() => bell.ring()), this.#health.onChange(() => bell.ring())];
    try {
      const known = since > 0 && since <= this.#store.rev();
      let health: Health | null = this.#health.read();
      let rev = this.#store.rev();
      yield { rev, reset: !known, ...(known ? this.#since(since) : this.#whole()), health, sentAt: this.#now() };
      while (await bell.wait(signal)) {
        const fresh = this.#health.read();
        const rows = this.#store.rev() > rev ? this.#since(rev) : {};
        rev = this.#store.rev();
        if (Object.keys(rows).length > 0 || fresh !== health)
          yield { rev, reset: false, ...rows, ...(fresh === health ? {} : { health: fresh }), sentAt: this.#now() };
        health = fresh;
        await pause(FLUSH_MS, signal);
      }
    } finally {
      for (const off of offs) off();
    }
  }

  #since(rev: number): Rows {
    const { repositories, tasks, sessions, permissions, changes, alerts } = this.#store;
    return filled({
      repositories: repositories.since(rev),
      tasks: tasks.since(rev),
      sessions: sessions.since(rev),
      permissions: permissions.since(rev),
      changes: changes.since(rev).map(light),
      alerts: alerts.since(rev).map(shownAlert),
    });
  }

  #freshAlerts(): ReturnType<Store['alerts']['open']> {
    const { alerts } = this.#store;
    const isFresh = (endedAt: number | null): boolean => endedAt !== null && endedAt > this.#now() - OVER_MS;
    return [...alerts.open(), ...alerts.page({ limit: OVER_ROWS }).alerts.filter((alert) => isFresh(alert.endedAt))];
  }

  #whole(): Rows {
    const { repositories, tasks, sessions, permissions, changes } = this.#store;
    const shown = sessions.list({ archived: false, limit: FIRST_ROWS }).sessions;
    const taskIds = new Set(shown.map((session) => session.taskId));
    const open = changes.list(true, FIRST_ROWS);
    const openIds = new Set(open.map((change) => change.id));
    return {
      repositories: repositories.list(),
      tasks: [...taskIds].flatMap((id) => tasks.get(id) ?? []),
      sessions: shown,
      permissions: permissions.waiting(),
      changes: [...open, ...changes.list(false, FIRST_ROWS).filter((change) => !openIds.has(change.id))].map(light),
      alerts: this.#freshAlerts().map(shownAlert),
    };
  }
}

/** Decided changes are listed, not read: their files come when one is opened. */
const light = <C extends Change>(change: C): C => (OPEN_CHANGES.has(change.status) ? change : { ...change, files: [] });

function filled(rows: Required<Rows>): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([, list]) => list.length > 0));
}
