/**
 * What a merge is about to do, on disk in the repository before it is done: after a kill of everything, whoever asks again with the
 * same key learns what happened from the branch itself.
 *
 *   refs/acc/<place>/merge/<key>/before   where the target was
 *   refs/acc/<place>/merge/<key>/after    where it was to go; the target has it in its history when, and only when, it went there
 *
 * They go with everything else that is kept for the place.
 */
import { posix } from 'node:path';
import { ok, type Result } from '#shared/lib/fault.ts';
import { git, type GitAt } from './git.ts';
import { startRef } from './keep.ts';
import { resolveAll } from './objects.ts';

export type MergeMark = { readonly before: string; readonly after: string };

const refOf = (cwd: string, key: string, side: keyof MergeMark): string => `${posix.dirname(startRef(cwd))}/merge/${key}/${side}`;

/** Writes the mark of the merge `key` of the work in `cwd`, in place of an earlier one. */
export async function markMerge(at: GitAt, cwd: string, key: string, mark: MergeMark, signal?: AbortSignal): Promise<Result<void>> {
  const input = `update ${refOf(cwd, key, 'before')} ${mark.before}\nupdate ${refOf(cwd, key, 'after')} ${mark.after}\n`;
  const run = await git(at, ['update-ref', '--stdin'], { input, signal });
  return run.ok ? ok(undefined) : run;
}

/** The mark of an earlier try of this merge; null when there was none, or it was killed before its mark was whole. */
export async function readMark(at: GitAt, cwd: string, key: string, signal?: AbortSignal): Promise<Result<MergeMark | null>> {
  const found = await resolveAll(at, [refOf(cwd, key, 'before'), refOf(cwd, key, 'after')], 'commit', signal);
  if (!found.ok) return found;
  const [before = null, after = null] = found.value;
  return ok(before === null || after === null ? null : { before, after });
}
