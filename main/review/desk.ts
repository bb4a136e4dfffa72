/** What every act of review shares: one act on a change at a time, the change in a state that allows it, the audit line. */
import type { Change } from '#shared/domain/change.ts';
import type { Decision } from '#shared/domain/session.ts';
import { LIVE_SESSION, type ChangeStatus } from '#shared/domain/status.ts';
import { fail, FaultError, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { ChangeRow } from '#store/store.ts';
import type { ReviewDeps } from './review.ts';

export const UNDECIDED: readonly ChangeStatus[] = ['waiting', 'conflicted'];

export class Desk {
  readonly deps: ReviewDeps;
  /** Acts under way, by what they hold. */
  readonly #busy = new Map<string, Promise<void>>();

  constructor(deps: ReviewDeps) {
    this.deps = deps;
  }

  find(id: string): Result<ChangeRow> {
    const change = this.deps.store.changes.get(id);
    return change ? ok(change) : fail('CHANGE_UNKNOWN', 'There is no such change.', { fix: 'Reload the review queue.' });
  }

  /**
   * Runs an act on a change that waits for a decision.
   * @param open called with an approval whose outcome is not known yet; without it such a change is left alone
   * @returns CHANGE_BUSY when another act on it has not ended
   */
  decide<T>(
    id: string,
    act: (change: ChangeRow) => Promise<Result<T>>,
    open?: (change: ChangeRow, intent: Decision) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.alone(id, async () => {
      const change = this.find(id);
      if (!change.ok) return change;
      if (!UNDECIDED.includes(change.value.status)) return decided(change.value);
      const session = this.deps.store.sessions.get(change.value.sessionId);
      if (session && (session.status === 'queued' || LIVE_SESSION.some((status) => status === session.status))) {
        return fail('SESSION_ACTIVE', 'The agent is still working on this change.', { fix: 'Wait until the session ends, or stop it first.' });
      }
      const last = this.deps.store.decisions.lastOf(id);
      if (last?.action !== 'approve.intent') return act(change.value);
      if (open) return open(change.value, last);
      return fail('CHANGE_BUSY', 'This change was approved, and the agent host has not said yet whether it merged it.', {
        fix: 'Approve it again to ask the host.',
      });
    });
  }

  /**
   * One act at a time for `key` (a change, or a session that has none yet). Store faults that were thrown come back as values.
   * @param line `wait` for acts nobody would repeat (intake, settling); a person is told at once and decides anew
   */
  async alone<T>(key: string, act: () => Promise<Result<T>>, line: 'wait' | 'refuse' = 'refuse'): Promise<Result<T>> {
    for (let before = this.#busy.get(key); before; before = this.#busy.get(key)) {
      if (line === 'refuse') return fail('CHANGE_BUSY', 'Another act on this change has not ended yet.', { fix: 'Try again in a moment.' });
      await before;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#busy.set(key, promise);
    try {
      return await act();
    } catch (error) {
      if (error instanceof FaultError) return { ok: false, fault: error.fault };
      throw error;
    } finally {
      this.#busy.delete(key);
      resolve();
    }
  }

  /** Writes an audit line; call it in the transaction of what it tells. @returns its id */
  record(change: Pick<Change, 'id'>, actor: string, action: string, detail: object, undoes: string | null = null): string {
    const at = this.deps.now();
    const id = newId('dec', at);
    this.deps.store.decisions.append({ id, at, actor, action, targetKind: 'change', targetId: change.id, detail: JSON.stringify(detail), undoes });
    return id;
  }

  /** The tree of the change's folder must be the one that was reviewed. A folder that is gone cannot have moved on. */
  async unmoved(change: ChangeRow): Promise<Result<void>> {
    const now = await this.deps.host(change.sessionId).call('workspace.snapshot', change.place, { timeoutMs: 330_000 });
    if (!now.ok) return now.fault.code === 'FOLDER_MISSING' ? ok(undefined) : now;
    if (now.value.tree === change.snapshot) return ok(undefined);
    return fail('CHANGE_MOVED', 'The files are not those that were reviewed any more.', {
      why: `Something was changed in ${change.cwd} after the review began.`,
      fix: 'Refresh the change, look at what is new, then decide.',
    });
  }
}

export function decided(change: Pick<Change, 'status'>): { readonly ok: false; readonly fault: { code: string; message: string } } {
  const word = change.status === 'changes_asked' ? 'with the agent again' : change.status;
  return fail('CHANGE_DECIDED', `This change is ${word}: there is nothing to decide now.`, { fix: 'Reload the review queue.' });
}

/** The row after a compare-and-set, or the fault of having lost the race; throwing undoes the whole transaction. */
export function won(row: ChangeRow | null): ChangeRow {
  if (row) return row;
  throw new FaultError({ code: 'CHANGE_DECIDED', message: 'Somebody else decided on this change at the same moment.', fix: 'Reload the review queue.' });
}

/** What views may see of a change. */
export function publicChange({ place: _p, mergedBefore: _m, ...change }: ChangeRow): Change {
  return change;
}
