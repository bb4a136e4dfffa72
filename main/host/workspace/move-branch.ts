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
import { join } from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { diffTrees, type RawEntry } from './changes.ts';
import { git, type GitAt } from './git.ts';
import { nameText, splitNul } from './names.ts';
import { resolveAs } from './objects.ts';
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
  for (const tree of trees.value) {
    const clear = await mayMove(tree, move, diff.value.entries, signal);
    if (!clear.ok) return clear;
  }
  // From here on it is carried through: a cancel half way would leave files and branch apart.
  const moved: Worktree[] = [];
  for (const tree of trees.value) {
    const run = await git({ cwd: tree.path }, ['read-tree', '-m', '-u', move.from, move.to], { timeoutMs: 300_000 });
    if (!run.ok) return undo(moved, move, targetDirty(move.branch, tree.path, run.fault.why ?? ''));
    moved.push(tree);
  }
  const set = await git(at, ['update-ref', '-m', move.why, `refs/heads/${move.branch}`, move.to, move.from]);
  if (set.ok) return ok(undefined);
  const now = await resolveAs(at, `refs/heads/${move.branch}`, 'commit');
  return undo(moved, move, now.ok && now.value !== move.from ? targetMoved(move.branch) : set);
}

/** The fault of a target that is no longer where the decision was made. */
export function targetMoved(branch: string): { readonly ok: false; readonly fault: { code: string; message: string; fix?: string } } {
  return fail('TARGET_MOVED', `The branch ${branch} moved in the meantime.`, { fix: 'Look at it again and repeat.' });
}

async function undo(moved: readonly Worktree[], move: Move, fault: Result<unknown>): Promise<Result<void>> {
  for (const tree of moved) await git({ cwd: tree.path }, ['read-tree', '-m', '-u', move.to, move.from], { timeoutMs: 300_000 });
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
    else if (tree.branch === null) {
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

function busy(branch: string, path: string, why: string): Result<never> {
  return fail('TARGET_BUSY', `${branch} cannot move now: work on it is in progress in ${path}.`, { why, fix: 'Finish or abort it there and repeat.' });
}

function targetDirty(branch: string, path: string, files: string): Result<never> {
  return fail('TARGET_DIRTY', `${branch} is checked out in ${path}, where files that would change have changes of their own.`, {
    why: files,
    fix: 'Commit, stash or move these files there and repeat.',
  });
}

/** Whether a work tree's own changes stay clear of the files that move. Ignored and untracked files in the way count as changes too. */
async function mayMove(tree: Worktree, move: Move, entries: readonly RawEntry[], signal?: AbortSignal): Promise<Result<void>> {
  const at: GitAt = { cwd: tree.path };
  for (const state of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']) {
    const file = await gitPath(at, state, signal);
    if (!file.ok) return file;
    if (await lstat(file.value).catch(() => null)) return busy(move.branch, tree.path, `${state} is there: a merge, cherry-pick or revert is not finished.`);
  }
  // Exit code 1 says that some files need an update, which is what is asked next.
  const fresh = await git(at, ['update-index', '-q', '--refresh'], { accept: [0, 1], signal });
  if (!fresh.ok) return fresh;
  const changed = await differs(at, move.from, signal);
  if (!changed.ok) return changed;
  const key = (name: Buffer): string => name.toString('latin1');
  const touched = new Map(entries.map((entry) => [key(entry.name), entry]));
  let blocked = [...changed.value].filter((name) => touched.has(name));
  if (blocked.length > 0) {
    // A repeat after a kill: what already is as it shall be is in nobody's way.
    const left = await differs(at, move.to, signal);
    if (!left.ok) return left;
    blocked = blocked.filter((name) => left.value.has(name));
  }
  const inTheWay = await untrackedInTheWay(
    at,
    entries.filter((entry) => entry.letter === 'A' && !changed.value.has(key(entry.name))),
    signal,
  );
  if (!inTheWay.ok) return inTheWay;
  const names = [...blocked.map((name) => nameText(Buffer.from(name, 'latin1'))), ...inTheWay.value];
  if (names.length === 0) return ok(undefined);
  return targetDirty(move.branch, tree.path, `Changed there: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`);
}

/** Names (latin1 of their bytes) whose file or index entry is not as in `commit`. */
async function differs(at: GitAt, commit: string, signal?: AbortSignal): Promise<Result<Set<string>>> {
  const names = new Set<string>();
  for (const how of [[], ['--cached']]) {
    const run = await git(at, ['diff-index', '--name-only', '-z', '--no-renames', '--ignore-submodules=dirty', ...how, commit, '--'], { signal });
    if (!run.ok) return run;
    for (const name of splitNul(run.value.stdout)) names.add(name.toString('latin1'));
  }
  return ok(names);
}

/** Of files that are to appear, those whose place is taken by a file git does not track. read-tree would overwrite ignored ones. */
async function untrackedInTheWay(at: GitAt, added: readonly RawEntry[], signal?: AbortSignal): Promise<Result<string[]>> {
  const taken: string[] = [];
  for (const entry of added) {
    // Joined as bytes, as the name may be no UTF-8.
    const path = Buffer.concat([Buffer.from(`${at.cwd}/`), entry.name]);
    const found = await lstat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      if (found.code !== 'ENOTDIR') continue;
      if (!(await trackedAncestor(at, entry.name, signal))) taken.push(nameText(entry.name));
    } else if (found.isDirectory()) {
      const inside = await git(at, ['--literal-pathspecs', 'ls-files', '--others', '-z', '--', nameText(entry.name)], { signal });
      if (!inside.ok) return inside;
      if (inside.value.stdout.length > 0) taken.push(nameText(entry.name));
    } else taken.push(nameText(entry.name));
  }
  return ok(taken);
}

/** Whether the file that stands where a folder shall be is a tracked one: then the move itself takes it away. */
async function trackedAncestor(at: GitAt, name: Buffer, signal?: AbortSignal): Promise<boolean> {
  const parts = nameText(name).split('/');
  for (let length = 1; length < parts.length; length++) {
    const parent = parts.slice(0, length).join('/');
    const found = await lstat(join(at.cwd, parent)).catch(() => null);
    if (found?.isDirectory()) continue;
    const run = await git(at, ['--literal-pathspecs', 'ls-files', '--error-unmatch', '-z', '--', parent], { accept: [0, 1], signal });
    return run.ok && run.value.code === 0;
  }
  return false;
}
