/** Names of commits and trees, and commits made without a work tree. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, gitLine, type GitAt } from './git.ts';

/** Whether a name is good for a branch in any case: letters, digits and single marks between them, in folders. Of others git has to be asked. */
export const isPlainBranch = (name: string): boolean => /^[A-Za-z0-9]+([/_-][A-Za-z0-9]+)+$/.test(name);

/** The object `name` stands for as a commit or a tree; null when there is none. */
export async function resolveAs(at: GitAt, name: string, kind: 'commit' | 'tree', signal?: AbortSignal): Promise<Result<string | null>> {
  const run = await git(at, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{${kind}}`], { signal, accept: [0, 1, 128] });
  if (!run.ok) return run;
  const sha = run.value.stdout.toString('utf8').trim();
  return ok(run.value.code === 0 && sha !== '' ? sha : null);
}

/** As {@link resolveAs} for several names by one git: what each stands for, in their order. */
export async function resolveAll(at: GitAt, names: readonly string[], kind: 'commit' | 'tree', signal?: AbortSignal): Promise<Result<(string | null)[]>> {
  // A name with a line end names nothing, and would part its own answer.
  const asked = names.map((name) => (/[\0\n]/.test(name) ? '' : `${name}^{${kind}}`));
  const run = await git(at, ['cat-file', '--batch-check=%(objecttype) %(objectname)', '-z'], { input: asked.map((name) => `${name}\0`).join(''), signal });
  if (!run.ok) return run;
  const lines = run.value.stdout.toString('utf8').split('\n');
  return ok(names.map((_, i) => (lines[i]?.startsWith(`${kind} `) ? lines[i].slice(kind.length + 1) : null)));
}

/** As {@link resolveAs}, where absence is the fault `OBJECT_MISSING`. */
export async function needObject(at: GitAt, name: string, kind: 'commit' | 'tree', signal?: AbortSignal): Promise<Result<string>> {
  const found = await resolveAs(at, name, kind, signal);
  if (!found.ok) return found;
  if (found.value === null)
    return fail('OBJECT_MISSING', `The repository at ${at.cwd} no longer has the ${kind} ${name}.`, {
      why: 'It was deleted, or another repository is at this path now.',
      fix: 'Take a new snapshot, or start the session again.',
    });
  return ok(found.value);
}

export type Author = { readonly name: string; readonly email: string; readonly date: string };

/** Writes a commit object; no work tree, index or branch changes. @returns also `GIT_IDENTITY_MISSING` */
export function commitTree(
  at: GitAt,
  commit: { tree: string; parents: readonly string[]; message: string; author?: Author },
  signal?: AbortSignal,
): Promise<Result<string>> {
  const { author } = commit;
  const env: Record<string, string> = author ? { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: author.date } : {};
  return gitLine(at, ['commit-tree', '--no-gpg-sign', commit.tree, ...commit.parents.flatMap((sha) => ['-p', sha]), '-F', '-'], {
    env,
    input: commit.message,
    signal,
  });
}

/** Whether `ancestor` is in the history of `commit`. */
export async function isAncestor(at: GitAt, ancestor: string, commit: string, signal?: AbortSignal): Promise<Result<boolean>> {
  const run = await git(at, ['merge-base', '--is-ancestor', ancestor, commit], { accept: [0, 1], signal });
  return run.ok ? ok(run.value.code === 0) : run;
}
