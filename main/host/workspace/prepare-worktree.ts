/**
 * A git worktree of the session's own, on its own branch. Each step can be repeated after a kill:
 *
 *   marked (refs/acc/…/start) ──► added ──► filled ──► submodules ──► files placed ──► set up ──► ready (acc-ready in the worktree's git folder)
 *      │  └── a spare taken (spare.ts) ──────►┘
 *      ▲ a repeat finds the mark and goes on where the last try stopped; only without a mark are branch and folder someone else's
 */
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, gitLine, type GitAt } from './git.ts';
import { bareFault } from './git-faults.ts';
import { forget, keepStart, startRef } from './keep.ts';
import { isPlainBranch, resolveAll } from './objects.ts';
import { placePaths } from './place-paths.ts';
import type { Prepared, PrepareOn } from './prepare.ts';
import { runSetup } from './setup.ts';
import { HALF_MADE, type WorktreeSpec } from './spare.ts';
import { initSubmodules } from './submodules.ts';
import { changeWorktrees, changeWorktreesOf, linkedGitDir, listWorktrees, realPath, worktreeAt, type Worktree } from './worktrees.ts';

/** File in the worktree's git folder that says that set-up came to its end. */
const READY = 'acc-ready';
const FILL_LIMIT_MS = 300_000;

export async function prepareWorktree(spec: WorktreeSpec, known: { base: string | null }, on: PrepareOn): Promise<Result<Prepared>> {
  const taken = known.base === null ? await on.spares?.take(spec, on.signal) : null;
  const base = taken ? ok(taken) : await makeWorktree(spec, known, on);
  if (!base.ok) return base;
  const gitDir = await linkedGitDir(spec.cwd, on.signal);
  if (!gitDir.ok) return gitDir;
  const dressed = await dress(spec, gitDir.value, on);
  if (!dressed.ok) return dressed;
  if (known.base === null) on.spares?.wish(spec, base.value);
  return ok({ place: { cwd: spec.cwd, repository: spec.repository, gitDir: null }, base: base.value, branch: spec.branch });
}

/** Registers and fills the worktree, or finds it. @returns the base */
async function makeWorktree(spec: WorktreeSpec, known: { base: string | null }, on: PrepareOn): Promise<Result<string>> {
  const looked = await look(spec, known.base, on.signal);
  if (!looked.ok) return looked;
  const at: GitAt = { cwd: spec.repository };
  const added = await changeWorktreesOf(looked.value.common, (alone) => addWorktree(at, spec, looked.value, on, alone));
  if (!added.ok) return added;
  const gitDir = await linkedGitDir(spec.cwd, on.signal);
  if (!gitDir.ok) return gitDir;
  const filled = await fill(at, spec, gitDir.value, added.value, on);
  return filled.ok ? ok(looked.value.base) : filled;
}

type Looked = {
  /** The repository's common git folder. */
  readonly common: string;
  /** Commit to begin from. */
  readonly base: string;
  /** A start of this session has been here before. */
  readonly again: boolean;
  /** The branch is there already. */
  readonly branchTaken: boolean;
  readonly worktrees: readonly Worktree[];
};

/** Everything that is asked of the repository beforehand, by three gits side by side: an agent waits for this. */
async function look(spec: WorktreeSpec, knownBase: string | null, signal: AbortSignal): Promise<Result<Looked>> {
  const { repository, cwd, branch } = spec;
  const folder = await stat(repository).catch(() => null);
  if (!folder?.isDirectory())
    return fail('REPOSITORY_MISSING', `The repository ${repository} is not there any more.`, {
      fix: 'Bring the folder back, or take the repository off the list.',
    });
  const at: GitAt = { cwd: repository };
  const from = knownBase ?? (spec.base === '' ? 'HEAD' : spec.base);
  const [facts, commits, worktrees] = await Promise.all([
    gitLine(at, ['rev-parse', '--is-bare-repository', '--path-format=absolute', '--git-common-dir'], { signal }),
    resolveAll(at, ['HEAD', startRef(cwd), from, `refs/heads/${branch}`], 'commit', signal),
    listWorktrees(at, signal),
  ]);
  if (!facts.ok) return facts;
  if (!commits.ok) return commits;
  if (!worktrees.ok) return worktrees;
  if (facts.value.startsWith('true\n')) return bareFault(repository);
  const [head, mark, named, tip] = commits.value;
  if (!head) {
    const some = await hasCommits(repository, signal);
    if (!some.ok) return some;
  }
  const base = knownBase === null && mark ? mark : named;
  if (!base)
    return fail('BASE_NOT_FOUND', `${repository} has no commit named ${from}.`, {
      fix: 'Choose a branch or commit that exists as the base.',
    });
  const common = await realPath(facts.value.slice(facts.value.indexOf('\n') + 1));
  return ok({ common, base, again: knownBase !== null || Boolean(mark), branchTaken: Boolean(tip), worktrees: worktrees.value });
}

async function hasCommits(repository: string, signal: AbortSignal): Promise<Result<void>> {
  const any = await git({ cwd: repository }, ['rev-list', '--all', '--max-count=1'], { signal });
  if (!any.ok) return any;
  if (any.value.stdout.length > 0) return ok(undefined);
  return fail('REPOSITORY_EMPTY', `${repository} has no commits yet, so there is nothing to begin from.`, {
    fix: 'Make a first commit (git add -A && git commit -m "First commit"), or let the session work in place.',
  });
}

/** What a failed preparation takes back: the branch, when it was made now (at this commit), and the mark of a first start. */
type Made = { readonly branchAt: string | null; readonly again: boolean };

/**
 * Registers the worktree. Its files come with it when nobody waits for the next turn, else later, side by side with others'. Where a
 * start of this session has been here before, branch and folder, where they exist, are its own.
 */
async function addWorktree(at: GitAt, spec: WorktreeSpec, looked: Looked, on: PrepareOn, alone: () => boolean): Promise<Result<Made>> {
  const { cwd, branch } = spec;
  const { base, again } = looked;
  const named = await usableName(at, branch, on.signal);
  if (!named.ok) return named;
  // A folder that was there before may be cleaned away until it is this one's turn; a new one nobody else touches.
  const list = again ? await listWorktrees(at, on.signal) : ok(looked.worktrees);
  if (!list.ok) return list;
  const registered = await worktreeAt(list.value, cwd);
  const present = await folderState(cwd);
  const halfMade = registered?.locked === HALF_MADE;
  if (registered && again && present === 'filled' && !halfMade) return ok({ branchAt: null, again });
  if (registered) {
    if (registered.locked !== null && !halfMade)
      return fail('WORKTREE_LOCKED', `The worktree ${cwd} is locked, and its folder is not there.`, {
        why: registered.locked === '' ? 'No reason was given with the lock.' : registered.locked,
        fix: `Bring the folder back, or run: git worktree unlock ${cwd}`,
      });
    if (!again) return occupied(cwd);
    // Only this one entry: a general prune would also drop worktrees of the user on a disk that is not mounted now.
    const cleared = await git(at, ['worktree', 'remove', '--force', '--force', cwd], { signal: on.signal });
    if (!cleared.ok) return cleared;
  } else if (present === 'filled') return occupied(cwd);

  if (looked.branchTaken) {
    if (!again) return branchExists(branch);
    const other = list.value.find((tree) => tree.branch === branch && tree !== registered);
    if (other) return fail('BRANCH_IN_USE', `${branch} is checked out in ${other.path}.`, { fix: 'Switch that work tree to another branch and start again.' });
  }
  if (again && !looked.branchTaken) on.output('stderr', `The branch ${branch} is gone; it is made again from its base.\n`);
  const marked = await keepStart(at, cwd, base, looked.branchTaken ? null : branch, on.signal);
  if (!marked.ok && !again) await forget(at, cwd);
  // A branch that came up meanwhile is not ours to take back.
  if (!marked.ok) return /cannot lock ref/.test(marked.fault.why ?? '') ? branchExists(branch, marked.fault.why) : marked;
  const made: Made = { branchAt: looked.branchTaken ? null : base, again };
  const later = alone() ? [] : ['--no-checkout'];
  const added = await git(at, ['worktree', 'add', '--quiet', ...later, cwd, branch], { timeoutMs: FILL_LIMIT_MS, signal: on.signal });
  if (!added.ok) await takeBack(at, spec, made);
  return added.ok ? ok(made) : added;
}

async function usableName(at: GitAt, branch: string, signal: AbortSignal): Promise<Result<void>> {
  if (isPlainBranch(branch)) return ok(undefined);
  const named = await git(at, ['check-ref-format', '--branch', branch], { accept: [0, 1, 128], signal });
  if (!named.ok) return named;
  if (named.value.code === 0) return ok(undefined);
  return fail('BRANCH_INVALID', `${branch} cannot be the name of a branch.`, { why: named.value.stderr.trim(), fix: 'Choose another name.' });
}

/**
 * Writes the files, unless they were written: the index appears when the last of them is there. Worktrees are filled side by side.
 * One that was ready before is never filled again, whatever became of its index: a session has worked in it.
 */
async function fill(at: GitAt, spec: WorktreeSpec, gitDir: string, made: Made, on: PrepareOn): Promise<Result<void>> {
  for (const sign of ['index', READY]) if (await stat(join(gitDir, sign)).catch(() => null)) return ok(undefined);
  const run = await git({ cwd: spec.cwd }, ['reset', '--hard', '--quiet'], { timeoutMs: FILL_LIMIT_MS, signal: on.signal });
  if (run.ok) return ok(undefined);
  await changeWorktrees(at, () => takeBack(at, spec, made));
  return run;
}

/** A failed add leaves nothing: no half-made folder, no branch that the next start would trip over. */
async function takeBack(at: GitAt, { cwd, branch }: WorktreeSpec, { branchAt, again }: Made): Promise<Result<void>> {
  await git(at, ['worktree', 'remove', '--force', '--force', cwd]);
  if ((await folderState(cwd)) === 'empty') await rm(cwd, { recursive: true, force: true });
  if (branchAt !== null) await git(at, ['update-ref', '-d', `refs/heads/${branch}`, branchAt]);
  return again ? ok(undefined) : forget(at, cwd);
}

function occupied(cwd: string): Result<never> {
  return fail('WORKSPACE_OCCUPIED', `${cwd} is there already and was not made for this session.`, {
    fix: 'Move it away, or choose another folder for worktrees.',
  });
}

function branchExists(branch: string, why?: string): Result<never> {
  return fail('BRANCH_EXISTS', `There is a branch ${branch} already, or one whose name stands in its way.`, {
    ...(why === undefined ? {} : { why }),
    fix: `Rename or delete it (git branch -m ${branch} other-name), then start again.`,
  });
}

async function folderState(path: string): Promise<'absent' | 'empty' | 'filled'> {
  try {
    return (await readdir(path)).length === 0 ? 'empty' : 'filled';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'absent' : 'filled';
  }
}

/** Everything a fresh worktree needs to be useful; done once, and again when it did not come to its end. */
async function dress(spec: WorktreeSpec, gitDir: string, on: PrepareOn): Promise<Result<void>> {
  const ready = join(gitDir, READY);
  if (await stat(ready).catch(() => null)) return ok(undefined);
  const modules = await initSubmodules(spec.repository, spec.cwd, on);
  if (!modules.ok) return modules;
  const placed = await placePaths(spec, on);
  if (!placed.ok) return placed;
  const setUp = await runSetup(spec, on);
  if (!setUp.ok) return setUp;
  await writeFile(ready, '');
  return ok(undefined);
}
