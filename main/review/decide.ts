/** What a person decides on a change: approve, ask for changes, reject, take it back, put files back. */
import { fail, FaultError, ok, type Result } from '#shared/lib/fault.ts';
import type { ChangeRow } from '#store/store.ts';
import { decided, UNDECIDED, won, type Desk } from './desk.ts';
import { decisionOf, merge, settle, unmerge } from './merge.ts';
import type { ApproveOptions } from './review.ts';

export function approve(desk: Desk, id: string, options: ApproveOptions, actor: string): Promise<Result<ChangeRow>> {
  const act = async (change: ChangeRow): Promise<Result<ChangeRow>> => {
    const { store, now } = desk.deps;
    const unmoved = await desk.unmoved(change);
    if (!unmoved.ok) return unmoved;
    if (change.mode === 'worktree') return merge(desk, change, options, actor);
    return ok(
      store.transaction(() => {
        desk.record(change, actor, 'keep', { cwd: change.cwd, snapshot: change.snapshot });
        return won(store.changes.move(id, 'kept', { decidedAt: now() }, ['waiting']));
      }),
    );
  };
  // The host did not answer the last time: what was begun then is brought to its end, not begun anew beside it.
  return desk.decide(id, act, (change, intent) => settle(desk, change, intent));
}

export function askForChanges(desk: Desk, id: string, note: string, actor: string): Promise<Result<ChangeRow>> {
  return desk.decide(id, async (change) => {
    const { store, resume } = desk.deps;
    return ok(
      store.transaction(() => {
        desk.record(change, actor, 'ask', { note, round: change.rounds + 1 });
        const asked = won(store.changes.move(id, 'changes_asked', { note, rounds: change.rounds + 1, conflicts: [] }));
        const resumed = resume(change.sessionId, note);
        // Without an agent that hears it, the note must not be gone from the queue.
        if (!resumed.ok) throw new FaultError(resumed.fault);
        return asked;
      }),
    );
  });
}

export function reject(desk: Desk, id: string, note: string, actor: string): Promise<Result<ChangeRow>> {
  return desk.decide(id, async (change) => {
    const { store, now } = desk.deps;
    return ok(
      store.transaction(() => {
        desk.record(change, actor, 'reject', { note });
        return won(store.changes.move(id, 'rejected', { note, decidedAt: now() }));
      }),
    );
  });
}

export function undo(desk: Desk, id: string, actor: string): Promise<Result<ChangeRow>> {
  return desk.alone(id, async () => {
    const { store } = desk.deps;
    const found = desk.find(id);
    if (!found.ok) return found;
    const change = found.value;
    if (change.status === 'merged') {
      const open = store.decisions.lastOf(id);
      return open?.action === 'undo.intent' ? settle(desk, change, open) : unmerge(desk, change, actor);
    }
    if (change.status !== 'rejected' && change.status !== 'kept') {
      return fail('NOTHING_TO_UNDO', 'There is no decision on this change that can be taken back.', {
        fix: change.status === 'changes_asked' ? 'Stop the session; what it made by then comes back for review.' : 'Decide on it.',
      });
    }
    return ok(
      store.transaction(() => {
        desk.record(change, actor, 'undo', { from: change.status }, decisionOf(desk, id, change.status === 'kept' ? 'keep' : 'reject'));
        return won(store.changes.move(id, 'waiting', { decidedAt: null, note: '' }, [change.status]));
      }),
    );
  });
}

export function restoreFiles(desk: Desk, id: string, actor: string): Promise<Result<void>> {
  return desk.alone(id, async () => {
    const found = desk.find(id);
    if (!found.ok) return found;
    const change = found.value;
    if (change.status !== 'rejected' || change.mode === 'worktree') {
      return UNDECIDED.includes(change.status) || change.mode === 'worktree'
        ? fail('NOT_REJECTED_IN_PLACE', 'Files are put back only after work in a folder of your own was rejected.', { fix: 'Reject the change first.' })
        : decided(change);
    }
    const unmoved = await desk.unmoved(change);
    if (!unmoved.ok) return unmoved.fault.code === 'CHANGE_MOVED' && (await isAtBase(desk, change)) ? ok(undefined) : unmoved;
    desk.record(change, actor, 'restore', { cwd: change.cwd, to: change.base });
    const restored = await desk.deps.host(change.sessionId).call('workspace.restore', { ...change.place, base: change.base }, { timeoutMs: 330_000 });
    if (restored.ok) return ok(undefined);
    desk.record(change, actor, 'restore.failed', restored.fault);
    return restored;
  });
}

/** Whether the folder is as it was before the work: then its files were put back already. */
async function isAtBase(desk: Desk, change: ChangeRow): Promise<boolean> {
  const host = desk.deps.host(change.sessionId);
  const now = await host.call('workspace.snapshot', change.place, { timeoutMs: 330_000 });
  if (!now.ok) return false;
  const between = await host.call('workspace.files', { ...change.place, base: change.base, snapshot: now.value.tree });
  return between.ok && between.value.files.length === 0;
}
