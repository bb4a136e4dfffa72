/**
 * Refs that keep a session's objects from git's garbage collection: `refs/acc/<place>/…` in the repository's own ref store.
 * They point at trees (or the start commit), so no log, graph or branch list shows them. `<place>` is a hash of the folder.
 *
 *   refs/acc/<place>/start             commit a worktree was made from; written before the worktree, so a start that was
 *                                      killed half way is recognised as ours when it is repeated
 *   refs/acc/<place>/base/<time>-<id>      trees that sessions in this folder began from
 *   refs/acc/<place>/snapshot/<time>-<id>  trees that were reviewed, newest last
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { ok, type Result } from '#shared/lib/fault.ts';
import { exclusive } from './exclusive.ts';
import { git, type GitAt } from './git.ts';

/** How many trees of a kind are kept for one folder; older ones may be collected. */
const KEPT = { base: 32, snapshot: 64 } as const;

function prefixOf(cwd: string): string {
  return `refs/acc/${createHash('sha256').update(resolve(cwd)).digest('hex').slice(0, 24)}`;
}

/** Marks the commit a worktree at `cwd` begins from; with `branch`, makes that branch there in the same act, after the mark. */
export async function keepStart(at: GitAt, cwd: string, commit: string, branch: string | null, signal?: AbortSignal): Promise<Result<void>> {
  const lines = [`update ${startRef(cwd)} ${commit}`, ...(branch === null ? [] : [`create refs/heads/${branch} ${commit}`])];
  const run = await git(at, START_REFS, { input: `${lines.join('\n')}\n`, signal });
  return run.ok ? ok(undefined) : run;
}

/** The git that marks a start; what it is to do comes by its input, all in one act. */
export const START_REFS: readonly string[] = ['update-ref', '-m', 'branch: Created for a session', '--stdin'];

/** Input for {@link START_REFS}: the mark and the branch of a start that has not been here before, from whatever `base` names now. */
export const firstStart = (cwd: string, branch: string, base: string): string =>
  `create ${startRef(cwd)} ${base}^{commit}\ncreate refs/heads/${branch} ${base}^{commit}\n`;

/** Where {@link keepStart} leaves its mark. */
export const startRef = (cwd: string): string => `${prefixOf(cwd)}/start`;

/** Keeps a tree of the folder `cwd`, and lets go of the oldest ones beyond the limit. */
export function keepTree(at: GitAt, cwd: string, kind: keyof typeof KEPT, tree: string, signal?: AbortSignal): Promise<Result<void>> {
  const folder = `${prefixOf(cwd)}/${kind}`;
  // Two snapshots of one folder at once would drop the same old ref twice, which git refuses.
  return exclusive(folder, () => keepNewest(at, folder, KEPT[kind], tree, signal));
}

async function keepNewest(at: GitAt, folder: string, most: number, tree: string, signal?: AbortSignal): Promise<Result<void>> {
  const listed = await listRefs(at, `${folder}/`, signal);
  if (!listed.ok) return listed;
  const others = listed.value.filter((ref) => !ref.endsWith(`-${tree}`));
  const lines = listed.value.filter((ref) => ref.endsWith(`-${tree}`)).concat(others.slice(0, Math.max(0, others.length - most + 1)));
  // A tree that is kept again moves to the newest place.
  const name = `${folder}/${Date.now().toString(36).padStart(10, '0')}-${tree}`;
  const input = [...lines.filter((ref) => ref !== name).map((ref) => `delete ${ref}`), `update ${name} ${tree}`].join('\n');
  const run = await git(at, ['update-ref', '--stdin'], { input: `${input}\n`, signal });
  return run.ok ? ok(undefined) : run;
}

/** Lets go of everything kept for a folder. */
export async function forget(at: GitAt, cwd: string, signal?: AbortSignal): Promise<Result<void>> {
  const listed = await listRefs(at, `${prefixOf(cwd)}/`, signal);
  if (!listed.ok || listed.value.length === 0) return listed.ok ? ok(undefined) : listed;
  const run = await git(at, ['update-ref', '--stdin'], { input: listed.value.map((ref) => `delete ${ref}\n`).join(''), signal });
  return run.ok ? ok(undefined) : run;
}

async function listRefs(at: GitAt, prefix: string, signal?: AbortSignal): Promise<Result<string[]>> {
  const run = await git(at, ['for-each-ref', '--format=%(refname)', prefix], { signal });
  return run.ok ? ok(run.value.stdout.toString('utf8').split('\n').filter(Boolean)) : run;
}
