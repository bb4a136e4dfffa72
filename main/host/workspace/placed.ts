/**
 * Which paths of a worktree the app itself put there (copied or linked from the repository), so that they never count as work.
 *
 * Why a list of our own: git's `info/exclude` is shared by all worktrees, and `extensions.worktreeConfig` would change the user's
 * repository configuration. The list lies in the worktree's own git folder, goes away with the worktree, and is applied where
 * it matters: our snapshot leaves these paths out even when the agent committed them or took them out of .gitignore.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { GitAt } from './git.ts';
import { gitPath } from './worktrees.ts';

/** Paths relative to the top of the worktree, with `/` between parts; empty when none were placed. */
export async function readPlaced(at: GitAt): Promise<Result<string[]>> {
  const file = await gitPath(at, 'acc-placed');
  if (!file.ok) return file;
  const text = await readFile(file.value, 'utf8').catch(() => '');
  return ok(text.split('\0').filter(Boolean));
}

export async function writePlaced(at: GitAt, paths: readonly string[]): Promise<Result<void>> {
  const file = await gitPath(at, 'acc-placed');
  if (!file.ok) return file;
  await writeFile(file.value, paths.map((path) => `${path}\0`).join(''));
  return ok(undefined);
}

/** Whether a name from git (bytes, no trailing slash) is one of the placed paths or lies under one. Pure. */
export function isPlaced(name: Buffer, placed: readonly string[]): boolean {
  return placed.some((path) => {
    const bytes = Buffer.from(path);
    return name.subarray(0, bytes.length).equals(bytes) && (name.length === bytes.length || name[bytes.length] === 0x2f);
  });
}
