/**
 * Merging and taking a merge back, safe against a kill between the host's act and our commit: the intent is stored first, and an
 * intent without outcome is settled at the next start by asking the host again with the same key.
 *
 *   waiting ──approve.intent──► host merges ──► merged + approve
 *                                   │ conflicts ──► conflicted + approve.conflict
 *                                   │ refused ──► waiting + approve.retracted
 *                                   └ no answer, or killed ──► intent stays ──settle──► one of the above
 *
 * The host writes down under the key what it is about to do, in the repository itself: asking twice merges once and is answered alike,
 * also when the host was killed too.
 */
import { z } from 'zod';
import { MergeMethod } from '#shared/domain/repository.ts';
import type { Decision } from '#shared/domain/session.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import type { ChangeRow } from '#store/store.ts';
import { won, type Desk } from './desk.ts';
import { protectedBy } from './protected.ts';
import type { ApproveOptions } from './review.ts';

/** Longest a merge may take at the host, in milliseconds. */
const MERGE_MS = 600_000;
/** The act may have happened: the intent stays. */
const UNANSWERED = new Set(['HOST_UNREACHABLE', 'HOST_TIMEOUT']);

const MergeIntent = z.object({
  key: z.string(),
  target: z.string(),
  method: MergeMethod,
  message: z.string(),
  snapshot: z.string(),
});
const UndoIntent = z.object({ key: z.string(), target: z.string(), sha: z.string(), before: z.string() });

/** Approves a change that lives in its own worktree. The caller holds the change and has checked its files. */
export async function merge(desk: Desk, change: ChangeRow, options: ApproveOptions, actor: string): Promise<Result<ChangeRow>> {
  const { store } = desk.deps;
  const settings = store.repositories.get(change.repositoryId)?.settings;
  const target = options.target ?? change.targetBranch;
  if (target === null || target === '') {
    return fail('TARGET_UNKNOWN', 'It is not known into which branch this change shall go.', { fix: 'Choose the target branch and approve again.' });
  }
  const pattern = protectedBy(settings?.protectedBranches ?? [], target);
  if (pattern !== null) {
    return fail('PROTECTED_BRANCH', `${target} is protected: nothing is merged into it from here.`, {
      why: `The repository's settings protect ${pattern}.`,
      fix: `Choose another target, or push ${change.branch ?? 'the branch'} and open a pull request.`,
    });
  }
  const intent = MergeIntent.parse({
    key: newId('cmd', desk.deps.now()),
    target,
    method: options.method ?? settings?.mergeMethod ?? 'squash',
    message: options.message ?? messageOf(change),
    snapshot: change.snapshot,
  });
  desk.record(change, actor, 'approve.intent', intent);
  return runMerge(desk, change, intent, actor);
}

/** Takes a merge back. The caller holds the change. */
export async function unmerge(desk: Desk, change: ChangeRow, actor: string): Promise<Result<ChangeRow>> {
  const { targetBranch, mergedSha, mergedBefore } = change;
  if (targetBranch === null || mergedSha === null || mergedBefore === null) {
    return fail('UNDO_NOT_KNOWN', 'Where the branch was before this merge is not known.', {
      why: 'An earlier version of the app was ended in the middle of the merge.',
      fix: `See "git reflog ${targetBranch ?? ''}" in the repository and move the branch by hand.`,
    });
  }
  const intent = { key: newId('cmd', desk.deps.now()), target: targetBranch, sha: mergedSha, before: mergedBefore };
  desk.record(change, actor, 'undo.intent', intent);
  return runUnmerge(desk, change, intent, actor);
}

/** Brings an act that was cut off to its end. The caller holds the change. */
export async function settle(desk: Desk, change: ChangeRow, intent: Decision): Promise<Result<ChangeRow>> {
  const detail: unknown = JSON.parse(intent.detail);
  if (intent.action === 'undo.intent') return runUnmerge(desk, change, UndoIntent.parse(detail), intent.actor);
  return runMerge(desk, change, MergeIntent.parse(detail), intent.actor);
}

async function runMerge(desk: Desk, change: ChangeRow, intent: z.infer<typeof MergeIntent>, actor: string): Promise<Result<ChangeRow>> {
  const { store, host, now } = desk.deps;
  const { key, target, method, message, snapshot } = intent;
  const answer = await host(change.sessionId).call(
    'workspace.merge',
    { ...change.place, base: change.base, snapshot, branch: change.branch, target, method, message, key },
    { key, timeoutMs: MERGE_MS },
  );
  if (!answer.ok) {
    if (!UNANSWERED.has(answer.fault.code)) desk.record(change, actor, 'approve.retracted', answer.fault);
    return answer;
  }
  if (!answer.value.merged) {
    const { conflicts } = answer.value;
    return ok(
      store.transaction(() => {
        desk.record(change, actor, 'approve.conflict', { target, conflicts });
        const patch = { conflicts, targetBranch: target };
        return won(change.status === 'conflicted' ? store.changes.patch(change.id, patch) : store.changes.move(change.id, 'conflicted', patch, ['waiting']));
      }),
    );
  }
  const { sha, before } = answer.value;
  return ok(
    store.transaction(() => {
      desk.record(change, actor, 'approve', { target, method, sha, before });
      const patch = { targetBranch: target, mergeMethod: method, mergedSha: sha, mergedBefore: before, conflicts: [], decidedAt: now() };
      return won(store.changes.move(change.id, 'merged', patch));
    }),
  );
}

async function runUnmerge(desk: Desk, change: ChangeRow, intent: z.infer<typeof UndoIntent>, actor: string): Promise<Result<ChangeRow>> {
  const { store, host } = desk.deps;
  const { key, target, sha, before } = intent;
  const { repository } = change.place;
  if (sha !== before) {
    const answer = await host(change.sessionId).call('workspace.unmerge', { repository, target, sha, before }, { key, timeoutMs: MERGE_MS });
    if (!answer.ok && !(answer.fault.code === 'TARGET_MOVED' && (await standsAt(desk, change, target, before)))) {
      if (!UNANSWERED.has(answer.fault.code)) desk.record(change, actor, 'undo.retracted', answer.fault);
      return answer;
    }
  }
  return ok(
    store.transaction(() => {
      desk.record(change, actor, 'undo', { target, from: sha, to: before }, decisionOf(desk, change.id, 'approve'));
      return won(store.changes.move(change.id, 'waiting', { mergedSha: null, mergedBefore: null, mergeMethod: null, decidedAt: null }, ['merged']));
    }),
  );
}

/** Whether the branch has the files it had before the merge: then the act that was cut off had happened. */
async function standsAt(desk: Desk, change: ChangeRow, target: string, before: string): Promise<boolean> {
  const between = await desk.deps.host(change.sessionId).call('workspace.files', { ...change.place, base: `refs/heads/${target}`, snapshot: before });
  return between.ok && between.value.files.length === 0;
}

/** The last decision of a kind on a change: what an undo names. */
export function decisionOf(desk: Desk, changeId: string, ...actions: string[]): string | null {
  return desk.deps.store.decisions.list({ targetId: changeId, limit: 50 }).find((decision) => actions.includes(decision.action))?.id ?? null;
}

function messageOf(change: ChangeRow): string {
  const summary = change.summary.trim().slice(0, 4000);
  return summary === '' ? change.title : `${change.title}\n\n${summary}`;
}
