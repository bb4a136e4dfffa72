/** Brings a reviewed snapshot into a branch (merge, squash or rebase), and takes that back. */
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { exclusive } from './exclusive.ts';
import { gitLine, type GitAt } from './git.ts';
import { markMerge, readMark } from './merge-marks.ts';
import { moveBranch, targetMoved } from './move-branch.ts';
import { commitTree, isAncestor, needObject, resolveAs } from './objects.ts';
import { mergeCommits, replay, type Merged } from './three-way.ts';
import { commonDir } from './worktrees.ts';

type MergeInput = HostInput<'workspace.merge'>;

/**
 * The `workspace.merge` command. Merges into one repository wait for each other. A target that has the change already is left as it is
 * (`sha` equals `before`), so a repeat after a lost answer is harmless. With a `key`, a repeat answers what the first try did, whatever
 * was killed in between and whatever came after it on the branch.
 * @returns `TARGET_NOT_FOUND`, `TARGET_IS_BRANCH`, `TARGET_MOVED`, `TARGET_DIRTY`, `TARGET_BUSY`, `UNRELATED_HISTORIES`,
 *   `HISTORY_NOT_LINEAR`, `GIT_IDENTITY_MISSING`, `OBJECT_MISSING`; nothing has changed after any of them
 */
export async function merge(input: MergeInput, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.merge'>>> {
  const common = await commonDir({ cwd: input.repository }, signal);
  return common.ok ? exclusive(common.value, () => mergeAlone(input, signal)) : common;
}

async function mergeAlone(input: MergeInput, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.merge'>>> {
  const at: GitAt = { cwd: input.repository };
  if (input.target === input.branch)
    return fail('TARGET_IS_BRANCH', `${input.target} is the branch the work was done on.`, { fix: 'Choose the branch it shall be merged into.' });
  const target = await resolveAs(at, `refs/heads/${input.target}`, 'commit', signal);
  if (!target.ok) return target;
  if (target.value === null)
    return fail('TARGET_NOT_FOUND', `There is no branch ${input.target} in ${input.repository}.`, { fix: 'Choose a branch that exists.' });
  const before = target.value;
  const done = input.key === undefined ? ok(null) : await earlierTry(at, input, input.key, before, signal);
  if (!done.ok) return done;
  if (done.value !== null) return ok(done.value);
  const work = await workCommit(at, input, signal);
  if (!work.ok) return work;
  const result = await compute(at, input, before, work.value, signal);
  if (!result.ok) return result;
  if (!result.value.clean) return ok({ merged: false, conflicts: result.value.conflicts });
  const sha = result.value.value;
  if (input.key !== undefined && sha !== before) {
    const marked = await markMerge(at, input.cwd, input.key, { before, after: sha }, signal);
    if (!marked.ok) return marked;
  }
  const moved = await moveBranch(
    { repository: input.repository, branch: input.target, from: before, to: sha, why: `acc: ${input.method} ${input.branch ?? 'work'}` },
    signal,
  );
  return moved.ok ? ok({ merged: true, sha, before }) : moved;
}

/** What this same merge did before it was cut off; null when it did not come to moving the branch. */
async function earlierTry(at: GitAt, input: MergeInput, key: string, now: string, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.merge'> | null>> {
  const mark = await readMark(at, input.cwd, key, signal);
  if (!mark.ok) return mark;
  if (mark.value === null) return ok(null);
  const { before, after } = mark.value;
  const moved = await isAncestor(at, after, now, signal);
  if (!moved.ok) return moved;
  return ok(moved.value ? { merged: true, sha: after, before } : null);
}

/**
 * The commit whose tree is exactly the reviewed snapshot. The agent's own commits stay below it, as long as they stand on the base;
 * a history that was rewritten below the base is left aside, since the reviewer saw the difference to the base.
 */
async function workCommit(at: GitAt, input: MergeInput, signal?: AbortSignal): Promise<Result<string>> {
  const base = await needObject(at, input.base, 'commit', signal);
  if (!base.ok) return base;
  const tree = await needObject(at, input.snapshot, 'tree', signal);
  if (!tree.ok) return tree;
  let tip = base.value;
  if (input.branch !== null) {
    const branch = await resolveAs(at, `refs/heads/${input.branch}`, 'commit', signal);
    if (!branch.ok) return branch;
    if (branch.value !== null) {
      const stands = await isAncestor(at, base.value, branch.value, signal);
      if (!stands.ok) return stands;
      if (stands.value) tip = branch.value;
    }
  }
  const tipTree = await needObject(at, tip, 'tree', signal);
  if (!tipTree.ok) return tipTree;
  return tipTree.value === tree.value ? ok(tip) : commitTree(at, { tree: tree.value, parents: [tip], message: input.message }, signal);
}

/** The commit the target shall become; `before` itself when the change adds nothing to it. */
async function compute(at: GitAt, input: MergeInput, before: string, work: string, signal?: AbortSignal): Promise<Result<Merged<string>>> {
  const merged = await mergeCommits(at, before, work, signal);
  if (!merged.ok || (!merged.value.clean && input.method !== 'rebase')) return merged;
  const had = await needObject(at, before, 'tree', signal);
  if (!had.ok) return had;
  if (merged.value.clean && merged.value.value === had.value) return ok({ clean: true, value: before });
  if (input.method === 'rebase') {
    const straight = await isAncestor(at, before, work, signal);
    if (!straight.ok) return straight;
    return straight.value ? ok({ clean: true, value: work }) : replay(at, before, work, before, signal);
  }
  const tree = merged.value.clean ? merged.value.value : '';
  const parents = input.method === 'merge' ? [before, work] : [before];
  const commit = await commitTree(at, { tree, parents, message: input.message }, signal);
  return commit.ok ? ok({ clean: true, value: commit.value }) : commit;
}

/** The `workspace.unmerge` command. @returns `TARGET_MOVED` when the branch is not at `sha` any more, and the faults of a move */
export async function unmerge(input: HostInput<'workspace.unmerge'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.unmerge'>>> {
  const at: GitAt = { cwd: input.repository };
  const common = await commonDir(at, signal);
  if (!common.ok) return common;
  return exclusive(common.value, async () => {
    const now = await gitLine(at, ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${input.target}`], { signal, accept: [0, 1] });
    if (!now.ok) return now;
    if (now.value !== input.sha) return targetMoved(input.target);
    const before = await needObject(at, input.before, 'commit', signal);
    if (!before.ok) return before;
    const moved = await moveBranch({ repository: input.repository, branch: input.target, from: input.sha, to: before.value, why: 'acc: undo merge' }, signal);
    return moved.ok ? ok({}) : moved;
  });
}
