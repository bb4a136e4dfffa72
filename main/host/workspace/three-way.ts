/** Merges computed on objects alone (git merge-tree --write-tree, git 2.38+): no work tree, no index, no branch is touched. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, type GitAt } from './git.ts';
import { nameText, splitNul } from './names.ts';
import { commitTree, needObject, type Author } from './objects.ts';

export type Merged<T> = { readonly clean: true; readonly value: T } | { readonly clean: false; readonly conflicts: string[] };

/** Merges two commits. @returns the merged tree or the files in conflict; fault `UNRELATED_HISTORIES` */
export async function mergeCommits(at: GitAt, ours: string, theirs: string, signal?: AbortSignal): Promise<Result<Merged<string>>> {
  const run = await git(at, ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs], { accept: [0, 1], signal, timeoutMs: 300_000 });
  if (!run.ok) {
    if (!/unrelated histories/.test(run.fault.why ?? '')) return run;
    return fail('UNRELATED_HISTORIES', 'The target branch and this work have no commit in common.', {
      why: 'The branch was rewritten, or it belongs to another history.',
      fix: 'Choose the branch that the work began from.',
    });
  }
  const [tree, ...names] = splitNul(run.value.stdout);
  if (run.value.code === 1) return ok({ clean: false, conflicts: [...new Set(names.filter((name) => name.length > 0).map(nameText))] });
  return ok({ clean: true, value: tree?.toString('latin1') ?? '' });
}

/**
 * Replays the commits of `upstream..tip` on `onto`, oldest first, as a rebase does: authors and messages stay, commits that change
 * nothing any more are left out.
 * @returns the new tip; fault `HISTORY_NOT_LINEAR` when a merge commit is among them
 */
export async function replay(at: GitAt, upstream: string, tip: string, onto: string, signal?: AbortSignal): Promise<Result<Merged<string>>> {
  const listed = await git(at, ['rev-list', '--reverse', '--topo-order', '--parents', tip, `^${upstream}`], { signal });
  if (!listed.ok) return listed;
  let head = onto;
  for (const line of listed.value.stdout.toString('latin1').split('\n').filter(Boolean)) {
    const [sha = '', , second] = line.split(' ');
    if (second !== undefined)
      return fail('HISTORY_NOT_LINEAR', 'This work holds a merge commit, so it cannot be replayed commit by commit.', {
        fix: 'Choose merge or squash instead of rebase.',
      });
    const step = await pick(at, sha, head, signal);
    if (!step.ok || !step.value.clean) return step;
    head = step.value.value;
  }
  return ok({ clean: true, value: head });
}

/**
 * One commit on top of another. merge-tree finds the merge base by history (it takes one by option only since git 2.40), so three
 * throw-away commits give it the history that makes the commit's parent the base.
 */
async function pick(at: GitAt, sha: string, onto: string, signal?: AbortSignal): Promise<Result<Merged<string>>> {
  const base = await commitTree(at, { tree: `${sha}^^{tree}`, parents: [], message: 'base' }, signal);
  if (!base.ok) return base;
  const ours = await commitTree(at, { tree: `${onto}^{tree}`, parents: [base.value], message: 'ours' }, signal);
  if (!ours.ok) return ours;
  const theirs = await commitTree(at, { tree: `${sha}^{tree}`, parents: [base.value], message: 'theirs' }, signal);
  if (!theirs.ok) return theirs;
  const merged = await mergeCommits(at, ours.value, theirs.value, signal);
  if (!merged.ok || !merged.value.clean) return merged;
  const had = await needObject(at, onto, 'tree', signal);
  if (!had.ok) return had;
  if (had.value === merged.value.value) return ok({ clean: true, value: onto });
  const words = await describe(at, sha, signal);
  if (!words.ok) return words;
  const commit = await commitTree(at, { tree: merged.value.value, parents: [onto], ...words.value }, signal);
  return commit.ok ? ok({ clean: true, value: commit.value }) : commit;
}

async function describe(at: GitAt, sha: string, signal?: AbortSignal): Promise<Result<{ author: Author; message: string }>> {
  const run = await git(at, ['log', '-1', '--no-show-signature', '--encoding=UTF-8', '--date=raw', '--format=%an%x00%ae%x00%ad%x00%B', sha], { signal });
  if (!run.ok) return run;
  const [name = '', email = '', date = '', message = ''] = run.value.stdout.toString('utf8').split('\0');
  return ok({ author: { name, email, date }, message });
}
