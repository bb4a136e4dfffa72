/** Puts the review room together. */
import type { Change } from '#shared/domain/change.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { ChangeRow } from '#store/store.ts';
import { Checks } from './checks.ts';
import { approve, askForChanges, reject, restoreFiles, undo } from './decide.ts';
import { Desk, publicChange } from './desk.ts';
import { collect, refresh } from './intake.ts';
import { settle } from './merge.ts';
import type { Review, ReviewDeps } from './review.ts';

export type { Review, ReviewDeps } from './review.ts';

/** Longest patch given out, in bytes. */
const MAX_PATCH_BYTES = 4 * 1024 * 1024;

const shown = (result: Result<ChangeRow>): Result<Change> => (result.ok ? ok(publicChange(result.value)) : result);

export function createReview(deps: ReviewDeps): Review {
  const desk = new Desk(deps);
  const checks = new Checks(desk);
  const { store, host, log } = deps;

  const settleOne = (changeId: string): Promise<Result<ChangeRow>> =>
    desk.alone(
      changeId,
      async () => {
        const change = desk.find(changeId);
        const intent = store.decisions.lastOf(changeId);
        // It may have been settled while this waited.
        return change.ok && intent?.action.endsWith('.intent') ? settle(desk, change.value, intent) : change;
      },
      'wait',
    );
  /** Alone with the session, and with its change when it has one by then. */
  const collectOne = (sessionId: string): Promise<Result<ChangeRow | null>> =>
    desk.alone(
      sessionId,
      () => {
        const known = store.changes.bySession(sessionId);
        return known ? desk.alone(known.id, () => collect(desk, sessionId), 'wait') : collect(desk, sessionId);
      },
      'wait',
    );

  return {
    collect: async (sessionId) => {
      const result = await collectOne(sessionId);
      if (!result.ok) return result;
      return ok(result.value && publicChange(result.value));
    },
    recover: async (hostId) => {
      checks.recover(hostId);
      for (const intent of store.decisions.unsettled()) {
        const change = store.changes.get(intent.targetId);
        if (change && host(change.sessionId).hostId !== hostId) continue;
        const settled = await settleOne(intent.targetId);
        if (!settled.ok) log('warn', 'a decision that was cut off is not settled yet', { change: intent.targetId, ...settled.fault });
      }
    },

    list: (waiting, limit) => store.changes.list(waiting, limit).map(publicChange),
    get: (id) => {
      const change = desk.find(id);
      return change.ok ? ok({ change: publicChange(change.value), checks: store.changes.checks(id) }) : change;
    },
    file: async (id, path) => {
      const found = desk.find(id);
      if (!found.ok) return found;
      const change = found.value;
      const file = change.files.find((candidate) => candidate.path === path);
      if (!file) return fail('FILE_NOT_CHANGED', `${path} is not part of this change.`, { fix: 'Reload the change.' });
      return host(change.sessionId).call('workspace.file', { ...change.place, base: change.base, snapshot: change.snapshot, path, oldPath: file.oldPath });
    },
    patch: async (id) => {
      const found = desk.find(id);
      if (!found.ok) return found;
      const { place, base, snapshot, sessionId } = found.value;
      return host(sessionId).call('workspace.patch', { ...place, base, snapshot, maxBytes: MAX_PATCH_BYTES });
    },
    refresh: async (id) => shown(await desk.decide(id, (change) => refresh(desk, change))),
    viewed: (id, path, viewed) => {
      const found = desk.find(id);
      if (!found.ok) return found;
      if (!found.value.files.some((file) => file.path === path)) return fail('FILE_NOT_CHANGED', `${path} is not part of this change.`);
      const others = found.value.viewed.filter((seen) => seen !== path);
      store.changes.patch(id, { viewed: viewed ? [...others, path] : others });
      return ok(undefined);
    },

    runChecks: async (id, names) => {
      const found = desk.find(id);
      return found.ok ? checks.run(found.value, names) : found;
    },
    cancelCheck: async (id, checkId) => {
      const found = desk.find(id);
      return found.ok ? checks.cancel(found.value, checkId) : found;
    },

    approve: async (id, options, actor) => shown(await approve(desk, id, options, actor)),
    askForChanges: async (id, note, actor) => shown(await askForChanges(desk, id, note, actor)),
    reject: async (id, note, actor) => shown(await reject(desk, id, note, actor)),
    undo: async (id, actor) => shown(await undo(desk, id, actor)),
    restoreFiles: (id, actor) => restoreFiles(desk, id, actor),
    close: () => checks.close(),
  };
}
