/** Moves the files and the index of one work tree from one commit to another, as a fast-forward does, in either direction. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { RawEntry } from './changes.ts';
import { git, type GitAt } from './git.ts';
import { joinNul, nameText, splitNul } from './names.ts';
import { gitPath } from './worktrees.ts';

type TreeMove = { readonly branch: string; readonly from: string; readonly to: string };

/** A work tree that was found clear of the move, with what the move touches in it. */
export type ReadyTree = { readonly path: string; readonly touched: readonly RawEntry[] };

const LIMIT_MS = 300_000;

/** The fault of a work tree in which something is half done. */
export function busy(branch: string, path: string, why: string): Result<never> {
  return fail('TARGET_BUSY', `${branch} cannot move now: work on it is in progress in ${path}.`, { why, fix: 'Finish or abort it there and repeat.' });
}

function targetDirty(branch: string, path: string, files: string): Result<never> {
  return fail('TARGET_DIRTY', `${branch} is checked out in ${path}, where files that would change have changes of their own.`, {
    why: files,
    fix: 'Commit, stash or move these files there and repeat.',
  });
}

/** Names are compared by their bytes. */
const key = (name: Buffer): string => name.toString('latin1');

/** Whether a work tree's own changes stay clear of the files that move. Ignored and untracked files in the way count as changes too. */
export async function mayMove(path: string, move: TreeMove, entries: readonly RawEntry[], signal?: AbortSignal): Promise<Result<ReadyTree>> {
  const at: GitAt = { cwd: path };
  for (const state of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']) {
    const file = await gitPath(at, state, signal);
    if (!file.ok) return file;
    if (await lstat(file.value).catch(() => null)) return busy(move.branch, path, `${state} is there: a merge, cherry-pick or revert is not finished.`);
  }
  // Exit code 1 says that some files need an update, which is what is asked next.
  const fresh = await git(at, ['update-index', '--refresh'], { accept: [0, 1], signal });
  if (!fresh.ok) return fresh;
  const changed = await differs(at, move.from, signal);
  if (!changed.ok) return changed;
  const touched = new Map(entries.map((entry) => [key(entry.name), entry]));
  let blocked = [...changed.value].filter((name) => touched.has(name));
  if (blocked.length > 0) {
    // A repeat after a kill: what already is as it shall be is in nobody's way.
    const left = await differs(at, move.to, signal);
    if (!left.ok) return left;
    blocked = blocked.filter((name) => left.value.has(name));
  }
  const inTheWay = await untrackedInTheWay(path, entries, changed.value);
  const names = [...blocked.map((name) => nameText(Buffer.from(name, 'latin1'))), ...inTheWay];
  // What is as it shall be already is not touched any more.
  if (names.length === 0) return ok({ path, touched: entries.filter((entry) => !changed.value.has(key(entry.name))) });
  return targetDirty(move.branch, path, `Changed there: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`);
}

/**
 * @returns `TARGET_DIRTY` when files changed since they were looked at, or what stopped git, such as `DISK_FULL` or `REPOSITORY_BUSY`;
 *   the files are as before then
 */
export async function moveTree({ path, touched }: ReadyTree, move: TreeMove): Promise<Result<void>> {
  const run = await git({ cwd: path }, ['read-tree', '-m', '-u', move.from, move.to], { timeoutMs: LIMIT_MS });
  if (run.ok) return ok(undefined);
  // git refuses before it writes the first file; any other failure may leave some files moved under the old index.
  if (/would be overwritten|not uptodate|would lose untracked/.test(run.fault.why ?? '')) return targetDirty(move.branch, path, run.fault.why ?? '');
  if (run.fault.code !== 'REPOSITORY_BUSY') await putBack(path, touched);
  return run;
}

/** Makes the touched files what the index says. They were clean when the move began, so nothing of the user's is lost. */
async function putBack(path: string, touched: readonly RawEntry[]): Promise<void> {
  for (const entry of touched) if (entry.letter === 'A') await rm(Buffer.concat([Buffer.from(`${path}/`), entry.name]), { force: true });
  const names = touched.filter((entry) => entry.letter !== 'A').map((entry) => entry.name);
  if (names.length > 0) await git({ cwd: path }, ['checkout-index', '-f', '-z', '--stdin'], { input: joinNul(names), timeoutMs: LIMIT_MS });
}

/** Names (latin1 of their bytes) whose file or index entry is not as in `commit`. */
async function differs(at: GitAt, commit: string, signal?: AbortSignal): Promise<Result<Set<string>>> {
  const names = new Set<string>();
  for (const how of [[], ['--cached']]) {
    const run = await git(at, ['diff-index', '--name-only', '-z', '--no-renames', '--ignore-submodules=dirty', ...how, commit, '--'], { signal });
    if (!run.ok) return run;
    for (const name of splitNul(run.value.stdout)) names.add(name.toString('latin1'));
  }
  return ok(names);
}

/**
 * Of files that are to appear, those whose place is taken by something git does not track: read-tree would overwrite ignored files.
 * What the move itself takes away (a file where a folder shall be, a folder where a file shall be) is in nobody's way.
 */
async function untrackedInTheWay(top: string, entries: readonly RawEntry[], changed: ReadonlySet<string>): Promise<string[]> {
  const leaving = new Set(entries.filter((entry) => entry.letter === 'D').map((entry) => key(entry.name)));
  const taken: string[] = [];
  for (const entry of entries) {
    if (entry.letter !== 'A' || changed.has(key(entry.name))) continue;
    const free = await isFree(top, entry.name, leaving);
    if (!free) taken.push(nameText(entry.name));
  }
  return taken;
}

async function isFree(top: string, name: Buffer, leaving: ReadonlySet<string>): Promise<boolean> {
  // Joined as bytes, as a name may be no UTF-8.
  const path = Buffer.concat([Buffer.from(`${top}/`), name]);
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code !== 'ENOTDIR') return true;
    const parts = key(name).split('/');
    return parts.some((_, length) => leaving.has(parts.slice(0, length).join('/')));
  }
  if (!found.isDirectory()) return false;
  for (const inside of await readdir(path, { encoding: 'buffer' })) {
    const child = Buffer.concat([name, Buffer.from('/'), inside]);
    if (!leaving.has(key(child)) && !((await isFolder(top, child)) && (await isFree(top, child, leaving)))) return false;
  }
  return true;
}

async function isFolder(top: string, name: Buffer): Promise<boolean> {
  const found = await lstat(Buffer.concat([Buffer.from(`${top}/`), name])).catch(() => null);
  return found?.isDirectory() === true;
}
