/**
 * What becomes of work on a host that is gone. Each step is one transaction, compare-and-set: after a kill at any moment the next look
 * finds what is left to do.
 *
 *   live on a host that is gone ──► lost: queued again, bound to that host (a command: interrupted)
 *   queued, its host gone ─┬─ another host has the repository ──► attempt interrupted, a new one in a new worktree there
 *                          └─ none, or its files are needed ────► waits for its host
 *
 * When the host comes back, what still runs there for a session that goes on elsewhere is told to stop; its worktree stays.
 */
import { LIVE_SESSION } from '#shared/domain/status.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import type { Permissions } from '../dispatcher/permissions.ts';
import type { Reactor } from '../dispatcher/react.ts';
import type { Placement } from '../placement/placement.ts';
import type { Presence } from '../placement/presence.ts';
import type { PlanEngine } from '../plan/engine.ts';

/** Not more than this many moves of one step within the time: a step that takes its hosts down must not take all of them. */
const MAX_MOVES = 2;
const MOVE_WINDOW_MS = 600_000;

export type Failover = ReturnType<typeof createFailover>;

export function createFailover(
  deps: Deps,
  parts: { presence: Presence; placement: Placement; engine: PlanEngine; permissions: Permissions; reactor: Reactor; pump: () => void },
) {
  const { store, now, log } = deps;
  const { presence, placement, engine, permissions, reactor, pump } = parts;

  /** Every open run there counts as lost. */
  function gone(hostId: string): void {
    const live = new Set(store.sessions.inStatus(LIVE_SESSION).map((session) => session.id));
    // A run whose session has ended waits only for its change to be collected: that is done when the host is back.
    const open = store.runs.open().filter((run) => run.hostId === hostId && live.has(run.sessionId));
    if (open.length > 0) log('warn', 'a host is gone; its runs count as lost', { hostId, runs: open.length });
    for (const run of open) reactor.lose(run.sessionId, run.epoch);
    pump();
  }

  /** Moves queued sessions away from hosts that are gone. @returns true when the queue is another one now */
  function move(queued: readonly SessionRow[]): boolean {
    let moved = false;
    for (const session of queued) {
      if (session.hostId === '' || presence.isOpen(session.hostId) || !presence.isGone(session.hostId)) continue;
      if (!mayBeginAnew(session) || placement.elsewhere(session).length === 0) continue;
      const name = store.hosts.nameOf(session.hostId) ?? session.hostId;
      moved =
        store.transaction(() => {
          if (engine.beginElsewhere(session, `The agent host "${name}" is gone; a new attempt goes on elsewhere. Its worktree stays there.`) === null)
            return false;
          permissions.expire(session.id, 'The session goes on elsewhere.');
          return true;
        }) || moved;
    }
    return moved;
  }

  /** False where a new beginning would lose or repeat something: earlier steps' files, a change under review, a folder of a person's own. */
  function mayBeginAnew(session: SessionRow): boolean {
    const task = store.tasks.get(session.taskId);
    if (task?.isolation.mode !== 'worktree' || task.plan.status !== 'active') return false;
    if (store.changes.bySession(session.id) !== null) return false;
    const others = engine.sessionsOf(task).filter((each) => each.nodeId !== session.nodeId);
    if (others.some((each) => each.hostId === session.hostId && each.place !== null)) return false;
    return engine.movesOf(session, now() - MOVE_WINDOW_MS) < MAX_MOVES;
  }

  return { gone, move };
}
