/**
 * Writes the tree of everything in a folder now: tracked and new files, ignored ones left out. All of it happens in an index of
 * its own; the user's index, HEAD and files are only read.
 */
import { copyFile, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { HostOutput, Place } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, gitLine, type GitAt } from './git.ts';
import { keepTree } from './keep.ts';
import { joinNul, nameText, splitNul } from './names.ts';
import { isPlaced, readPlaced } from './placed.ts';
import { gitPath, topOf } from './worktrees.ts';

/** Longest time one snapshot may take, in milliseconds. */
const LIMIT_MS = 300_000;

export type SnapshotOptions = {
  /** Folder for the temporary index (`scratch.ts`). */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
  /**
   * What counts as tracked at first. `folder`: what the user's index says (in a snapshot store: what the base held). `base`: nothing,
   * and the result becomes the store's index. A tree: exactly its files, so that what was ignored then is ignored now.
   */
  readonly tracked?: 'folder' | 'base' | { readonly tree: string };
};

export type Staged = { readonly tree: string; readonly skipped: readonly string[]; readonly at: GitAt; readonly index: string };

/** Where git runs for a place: at the top of its work tree, or with the snapshot store's git folder. */
export async function locate(place: Place, signal?: AbortSignal): Promise<Result<GitAt>> {
  if (place.gitDir !== null) return ok({ cwd: place.cwd, gitDir: place.gitDir });
  const top = await topOf({ cwd: place.cwd }, signal);
  return top.ok ? ok({ cwd: top.value }) : top;
}

/** The `workspace.snapshot` command. @returns also `SNAPSHOT_TOO_SLOW`, `FILE_UNREADABLE`, `DISK_FULL`, `FOLDER_MISSING` */
export async function snapshot(place: Place, options: Pick<SnapshotOptions, 'scratch' | 'signal'>): Promise<Result<HostOutput<'workspace.snapshot'>>> {
  const staged = await withStaged(place, options, async (result) => {
    const kept = await keepTree(result.at, place.cwd, 'snapshot', result.tree, options.signal);
    return kept.ok ? ok(result) : kept;
  });
  if (!staged.ok) return staged;
  const { tree, skipped } = staged.value;
  return ok(skipped.length === 0 ? { tree } : { tree, skipped: [...skipped] });
}

/** Writes and keeps the tree a session in this folder begins from. */
export function snapshotBase(place: Place, options: Omit<SnapshotOptions, 'tracked'>): Promise<Result<Staged>> {
  const tracked = place.gitDir === null ? 'folder' : 'base';
  return withStaged(place, { ...options, tracked }, async (result) => {
    const kept = await keepTree(result.at, place.cwd, 'base', result.tree, options.signal);
    return kept.ok ? ok(result) : kept;
  });
}

/** Stages the folder in a temporary index, writes its tree and hands both to `use`; the index is gone afterwards. */
export async function withStaged<T>(place: Place, options: SnapshotOptions, use: (staged: Staged) => Promise<Result<T>>): Promise<Result<T>> {
  const at = await locate(place, options.signal);
  if (!at.ok) return at;
  const folder = await mkdtemp(join(options.scratch, 'index-'));
  try {
    const index = join(folder, 'index');
    const deadline = Date.now() + (options.limitMs ?? LIMIT_MS);
    for (let attempt = 1; ; attempt++) {
      const staged = await stage(at.value, index, deadline, options);
      if (staged.ok) {
        const result = await use({ ...staged.value, at: at.value, index });
        if (result.ok && options.tracked === 'base' && at.value.gitDir) await becomeIndex(index, at.value.gitDir);
        return result;
      }
      if (staged.fault.code === 'GIT_TIMEOUT' || staged.fault.code === 'GIT_OUTPUT_TOO_LARGE') return tooSlow(at.value, staged.fault.message);
      // An agent may write while we read: git says so and a second look settles it.
      if (attempt === 3 || !/changed|unstable|short read|failed to insert/.test(staged.fault.why ?? '')) return staged;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stage(at: GitAt, index: string, deadline: number, options: SnapshotOptions): Promise<Result<{ tree: string; skipped: string[] }>> {
  const { signal, tracked = 'folder' } = options;
  const env = { GIT_INDEX_FILE: index };
  const run = (args: readonly string[], input?: Buffer): ReturnType<typeof git> =>
    git(at, args, { env, signal, timeoutMs: Math.max(1, deadline - Date.now()), ...(input ? { input } : {}) });

  const started = tracked === 'base' ? ok(undefined) : await copyIndex(at, index, signal);
  if (!started.ok) return started;
  if (typeof tracked === 'object') {
    // On top of the copy: what it knows of unchanged files, and of those that a sparse checkout leaves out, stays.
    const reset = await run(['read-tree', '--reset', tracked.tree]);
    if (!reset.ok) return reset;
  }
  const placed = at.gitDir ? ok([]) : await readPlaced(at);
  if (!placed.ok) return placed;
  const updated = await run(['add', '-u']);
  if (!updated.ok) return updated;
  const others = await run(['ls-files', '--others', '--exclude-standard', '-z']);
  if (!others.ok) return others;

  const store = at.gitDir ? relative(at.cwd, at.gitDir).split(sep).join('/') : null;
  const ours = [...placed.value, ...(store === null || store.startsWith('..') ? [] : [store])];
  const skipped: string[] = [];
  const fresh: Buffer[] = [];
  for (const name of splitNul(others.value.stdout)) {
    // A name that ends in a slash is a git repository inside this one: its files are not this repository's to keep.
    const nested = name[name.length - 1] === 0x2f;
    const bare = nested ? name.subarray(0, -1) : name;
    if (isPlaced(bare, ours)) continue;
    if (nested) skipped.push(nameText(bare));
    else fresh.push(name);
  }
  // Names go through stdin as bytes: no quoting, no option, no UTF-8 is read into them. `--remove`: one may be gone again by now.
  const added = fresh.length === 0 ? ok(null) : await run(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], joinNul(fresh));
  if (!added.ok) return added;
  if (placed.value.length > 0) {
    const committed = await run(['--literal-pathspecs', 'ls-files', '-z', '--', ...placed.value]);
    if (!committed.ok) return committed;
    if (committed.value.stdout.length > 0) {
      const dropped = await run(['update-index', '--force-remove', '-z', '--stdin'], committed.value.stdout);
      if (!dropped.ok) return dropped;
    }
  }
  const tree = await gitLine(at, ['write-tree'], { env, signal, timeoutMs: Math.max(1, deadline - Date.now()) });
  return tree.ok ? ok({ tree: tree.value, skipped }) : tree;
}

/**
 * Copies the folder's index, so that unchanged files need no second reading. The copy must not look newer than the original: git takes
 * a file for unchanged when its time stamp is older than the index, and would miss an edit made in the same tick as the last write.
 */
async function copyIndex(at: GitAt, index: string, signal?: AbortSignal): Promise<Result<void>> {
  const source = await gitPath(at, 'index', signal);
  if (!source.ok) return source;
  try {
    const { mtimeMs } = await stat(source.value);
    await copyFile(source.value, index);
    const seconds = Math.floor(mtimeMs / 1000);
    await utimes(index, seconds, seconds);
    return ok(undefined);
  } catch (error) {
    // A repository in which nothing was ever added has no index.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(undefined);
    return fail('SNAPSHOT_FAILED', `The index of ${at.cwd} could not be read.`, { why: String(error) });
  }
}

/** Makes the staged index the snapshot store's own: what later snapshots take for tracked. */
async function becomeIndex(index: string, gitDir: string): Promise<void> {
  const { mtimeMs } = await stat(index);
  const beside = join(gitDir, 'index.acc');
  await copyFile(index, beside);
  const seconds = Math.floor(mtimeMs / 1000);
  await utimes(beside, seconds, seconds);
  await rename(beside, join(gitDir, 'index'));
}

function tooSlow(at: GitAt, why: string): Result<never> {
  return fail('SNAPSHOT_TOO_SLOW', `${at.cwd} is too large to be recorded in time.`, {
    why,
    fix: 'Name build output and data in .gitignore, or choose a smaller folder.',
  });
}
