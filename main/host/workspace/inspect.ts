/** What git says of a path: the facts the center shows before and after a repository is registered. */
import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RepositoryFacts } from '#shared/domain/repository.ts';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, gitLine, type GitAt } from './git.ts';
import { splitNul } from './names.ts';
import { resolveAs } from './objects.ts';
import { bareFault } from './git-faults.ts';
import { topOf } from './worktrees.ts';

/** Most branches named, newest work first. */
const MAX_BRANCHES = 500;

/**
 * The `workspace.inspect` command. A path below the top, or of a linked worktree, resolves to its work tree.
 * @returns `FOLDER_MISSING`, `NOT_A_FOLDER`, `REPOSITORY_BARE`, `REPOSITORY_UNSAFE`, `NOT_A_WORK_TREE`
 */
export async function inspect(input: HostInput<'workspace.inspect'>, signal?: AbortSignal): Promise<Result<RepositoryFacts>> {
  const path = resolve(input.path);
  const folder = await stat(path).catch(() => null);
  if (!folder) return fail('FOLDER_MISSING', `There is nothing at ${path}.`, { fix: 'Check the path.' });
  if (!folder.isDirectory()) return fail('NOT_A_FOLDER', `${path} is a file, not a folder.`, { fix: 'Choose the folder that holds it.' });
  const inside = await gitLine({ cwd: path }, ['rev-parse', '--is-bare-repository'], { signal });
  if (!inside.ok) {
    if (inside.fault.code !== 'NOT_A_REPOSITORY') return inside;
    return ok({ path, vcs: 'none', root: path, hasCommits: false, head: { branch: null, sha: null }, branches: [], dirtyFiles: 0, submodules: false });
  }
  if (inside.value === 'true') return bareFault(path);
  const tree = await gitLine({ cwd: path }, ['rev-parse', '--is-inside-work-tree'], { signal });
  if (!tree.ok) return tree;
  if (tree.value !== 'true') return fail('NOT_A_WORK_TREE', `${path} is a git folder, not the files it keeps.`, { fix: 'Choose the folder above it.' });
  const top = await topOf({ cwd: path }, signal);
  return top.ok ? factsOf(path, { cwd: top.value }, signal) : top;
}

async function factsOf(path: string, at: GitAt, signal?: AbortSignal): Promise<Result<RepositoryFacts>> {
  const branch = await gitLine(at, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { accept: [0, 1], signal });
  if (!branch.ok) return branch;
  const sha = await resolveAs(at, 'HEAD', 'commit', signal);
  if (!sha.ok) return sha;
  const branches = await git(at, ['for-each-ref', '--sort=-committerdate', `--count=${MAX_BRANCHES}`, '--format=%(refname:lstrip=2)', 'refs/heads'], {
    signal,
  });
  if (!branches.ok) return branches;
  const names = branches.value.stdout.toString('utf8').split('\n').filter(Boolean);
  const status = await git(at, ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal'], { signal });
  if (!status.ok) return status;
  return ok({
    path,
    vcs: 'git',
    root: at.cwd,
    hasCommits: sha.value !== null || names.length > 0,
    head: { branch: branch.value === '' ? null : branch.value, sha: sha.value },
    branches: names,
    dirtyFiles: splitNul(status.value.stdout).length,
    submodules: (await lstat(join(at.cwd, '.gitmodules')).catch(() => null)) !== null,
  });
}
