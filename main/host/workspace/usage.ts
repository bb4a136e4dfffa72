/** Disk use of folders: what the file system allots, links not followed, a hard link counted once per folder. */
import { lstat, readdir } from 'node:fs/promises';
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** How many folders are read at once, over all paths: the disk serves the agents first. */
const READERS = 8;

/** The `workspace.usage` command: bytes per path, null for a path that is not there. */
export async function usage(input: HostInput<'workspace.usage'>, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.usage'>>> {
  const bytes: (number | null)[] = [];
  for (const path of input.paths) {
    bytes.push(await bytesOf(path, signal));
    // After the count, not before: a count that was cut short is no number.
    if (signal?.aborted) return fail('CANCELLED', 'The count was cancelled.');
  }
  return ok({ bytes });
}

async function bytesOf(path: string, signal?: AbortSignal): Promise<number | null> {
  // Paths as bytes: a name need not be UTF-8.
  const root = Buffer.from(path);
  const first = await allotted(root);
  if (!first) return null;
  const linked = new Set<string>();
  let sum = first.bytes;
  const folders = first.folder ? [root] : [];
  const working = new Set<Promise<void>>();
  const read = async (folder: Buffer): Promise<void> => {
    // A folder may vanish or be closed to us while an agent works in it: it counts as nothing then.
    for (const name of await readdir(folder, { encoding: 'buffer' }).catch(() => [])) {
      const child = Buffer.concat([folder, Buffer.from('/'), name]);
      const found = await allotted(child);
      if (!found || (found.link !== null && linked.has(found.link))) continue;
      if (found.link !== null) linked.add(found.link);
      sum += found.bytes;
      if (found.folder) folders.push(child);
    }
  };
  while (folders.length > 0 || working.size > 0) {
    if (signal?.aborted) break;
    const next = working.size < READERS ? folders.pop() : undefined;
    if (next === undefined) await Promise.race(working);
    else {
      const task = read(next).finally(() => working.delete(task));
      working.add(task);
    }
  }
  return sum;
}

async function allotted(path: Buffer): Promise<{ bytes: number; folder: boolean; link: string | null } | null> {
  const found = await lstat(path).catch(() => null);
  if (!found) return null;
  return { bytes: found.blocks * 512, folder: found.isDirectory(), link: found.nlink > 1 && !found.isDirectory() ? `${found.dev}:${found.ino}` : null };
}
