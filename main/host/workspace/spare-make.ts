/** Makes a repository's spare worktree, or takes it away. Runs in idle moments: nobody waits for it, and a start does without. */
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { git, type GitAt } from './git.ts';
import { HALF_MADE, isSpareName, linkOf, readySpare, WHOLE, settingsOf, spareAt, wholeText } from './spare.ts';
import { changeWorktreesOf, commonDir, listWorktrees, worktreeAt } from './worktrees.ts';
import { ok } from '#shared/lib/fault.ts';

const FILL_LIMIT_MS = 300_000;
/** Free space below which no spare is made, in bytes: it is for the sessions then. */
const MIN_FREE = 5 * 1024 ** 3;

export type SpareWish = { readonly repository: string; readonly folder: string; /** Commit to make it of. */ readonly commit: string };

/**
 * Makes the spare unless it is there.
 * @returns `not now` where little space is left, the folder is another's, the checkout is bare, sparse or has settings of its own, or refs
 *   are not files; `never` where filters write files, which may not write the same at all times
 */
export async function makeSpare({ repository, folder, commit }: SpareWish, signal: AbortSignal): Promise<'ready' | 'not now' | 'never'> {
  if (readySpare(folder)) return 'ready';
  const disk = await statfs(dirname(folder)).catch(() => null);
  if (!disk || disk.bavail * disk.bsize < MIN_FREE) return 'not now';
  const at: GitAt = { cwd: repository };
  const common = await commonDir(at, signal);
  if (!common.ok) return 'not now';
  // Before git reads them: a change meanwhile must show.
  const settings = settingsOf(common.value);
  const special = await git(at, ['config', '--type=bool', '--get-regexp', '^(extensions\\.worktreeconfig|core\\.(sparsecheckout|bare))$'], {
    accept: [0, 1],
    signal,
  });
  if (!special.ok) return 'not now';
  if (/\btrue$/m.test(special.value.stdout.toString())) {
    await dropSpare(repository, folder);
    return 'not now';
  }
  const added = await changeWorktreesOf(common.value, async () => {
    if (!(await clear(at, folder, common.value))) return ok(false);
    const args = ['worktree', 'add', '--quiet', '--no-checkout', '--detach', folder, commit];
    return ok((await git(at, args, { signal })).ok);
  });
  if (!added.ok || !added.value) return 'not now';
  // Its files come side by side with others' starts. Without the cache of untracked files, which knows its folder by name.
  const filled = await git({ cwd: folder }, ['-c', 'core.untrackedCache=false', 'reset', '--hard', '--quiet'], { timeoutMs: FILL_LIMIT_MS, signal });
  const made = spareAt(folder);
  const fit = filled.ok && made?.common === common.value ? await isPlain(folder, made.gitDir, signal) : null;
  if (made && fit === true) {
    await writeFile(join(made.gitDir, WHOLE), wholeText(commit, settings));
    if (readySpare(folder)) return 'ready';
  }
  await dropSpare(repository, folder);
  return fit === false ? 'never' : 'not now';
}

/** Takes the spare away, whatever state it is in. @returns whether nothing is at its place now */
export async function dropSpare(repository: string, folder: string): Promise<boolean> {
  const at: GitAt = { cwd: repository };
  const common = await commonDir(at);
  if (!common.ok) return false;
  const cleared = await changeWorktreesOf(common.value, async () => ok(await clear(at, folder, common.value)));
  return cleared.ok && cleared.value;
}

/** @returns whether the folder is free now */
async function clear(at: GitAt, folder: string, common: string): Promise<boolean> {
  const list = isSpareName(folder) ? await listWorktrees(at) : null;
  if (!list?.ok) return false;
  const entry = await worktreeAt(list.value, folder);
  // One that a person locked is theirs.
  if (entry && entry.locked !== null && entry.locked !== HALF_MADE) return false;
  if (await stat(folder).catch(() => null)) {
    // Without an entry it was left by a start that was killed while it took the spare.
    if (!entry && !linkOf(folder).startsWith(join(common, 'worktrees') + sep)) return false;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  // The record alone: the folder is gone.
  return entry === null || (await git(at, ['worktree', 'remove', '--force', '--force', entry.path])).ok;
}

/** Whether the spare is as every other worktree of this commit would be: no filter has made its files, nothing is set for it alone. @returns null when git cannot tell */
async function isPlain(folder: string, gitDir: string, signal: AbortSignal): Promise<boolean | null> {
  for (const name of ['config.worktree', 'info/sparse-checkout']) if (await stat(join(gitDir, name)).catch(() => null)) return false;
  // All files but those of which nothing is said: what a filter writes is its own affair.
  const filtered = await git({ cwd: folder }, ['ls-files', '-z', '--', '.', ':(exclude,attr:!filter)'], { signal, maxBytes: 1, cut: true });
  return filtered.ok ? filtered.value.stdout.length === 0 : null;
}
