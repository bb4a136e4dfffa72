/**
 * Fills the submodules of a fresh worktree from the repository's own clones: no network, and no change of the repository's
 * configuration (the url is given for this one command). What cannot be filled is told, and the session goes on without it.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '#shared/lib/fault.ts';
import { git } from './git.ts';
import type { PrepareOn } from './prepare.ts';
import { commonDir } from './worktrees.ts';

const LIMIT_MS = 120_000;

export async function initSubmodules(repository: string, cwd: string, on: PrepareOn): Promise<Result<void>> {
  if (!(await lstat(join(cwd, '.gitmodules')).catch(() => null))) return ok(undefined);
  const listed = await git({ cwd }, ['config', '--file', '.gitmodules', '-z', '--get-regexp', '^submodule\\..*\\.path$'], {
    accept: [0, 1],
    signal: on.signal,
  });
  if (!listed.ok) return listed;
  const common = await commonDir({ cwd: repository }, on.signal);
  if (!common.ok) return common;
  const deadline = Date.now() + LIMIT_MS;
  for (const entry of listed.value.stdout.toString('utf8').split('\0').filter(Boolean)) {
    const cut = entry.indexOf('\n');
    const [name, path] = [entry.slice('submodule.'.length, cut - '.path'.length), entry.slice(cut + 1)];
    const clone = join(common.value, 'modules', name);
    const local = name.split('/').includes('..') ? null : await lstat(join(clone, 'HEAD')).catch(() => null);
    if (!local) {
      on.output('stderr', `The submodule ${path} is empty: it was never fetched in ${repository}. Run: git submodule update --init -- ${path}\n`);
      continue;
    }
    const given = ['-c', `submodule.${name}.url=${clone}`, '-c', `submodule.${name}.active=true`, '-c', 'protocol.file.allow=always'];
    const run = await git({ cwd }, [...given, 'submodule', '--quiet', 'update', '--init', '--', path], {
      timeoutMs: Math.max(1, deadline - Date.now()),
      signal: on.signal,
    });
    if (run.ok) continue;
    if (run.fault.code === 'CANCELLED' || run.fault.code === 'DISK_FULL') return run;
    on.output('stderr', `The submodule ${path} could not be filled: ${run.fault.why ?? run.fault.message}\n`);
  }
  return ok(undefined);
}
