/** The worktrees git knows of a repository, and where its folders are. */
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Result } from '#shared/lib/fault.ts';
import { exclusive } from './exclusive.ts';
import { git, gitLine, type GitAt } from './git.ts';

export type Worktree = {
  readonly path: string;
  /** True for the work tree the repository was made with; it is always the first. */
  readonly main: boolean;
  readonly bare: boolean;
  /** Short name of the branch; null when HEAD is detached. */
  readonly branch: string | null;
  /** Reason of the lock, empty when none was given; null when it is not locked. */
  readonly locked: string | null;
};

/** Reads `git worktree list --porcelain -z`. Pure. */
export function parseWorktrees(output: string): Worktree[] {
  return output
    .split('\0\0')
    .filter((block) => block !== '')
    .map((block, index) => {
      const fields = new Map<string, string>();
      for (const line of block.split('\0')) {
        const space = line.indexOf(' ');
        fields.set(space === -1 ? line : line.slice(0, space), space === -1 ? '' : line.slice(space + 1));
      }
      return {
        path: fields.get('worktree') ?? '',
        main: index === 0,
        bare: fields.has('bare'),
        branch: fields.get('branch')?.replace(/^refs\/heads\//, '') ?? null,
        locked: fields.get('locked') ?? null,
      };
    });
}

/** All worktrees of the repository at a place. */
export async function listWorktrees(at: GitAt, signal?: AbortSignal): Promise<Result<Worktree[]>> {
  for (let attempt = 1; ; attempt++) {
    const run = await git(at, ['worktree', 'list', '--porcelain', '-z'], { signal });
    if (run.ok) return ok(parseWorktrees(run.value.stdout.toString('utf8')));
    // git trips over a worktree that another git is making or removing at this moment; a moment later it does not.
    if (attempt === 10 || !/failed to read .*worktrees/.test(run.fault.why ?? '')) return run;
    await sleep(50 * attempt);
  }
}

/**
 * Makes or removes worktrees one at a time per repository: git reads the records of all others while it writes one, and fails on
 * a record that is half written.
 */
export async function changeWorktrees<T>(at: GitAt, work: () => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>> {
  const common = await commonDir(at, signal);
  return common.ok ? changeWorktreesOf(common.value, work) : common;
}

/** As {@link changeWorktrees}, where the repository's {@link commonDir} is known. */
export const changeWorktreesOf = <T>(common: string, work: (alone: () => boolean) => Promise<Result<T>>): Promise<Result<T>> =>
  exclusive(`worktrees of ${common}`, work);

/** The real path of something that need not exist: symlinks of its nearest existing ancestor are resolved. */
export async function realPath(path: string): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(await realPath(parent), basename(full));
  }
}

/** The worktree registered at a path, whatever symlinks lead there; null when git knows none. */
export async function worktreeAt(list: readonly Worktree[], path: string): Promise<Worktree | null> {
  const wanted = await realPath(path);
  for (const worktree of list) if ((await realPath(worktree.path)) === wanted) return worktree;
  return null;
}

/** Top folder of the work tree that holds `at`. @returns also `NOT_A_REPOSITORY`, `REPOSITORY_UNSAFE` */
export function topOf(at: GitAt, signal?: AbortSignal): Promise<Result<string>> {
  return gitLine(at, ['rev-parse', '--show-toplevel'], { signal });
}

/** Absolute path of a file in the git folder of the work tree at `at`, such as `index`. */
export function gitPath(at: GitAt, name: string, signal?: AbortSignal): Promise<Result<string>> {
  return gitLine(at, ['rev-parse', '--path-format=absolute', '--git-path', name], { signal });
}

/** The git folder of a linked worktree, which holds its index; read from its `.git` file, as git does. */
export async function linkedGitDir(cwd: string, signal?: AbortSignal): Promise<Result<string>> {
  const link = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(join(cwd, '.git'), 'utf8').catch(() => ''))?.[1];
  return link === undefined ? gitLine({ cwd }, ['rev-parse', '--absolute-git-dir'], { signal }) : ok(resolve(cwd, link));
}

/** The git folder all worktrees of a repository share: what makes two paths the same repository. */
export async function commonDir(at: GitAt, signal?: AbortSignal): Promise<Result<string>> {
  const line = await gitLine(at, ['rev-parse', '--path-format=absolute', '--git-common-dir'], { signal });
  return line.ok ? ok(await realPath(line.value)) : line;
}
