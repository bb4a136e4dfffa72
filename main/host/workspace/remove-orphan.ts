/**
 * Takes away a worktree whose repository is gone. No git can answer for it any more, so the folder itself has to prove what it is: it
 * lies right below a folder that the app made worktrees in for that repository, and its `.git` file points into the repository that is
 * not there. Nothing else is ever removed.
 */
import { lstat, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { realPath } from './worktrees.ts';

/** Whether the repository's folder is gone, so that no git can be asked. A disk that does not answer is no proof. */
export async function isGone(repository: string): Promise<boolean> {
  return lstat(repository).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

/**
 * Removes the orphaned worktree `cwd`; one that is gone already is no fault. The caller knows that the repository {@link isGone}.
 * @returns `NOT_A_WORKTREE` for a folder that does not prove that it is one, `REMOVE_FAILED` when the file system refuses
 */
export async function removeOrphan({ repository, cwd, orphanRoots = [] }: HostInput<'workspace.remove'>): Promise<Result<void>> {
  const folder = await lstat(cwd).catch(() => null);
  if (folder === null) return ok(undefined);
  if (!folder.isDirectory()) return notOurs(cwd, 'It is no folder.');
  const real = await realPath(cwd);
  const roots = await Promise.all(orphanRoots.map(realPath));
  if (!roots.includes(dirname(real))) return notOurs(cwd, 'It does not lie where the app makes worktrees of this repository.');
  const target = await linkOf(real);
  const gone = [resolve(repository), await realPath(repository)];
  if (target === null || !gone.some((path) => target.startsWith(path + sep))) {
    return notOurs(cwd, `Its .git does not point into ${repository}.`);
  }
  try {
    // Links are removed, not followed.
    await rm(real, { recursive: true });
    return ok(undefined);
  } catch (error) {
    return fail('REMOVE_FAILED', `${cwd} could not be removed whole.`, {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Close what uses it, give your user the right to delete it, and try again.',
    });
  }
}

/** Where the `.git` file of a linked worktree points; null when there is none, or it is no file. */
async function linkOf(cwd: string): Promise<string | null> {
  const file = join(cwd, '.git');
  const found = await lstat(file).catch(() => null);
  if (!found?.isFile() || found.size > 8192) return null;
  const link = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
  return link === undefined ? null : resolve(cwd, link);
}

function notOurs(cwd: string, why: string): Result<void> {
  return fail('NOT_A_WORKTREE', `${cwd} is not removed.`, { why, fix: 'Delete it by hand if it is not needed.' });
}
