/** What lies between a base and a snapshot: the list of files, both sides of one file, and the unified diff. Reads objects only. */
import type { ChangedFile, FileSides } from '#shared/domain/change.ts';
import type { HostInput, HostOutput, Place } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { git, type GitAt } from './git.ts';
import { contentText, nameText, splitNul } from './names.ts';
import { needObject } from './objects.ts';

/** Largest side of a file that is given as text, in bytes. */
export const MAX_SIDE_BYTES = 1024 * 1024;

const GITLINK = '160000';

export type RawEntry = {
  readonly letter: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldSha: string;
  readonly newSha: string;
  readonly name: Buffer;
  readonly oldName: Buffer | null;
};

/**
 * Objects outlive the folder they came from: a change can be read after its worktree was removed.
 * In a snapshot store git needs no work tree to read objects, but a folder to stand in.
 */
function objectsAt(place: Place): GitAt {
  return place.gitDir === null ? { cwd: place.repository } : { cwd: place.gitDir, gitDir: place.gitDir };
}

/** Reads `git diff-tree -r -z --raw [--numstat]`: the raw entries first, then one count for each. Pure. */
export function parseDiff(output: Buffer): { entries: RawEntry[]; counts: { added: number; deleted: number; binary: boolean }[] } {
  const parts = splitNul(output);
  const entries: RawEntry[] = [];
  const counts: { added: number; deleted: number; binary: boolean }[] = [];
  let at = 0;
  for (; parts[at]?.[0] === 0x3a;) {
    const [oldMode = '', newMode = '', oldSha = '', newSha = '', letter = ''] = (parts[at++] ?? Buffer.alloc(0)).toString('latin1').slice(1).split(' ');
    const first = parts[at++] ?? Buffer.alloc(0);
    const renamed = letter.startsWith('R') || letter.startsWith('C');
    const name = renamed ? (parts[at++] ?? Buffer.alloc(0)) : first;
    entries.push({ letter: letter.slice(0, 1), oldMode, newMode, oldSha, newSha, name, oldName: renamed ? first : null });
  }
  while (at < parts.length) {
    const [added = '', deleted = '', name = ''] = (parts[at++] ?? Buffer.alloc(0)).toString('latin1').split('\t');
    counts.push({ added: Number(added) || 0, deleted: Number(deleted) || 0, binary: added === '-' });
    // A renamed file's count is followed by both of its names.
    if (name === '') at += 2;
  }
  return { entries, counts };
}

/** Entries that differ between two trees or commits. */
export async function diffTrees(
  at: GitAt,
  from: string,
  to: string,
  how: { renames: boolean; signal?: AbortSignal | undefined },
): Promise<Result<ReturnType<typeof parseDiff>>> {
  const style = how.renames ? ['-M', '-l2000', '--raw', '--numstat'] : ['--no-renames', '--raw'];
  const run = await git(at, ['diff-tree', '-r', '-z', '--no-ext-diff', '--no-textconv', '--abbrev=64', ...style, from, to], { signal: how.signal });
  return run.ok ? ok(parseDiff(run.value.stdout)) : run;
}

/** The `workspace.files` command. Renames are found by content. @returns also `OBJECT_MISSING` */
export async function files(input: HostInput<'workspace.files'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.files'>>> {
  const at = objectsAt(input);
  const trees = await both(at, input, signal);
  if (!trees.ok) return trees;
  const diff = await diffTrees(at, ...trees.value, { renames: true, signal });
  if (!diff.ok) return diff;
  const { entries, counts } = diff.value;
  return ok({
    files: entries.map((entry, index): ChangedFile => {
      const count = counts[index] ?? { added: 0, deleted: 0, binary: false };
      return { path: nameText(entry.name), oldPath: entry.oldName && nameText(entry.oldName), status: statusOf(entry), ...count };
    }),
  });
}

function statusOf(entry: RawEntry): ChangedFile['status'] {
  if (entry.letter === 'A') return 'added';
  if (entry.letter === 'D') return 'deleted';
  if (entry.letter === 'R') return 'renamed';
  return entry.letter === 'M' && entry.oldSha === entry.newSha ? 'mode' : 'modified';
}

/** The `workspace.file` command. @returns also `FILE_NOT_CHANGED` when the path is not part of the change */
export async function file(input: HostInput<'workspace.file'>, signal?: AbortSignal): Promise<Result<FileSides>> {
  const at = objectsAt(input);
  const trees = await both(at, input, signal);
  if (!trees.ok) return trees;
  // The entry is found in the diff and not by name: a name may hold bytes that no argument can carry.
  const diff = await diffTrees(at, ...trees.value, { renames: false, signal });
  if (!diff.ok) return diff;
  const named = (path: string): RawEntry | undefined => diff.value.entries.find((entry) => nameText(entry.name) === path);
  const entry = named(input.path);
  const source = input.oldPath === null ? entry : named(input.oldPath);
  if (!entry || !source) return fail('FILE_NOT_CHANGED', `${input.path} is not part of this change.`, { fix: 'Reload the change.' });
  const before = await sideOf(at, source.oldMode, source.oldSha, signal);
  if (!before.ok) return before;
  const after = await sideOf(at, entry.newMode, entry.newSha, signal);
  if (!after.ok) return after;
  return ok({
    path: input.path,
    before: before.value.text,
    after: after.value.text,
    binary: before.value.binary || after.value.binary,
    tooLarge: before.value.tooLarge || after.value.tooLarge,
  });
}

type Side = { text: string | null; binary: boolean; tooLarge: boolean };

async function sideOf(at: GitAt, mode: string, sha: string, signal?: AbortSignal): Promise<Result<Side>> {
  if (mode === '000000') return ok({ text: null, binary: false, tooLarge: false });
  // What git itself shows for a submodule.
  if (mode === GITLINK) return ok({ text: `Subproject commit ${sha}\n`, binary: false, tooLarge: false });
  const blob = await git(at, ['cat-file', 'blob', sha], { maxBytes: MAX_SIDE_BYTES, cut: true, signal });
  if (!blob.ok) return blob;
  if (blob.value.cut) return ok({ text: null, binary: false, tooLarge: true });
  const text = contentText(blob.value.stdout);
  return ok({ text, binary: text === null, tooLarge: false });
}

/** The `workspace.patch` command: whole lines, cut at `maxBytes`. */
export async function patch(input: HostInput<'workspace.patch'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.patch'>>> {
  const at = objectsAt(input);
  const trees = await both(at, input, signal);
  if (!trees.ok) return trees;
  const run = await git(at, ['diff-tree', '-r', '-p', '-M', '-l2000', '--full-index', '--no-ext-diff', '--no-textconv', ...trees.value], {
    maxBytes: input.maxBytes,
    cut: true,
    signal,
  });
  if (!run.ok) return run;
  const { stdout, cut } = run.value;
  return ok({ patch: (cut ? stdout.subarray(0, stdout.lastIndexOf(0x0a) + 1) : stdout).toString('utf8'), cut });
}

async function both(at: GitAt, input: { base: string; snapshot: string }, signal?: AbortSignal): Promise<Result<[string, string]>> {
  const base = await needObject(at, input.base, 'tree', signal);
  if (!base.ok) return base;
  const end = await needObject(at, input.snapshot, 'tree', signal);
  return end.ok ? ok([base.value, end.value]) : end;
}
