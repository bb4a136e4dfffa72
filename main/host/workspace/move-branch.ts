/**
 * Moves a branch from one commit to another, compare-and-set, together with every work tree that has it checked out.
 *
 *   check all work trees ──► move their files and index (git read-tree -m -u, which keeps unrelated changes) ──► update-ref with the old value
 *        │ dirty: TARGET_DIRTY, nothing changed            │ fails: files go back                               │ fails: files go back, TARGET_MOVED
 *
 * Files first: when the app is killed in between, the work tree shows the change as staged and a repeat goes on from there. The other
 * order would leave a work tree that seems to revert the merge.
 */
import { lstat, readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { diffTrees } from './changes.ts';
import { git, type GitAt } from './git.ts';
import { resolveAs } from './objects.ts';
import { busy, mayMove, moveTree, type ReadyTree } from './move-tree.ts';
import { isSpareName } from './spare.ts';
import { gitPath, listWorktrees, type Worktree } from './worktrees.ts';

export type Move = { readonly repository: string; readonly branch: string; readonly from: string; readonly to: string; readonly why: string };

/** @returns `TARGET_MOVED`, `TARGET_DIRTY` (naming files), `TARGET_BUSY`, `WORKTREE_LOCKED`; after each of them everything is as before */
export async function moveBranch(move: Move, signal?: AbortSignal): Promise<Result<void>> {
  const at: GitAt = { cwd: move.repository };
  if (move.from === move.to) return ok(undefined);
  const trees = await checkedOut(at, move.branch, signal);
  if (!trees.ok) return trees;
  const diff = await diffTrees(at, move.from, move.to, { renames: false, signal });
  if (!diff.ok) return diff;
  const ready: ReadyTree[] = [];
  for (const tree of trees.value) {
    const clear = await mayMove(tree.path, move, diff.value.entries, signal);
    if (!clear.ok) return clear;
    ready.push(clear.value);
  }
  // From here on it is carried through: a cancel half way would leave files and branch apart.
  const moved: ReadyTree[] = [];
  for (const tree of ready) {
    const run = await moveTree(tree, move);
    if (!run.ok) return undo(moved, move, run);
    moved.push(tree);
  }
  const set = await git(at, ['update-ref', '-m', move.why, `refs/heads/${move.branch}`, move.to, move.from]);
  if (set.ok) return ok(undefined);
  const now = await resolveAs(at, `refs/heads/${move.branch}`, 'commit');
  return undo(moved, move, now.ok && now.value !== move.from ? targetMoved(move.branch) : set);
}

/** The fault of a target that is no longer where the decision was made. */
export function targetMoved(branch: string): Result<never> {
  return fail('TARGET_MOVED', `The branch ${branch} moved in the meantime.`, { fix: 'Look at it again and repeat.' });
}

async function undo(moved: readonly ReadyTree[], move: Move, fault: Result<unknown>): Promise<Result<void>> {
  for (const tree of moved) await moveTree(tree, { ...move, from: move.to, to: move.from });
  return fault.ok ? ok(undefined) : fault;
}

/** Work trees whose branch this is; also one that is in the middle of rebasing it, which would be broken by a move. */
async function checkedOut(at: GitAt, branch: string, signal?: AbortSignal): Promise<Result<Worktree[]>> {
  const list = await listWorktrees(at, signal);
  if (!list.ok) return list;
  const found: Worktree[] = [];
  for (const tree of list.value) {
    if (tree.bare) continue;
    const present = await lstat(tree.path).catch(() => null);
    if (tree.branch === branch && !present && tree.locked !== null)
      return fail('WORKTREE_LOCKED', `${branch} is checked out in ${tree.path}, which is locked and not there now.`, {
        fix: `Bring the folder back, or run: git worktree unlock ${tree.path}`,
      });
    if (!present) continue;
    if (tree.branch === branch) found.push(tree);
    else if (tree.branch === null && !isSpareName(tree.path)) {
      for (const state of ['rebase-merge/head-name', 'rebase-apply/head-name']) {
        const file = await gitPath({ cwd: tree.path }, state, signal);
        if (!file.ok) return file;
        if ((await readFile(file.value, 'utf8').catch(() => '')).trim() === `refs/heads/${branch}`)
          return busy(branch, tree.path, 'A rebase of it is not finished.');
      }
    }
  }
  return ok(found);
}
