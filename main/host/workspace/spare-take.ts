/** Gives a session the spare worktree as its own: the same as a new one, without a file to write. The states are in spare.ts. */
import { lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Result } from '#shared/lib/fault.ts';
import { git } from './git.ts';
import { firstStart } from './keep.ts';
import { isPlainBranch, resolveAs } from './objects.ts';
import { HALF_MADE, readySpare, readText, WHOLE, type Spare, type WorktreeSpec } from './spare.ts';

/** Names that mean themselves in a line of git's input; any other takes the usual way. */
const PLAIN_BASE = /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/;

/**
 * Call it alone among those who change the repository's worktrees.
 * @param mark makes refs of its input in one act, as {@link firstStart} words it
 * @returns the base; null when the usual way has to be taken. That finds the session's mark then, if it was made.
 */
export async function takeSpare(
  spec: WorktreeSpec,
  folder: string,
  mark: (input: string) => Promise<Result<unknown>>,
  signal: AbortSignal,
): Promise<string | null> {
  const base = spec.base === '' ? 'HEAD' : spec.base;
  if (!PLAIN_BASE.test(base) || !isPlainBranch(spec.branch) || dirname(spec.cwd) !== dirname(folder)) return null;
  const spare = readySpare(folder);
  if (!spare || lstatSync(spec.cwd, { throwIfNoEntry: false }) || isKnown(spare, spec.cwd)) return null;
  if (!(await mark(firstStart(spec.cwd, spec.branch, base))).ok) return null;
  const commit = await tipOf(spec, spare, signal);
  if (commit === null) return null;
  try {
    rmSync(join(spare.gitDir, WHOLE));
    if (commit !== spare.commit && !(await bring(spare, commit, signal))) return null;
    move(spare, spec);
    return commit;
  } catch {
    return null; // another's hand in it, or a full disk: the usual way says what is wrong, or does without it
  }
}

/** Whether git may know of a worktree at a folder that is not there. Names are compared: a doubt takes the usual way. */
function isKnown({ common }: Spare, cwd: string): boolean {
  const folder = join(common, 'worktrees');
  return readdirSync(folder).some((name) => basename(dirname(readText(join(folder, name, 'gitdir')))) === basename(cwd));
}

/** The commit the branch was just made at: its own file tells without another git, where refs are files. */
async function tipOf({ repository, branch }: WorktreeSpec, { common }: Spare, signal: AbortSignal): Promise<string | null> {
  const tip = readText(join(common, 'refs/heads', branch)).trimEnd();
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tip)) return tip;
  const found = await resolveAs({ cwd: repository }, `refs/heads/${branch}`, 'commit', signal);
  return found.ok ? found.value : null;
}

/**
 * Brings the spare's files to another commit. @returns false where that could give other files than a fresh checkout: attributes that
 * changed rule also over files that did not.
 */
async function bring({ folder, gitDir, commit: from }: Spare, commit: string, signal: AbortSignal): Promise<boolean> {
  const at = { cwd: folder };
  const [ruled, moved] = await Promise.all([
    git(at, ['diff-tree', '-r', '--quiet', from, commit, '--', ':(glob)**/.gitattributes'], { signal }),
    git(at, ['-c', 'core.untrackedCache=false', 'reset', '--hard', '--quiet', commit], { signal }),
  ]);
  if (!ruled.ok || !moved.ok) return false;
  writeFileSync(join(gitDir, 'ORIG_HEAD'), `${commit}\n`);
  return true;
}

/** Makes it the session's. Each file is replaced whole, and it is locked as half made meanwhile. */
function move({ folder, gitDir, root }: Spare, { cwd, branch }: WorktreeSpec): void {
  const replace = (name: string, text: string): void => {
    writeFileSync(join(gitDir, `${name}.lock`), text, { flag: 'wx' });
    renameSync(join(gitDir, `${name}.lock`), join(gitDir, name));
  };
  replace('locked', HALF_MADE);
  replace('gitdir', `${join(root, basename(cwd), '.git')}\n`);
  renameSync(folder, cwd);
  replace('HEAD', `ref: refs/heads/${branch}\n`);
  rmSync(join(gitDir, 'locked'));
}
