/** The fold behind the live rows: rows by id, the newest revision wins, a reset forgets. Pure. */
import type { LiveDelta } from '#shared/contract/live.ts';
import type { Health } from '#shared/contract/system.ts';
import type { Alert } from '#shared/domain/alert.ts';
import type { Change } from '#shared/domain/change.ts';
import type { Repository } from '#shared/domain/repository.ts';
import type { Permission, Session, Task } from '#shared/domain/session.ts';

type Rows<T> = ReadonlyMap<string, T>;

export type LiveState = {
  rev: number;
  /** False until the first delta: views show skeletons, not empty states. */
  ready: boolean;
  repositories: Rows<Repository>;
  tasks: Rows<Task>;
  sessions: Rows<Session>;
  permissions: Rows<Permission>;
  changes: Rows<Change>;
  /** Those that fire now. */
  alerts: Rows<Alert>;
  health: Health | null;
  /** Milliseconds from the core's sending to our folding of the last delta; null before the first. */
  behindMs: number | null;
  /** Our clock at the last delta. */
  heardAt: number | null;
};

export const nothing: LiveState = {
  rev: 0,
  ready: false,
  repositories: new Map(),
  tasks: new Map(),
  sessions: new Map(),
  permissions: new Map(),
  changes: new Map(),
  alerts: new Map(),
  health: null,
  behindMs: null,
  heardAt: null,
};

function folded<T extends { id: string; rev: number }>(before: Rows<T>, rows: readonly T[] | undefined, gone: (row: T) => boolean = () => false): Rows<T> {
  if (!rows || rows.length === 0) return before;
  const after = new Map(before);
  for (const row of rows) {
    const known = before.get(row.id);
    if (known && known.rev > row.rev) continue;
    if (gone(row)) after.delete(row.id);
    else after.set(row.id, row);
  }
  return after;
}

/**
 * One step of the fold. Pure: same state and delta, same answer; a repeated delta changes nothing.
 * @param now our clock, corrected to the core's, milliseconds
 */
export function fold(state: LiveState, delta: LiveDelta, now: number): LiveState {
  const from = delta.reset ? { ...nothing, health: state.health } : state;
  return {
    rev: delta.rev,
    ready: true,
    repositories: folded(from.repositories, delta.repositories, (row) => row.archivedAt !== null),
    tasks: folded(from.tasks, delta.tasks),
    sessions: folded(from.sessions, delta.sessions, (row) => row.archivedAt !== null),
    permissions: folded(from.permissions, delta.permissions),
    changes: folded(from.changes, delta.changes),
    alerts: folded(from.alerts, delta.alerts, (row) => row.endedAt !== null || row.test),
    health: delta.health ?? from.health,
    behindMs: Math.max(0, Math.round(now - delta.sentAt)),
    heardAt: now,
  };
}
