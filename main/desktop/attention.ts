/** What the tray counts and what is news: a fold over live deltas, with no Electron in it. */
import type { LiveDelta } from '#shared/contract/live.ts';
import { LIVE_SESSION, type ChangeStatus, type PermissionStatus, type SessionStatus } from '#shared/domain/status.ts';
import { viewOf } from './deep-links.ts';

export type Counts = {
  /** Permission requests without an answer. */
  readonly waiting: number;
  /** Changes that wait for review. */
  readonly review: number;
  /** Sessions that failed or hit a limit and are not archived. */
  readonly failed: number;
  readonly running: number;
};

export type News = {
  readonly kind: 'permission' | 'review' | 'failure' | 'alert';
  readonly title: string;
  readonly body: string;
  /** Where a click leads, inside the window. */
  readonly view: string;
};

/** How many told things are remembered, so that nothing is told twice. */
const MAX_TOLD = 5000;
const ALERT_WORDS = { fired: '', escalated: 'Not acknowledged: ', ended: 'Over: ', test: 'Test: ' } as const;
const isLive = new Set<SessionStatus>(LIVE_SESSION);
const isFailure = new Set<SessionStatus>(['failed', 'limited']);

export class Attention {
  #sessions = new Map<string, SessionStatus>();
  #permissions = new Map<string, PermissionStatus>();
  #changes = new Map<string, ChangeStatus>();
  readonly #told = new Set<string>();
  /** The first delta is how things stood before the app was opened: counted, but not news. Alerts have their mark instead. */
  #caughtUp = false;
  #shownUntil: number;

  /** @param shownUntil alerts told through the system up to then were shown by an earlier run, milliseconds since the epoch */
  constructor(shownUntil: number) {
    this.#shownUntil = shownUntil;
  }

  /** When the latest alert that was taken in was told. */
  get shownUntil(): number {
    return this.#shownUntil;
  }

  counts(): Counts {
    const count = <S>(rows: Map<string, S>, is: (status: S) => boolean): number => [...rows.values()].filter(is).length;
    return {
      waiting: count(this.#permissions, (status) => status === 'waiting'),
      review: count(this.#changes, (status) => status === 'waiting' || status === 'conflicted'),
      failed: count(this.#sessions, (status) => isFailure.has(status)),
      running: count(this.#sessions, (status) => isLive.has(status)),
    };
  }

  /** Takes a delta in. Returns what a person should hear of, each thing once. */
  take(delta: LiveDelta): News[] {
    if (delta.reset) for (const rows of [this.#sessions, this.#permissions, this.#changes]) rows.clear();
    const news: News[] = [];
    const tell = (key: string, item: News, isNew = this.#caughtUp): void => {
      if (this.#told.has(key)) return;
      this.#told.add(key);
      for (const oldest of this.#told) {
        if (this.#told.size <= MAX_TOLD) break;
        this.#told.delete(oldest);
      }
      if (isNew) news.push(item);
    };
    for (const row of delta.permissions ?? []) {
      keep(this.#permissions, row.id, row.status, row.status === 'waiting');
      if (row.status !== 'waiting') continue;
      tell(row.id, { kind: 'permission', title: `${row.sessionTitle} asks for permission`, body: row.title, view: viewOf.inbox });
    }
    for (const row of delta.changes ?? []) {
      keep(this.#changes, row.id, row.status, row.status === 'waiting' || row.status === 'conflicted');
      if (row.status !== 'waiting') continue;
      const size = `${row.files.length} ${row.files.length === 1 ? 'file' : 'files'}, +${row.added} −${row.deleted}`;
      // A change waits anew after each round of asked changes.
      tell(`${row.id}:${row.rounds}:${row.snapshot}`, { kind: 'review', title: `${row.title} is ready for review`, body: size, view: viewOf.change(row.id) });
    }
    for (const row of delta.sessions ?? []) {
      keep(this.#sessions, row.id, row.status, row.archivedAt === null);
      if (!isFailure.has(row.status)) continue;
      const title = row.status === 'limited' ? `${row.title} stopped at a limit` : `${row.title} failed`;
      tell(`${row.id}:${row.endedAt}`, { kind: 'failure', title, body: row.statusText, view: viewOf.session(row.id) });
    }
    let latest = this.#shownUntil;
    for (const row of delta.alerts ?? []) {
      // The rule's own channels say whether the system tells it: only what was told that way is news here.
      for (const { via, what = 'fired', ok, at } of row.told) {
        if (via !== 'os' || !ok) continue;
        const title = `${ALERT_WORDS[what]}${row.ruleName}`;
        // One that fired before this stream began, while the app started or was away, was shown by nobody.
        tell(`${row.id}:${what}`, { kind: 'alert', title, body: row.sentence, view: viewOf.alerts }, this.#caughtUp || at > this.#shownUntil);
        latest = Math.max(latest, at);
      }
    }
    this.#shownUntil = latest;
    this.#caughtUp = true;
    return news;
  }
}

function keep<S>(rows: Map<string, S>, id: string, status: S, wanted: boolean): void {
  if (wanted) rows.set(id, status);
  else rows.delete(id);
}
