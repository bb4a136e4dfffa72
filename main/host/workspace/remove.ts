/** Takes away a session's worktree, what was kept for it, and on demand its branch. */
import { lstat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, type GitAt } from './git.ts';
import { forget } from './keep.ts';
import { isGone, removeOrphan } from './remove-orphan.ts';
import { dropSpare } from './spare-make.ts';
import { isSpareName } from './spare.ts';
import { changeWorktrees, listWorktrees, realPath, worktreeAt, type Worktree } from './worktrees.ts';

const LIMIT_MS = 300_000;

/**
 * The `workspace.remove` command. Only a linked worktree that git itself lists, or a spare, is ever removed; one that is gone already
 * is no fault. With `orphanRoots`, also one whose repository is gone, when it proves that it was one.
 * @returns `WORKTREE_LOCKED`, `NOT_A_WORKTREE`, `BRANCH_IN_USE`, `REMOVE_FAILED`
 */
export async function remove(input: HostInput<'workspace.remove'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.remove'>>> {
  if (input.orphanRoots !== undefined && (await isGone(input.repository))) {
    const removed = await removeOrphan(input);
    return removed.ok ? ok({}) : removed;
  }
  const at: GitAt = { cwd: input.repository };
  if (isSpareName(input.cwd)) return (await dropSpare(input.repository, input.cwd)) ? ok({}) : notOurs(input.cwd, 'It is not a worktree that was kept ready.');
  return changeWorktrees(at, () => removeAlone(at, input, signal), signal);
}

async function removeAlone(at: GitAt, input: HostInput<'workspace.remove'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.remove'>>> {
  const list = await listWorktrees(at, signal);
  if (!list.ok) return list;
  const tree = await worktreeAt(list.value, input.cwd);
  const removed = tree === null ? await alreadyGone(input.cwd) : await removeTree(at, tree, list.value, input.cwd);
  if (!removed.ok) return removed;
  if (input.branch !== null) {
    const dropped = await dropBranch(
      at,
      input.branch,
      list.value.filter((other) => other !== tree),
    );
    if (!dropped.ok) return dropped;
  }
  const forgotten = await forget(at, input.cwd);
  return forgotten.ok ? ok({}) : forgotten;
}

async function alreadyGone(cwd: string): Promise<Result<void>> {
  if (!(await lstat(cwd).catch(() => null))) return ok(undefined);
  return notOurs(cwd, 'git does not list it as a worktree of this repository.');
}

function notOurs(cwd: string, why: string): Result<never> {
  return fail('NOT_A_WORKTREE', `${cwd} is not removed.`, { why, fix: 'Delete it by hand if it is not needed.' });
}

async function removeTree(at: GitAt, tree: Worktree, list: readonly Worktree[], cwd: string): Promise<Result<void>> {
  if (tree.main || tree.bare) return notOurs(cwd, 'It is the main work tree of the repository.');
  const real = await realPath(tree.path);
  for (const other of list) {
    const path = await realPath(other.path);
    if (other !== tree && path.startsWith(real + sep)) return notOurs(cwd, `Another work tree lies inside it: ${other.path}`);
  }
  if (tree.locked !== null)
    return fail('WORKTREE_LOCKED', `The worktree ${cwd} is locked.`, {
      why: tree.locked === '' ? 'No reason was given with the lock.' : tree.locked,
      fix: `Unlock it when it may go: git worktree unlock ${cwd}`,
    });
  const run = await git(at, ['worktree', 'remove', '--force', tree.path], { timeoutMs: LIMIT_MS });
  return run.ok ? ok(undefined) : run;
}

async function dropBranch(at: GitAt, branch: string, others: readonly Worktree[]): Promise<Result<void>> {
  const user = others.find((tree) => tree.branch === branch);
  if (user) return fail('BRANCH_IN_USE', `${branch} was kept: it is checked out in ${user.path}.`, { fix: 'Switch that work tree to another branch first.' });
  const found = await git(at, ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`], { accept: [0, 1] });
  if (!found.ok) return found;
  if (found.value.code === 1) return ok(undefined);
  const run = await git(at, ['branch', '--quiet', '-D', '--end-of-options', branch]);
  return run.ok ? ok(undefined) : run;
}
