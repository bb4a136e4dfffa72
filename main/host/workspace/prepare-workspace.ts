/** Makes or finds the place a session works in, and the base its work is measured from. */
import { lstat, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, gitLine } from './git.ts';
import { needObject } from './objects.ts';
import { prepareWorktree } from './prepare-worktree.ts';
import type { Prepared, PrepareOn } from './prepare.ts';
import { snapshotBase } from './snapshot.ts';
import { commonDir, topOf } from './worktrees.ts';

/** Longest time the first snapshot of a folder may take, in milliseconds: the agent waits for it. */
const BASE_LIMIT_MS = 120_000;

/**
 * Makes the workspace or finds it again. Repeating it after a crash at any moment leads to the same place.
 * @param known the base of an earlier run in this workspace; null at the first start
 * @returns where to work, the commit (worktree) or tree (else) the work begins from, and the branch. Faults: `REPOSITORY_MISSING`,
 *   `REPOSITORY_BARE`, `REPOSITORY_EMPTY`, `REPOSITORY_UNSAFE`, `BASE_NOT_FOUND`, `BRANCH_EXISTS`, `BRANCH_INVALID`, `BRANCH_IN_USE`,
 *   `WORKTREE_LOCKED`, `WORKSPACE_OCCUPIED`, `WORKTREE_FOREIGN`, `FOLDER_MISSING`, `NOT_A_REPOSITORY`, `PATH_ESCAPES`, `SETUP_FAILED`,
 *   `SETUP_TIMEOUT`, `SNAPSHOT_TOO_SLOW`, `DISK_FULL`, `CANCELLED`
 */
export async function prepareWorkspace(spec: WorkspaceSpec, known: { base: string | null }, on: PrepareOn): Promise<Result<Prepared>> {
  if (spec.mode === 'worktree') return prepareWorktree(spec, known, on);
  const folder = await stat(spec.cwd).catch(() => null);
  if (!folder?.isDirectory()) return fail('FOLDER_MISSING', `There is no folder ${spec.cwd}.`, { fix: 'Bring the folder back or choose another.' });
  if (spec.mode === 'in-place' && spec.vcs === 'none') return prepareFolder(spec.cwd, spec.snapshots, known, on);
  const repository = spec.mode === 'existing' ? spec.repository : spec.cwd;
  const top = await topOf({ cwd: spec.cwd }, on.signal);
  if (!top.ok) return top;
  if (spec.mode === 'existing') {
    const [here, there] = [await commonDir({ cwd: spec.cwd }, on.signal), await commonDir({ cwd: repository }, on.signal)];
    if (!here.ok) return here;
    if (!there.ok) return there;
    if (here.value !== there.value)
      return fail('WORKTREE_FOREIGN', `${spec.cwd} is not a work tree of ${repository}.`, { fix: 'Choose a worktree that "git worktree list" shows for it.' });
  }
  const branch = await gitLine({ cwd: spec.cwd }, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { accept: [0, 1], signal: on.signal });
  if (!branch.ok) return branch;
  return withBase({ cwd: spec.cwd, repository, gitDir: null }, known, branch.value === '' ? null : branch.value, on);
}

/** A folder outside git: its trees live in a git folder of our own, and no `.git` ever appears beside the user's files. */
async function prepareFolder(cwd: string, gitDir: string, known: { base: string | null }, on: PrepareOn): Promise<Result<Prepared>> {
  if (!(await lstat(join(gitDir, 'HEAD')).catch(() => null))) {
    await mkdir(gitDir, { recursive: true, mode: 0o700 });
    // Without a template: the user's own template may bring hooks and excludes that are not meant for this.
    const made = await git({ cwd: gitDir }, ['init', '--quiet', '--bare', '--template=', gitDir], { signal: on.signal });
    if (!made.ok) return made;
  }
  return withBase({ cwd, repository: cwd, gitDir }, known, null, on);
}

/** The base is a snapshot of the folder as it is, changes included: the diff then shows the session's work alone. */
async function withBase(place: Place, known: { base: string | null }, branch: string | null, on: PrepareOn): Promise<Result<Prepared>> {
  if (known.base !== null) {
    const at = place.gitDir === null ? { cwd: place.cwd } : { cwd: place.cwd, gitDir: place.gitDir };
    const there = await needObject(at, known.base, 'tree', on.signal);
    return there.ok ? ok({ place, base: known.base, branch }) : there;
  }
  const staged = await snapshotBase(place, { scratch: on.scratch, signal: on.signal, limitMs: BASE_LIMIT_MS });
  if (!staged.ok) return staged;
  for (const path of staged.value.skipped) on.output('stderr', `${path} is a git repository of its own: changes in it will not be shown.\n`);
  return ok({ place, base: staged.value.tree, branch });
}
