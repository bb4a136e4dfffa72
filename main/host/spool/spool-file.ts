/** The file behind one run's events: one JSON text a line, appended in batches. A torn last line (a kill in the middle of a write) is cut off on reading. */
import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, rmdir, truncate, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Line } from './ring.ts';

/** The folder of a center: its name where that can be one on every file system, else a digest of it. */
export const centerFolder = (center: string): string =>
  /^[a-z0-9_-]{1,80}$/.test(center) ? center : `~${createHash('sha256').update(center).digest('hex').slice(0, 40)}`;

/** `<folder>/<session>/<epoch>.ndjson`, with the center's folder. Both names are identifiers the center made; anything else is refused by `safeName`. */
export const spoolPath = (folder: string, sessionId: string, epoch: string): string => path.join(folder, safeName(sessionId), `${safeName(epoch)}.ndjson`);

function safeName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(name)) throw new Error(`not an identifier: ${name.slice(0, 100)}`);
  return name;
}

export async function openSpoolFile(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  return open(file, 'a', 0o600);
}

/** The event's number in its JSON text: it stands behind the epoch, which is an identifier. */
const NUMBER = /^\{"epoch":"[^"]*","seq":(\d+),/;

/** Where in a file the next line to read begins, so that a long file that is read in order is read once. */
export type ReadPlace = { readonly seq: number; readonly offset: number };

/** Reads lines from number `seq` on, until `maxLines` or `maxChars`. @param from a place at or before `seq`; null: the beginning */
export async function readSpool(
  file: string,
  seq: number,
  maxLines: number,
  maxChars: number,
  from: ReadPlace | null,
): Promise<{ lines: Line[]; next: ReadPlace | null }> {
  const lines: Line[] = [];
  let chars = 0;
  let offset = from?.offset ?? 0;
  let next: ReadPlace | null = null;
  const input = createReadStream(file, { start: offset });
  try {
    for await (const json of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const number = Number(NUMBER.exec(json)?.[1] ?? 0);
      // Lines end with one byte: JSON has none inside.
      offset += Buffer.byteLength(json) + 1;
      if (number < seq) continue;
      lines.push({ seq: number, json });
      chars += json.length;
      next = { seq: number + 1, offset };
      if (lines.length >= maxLines || chars >= maxChars) break;
    }
  } finally {
    input.destroy();
  }
  return { lines, next };
}

/** Counts the whole lines of a file and gives the last one; cuts a torn end off. */
export async function measureSpool(file: string): Promise<{ bytes: number; firstLine: string | null; lastLine: string | null }> {
  let firstLine: string | null = null;
  let lastLine: string | null = null;
  let whole = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      lastLine = rest.subarray(0, end).toString('utf8');
      firstLine ??= lastLine;
      whole += end + 1;
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) await truncate(file, whole);
  return { bytes: whole, firstLine, lastLine };
}

type Found = { readonly sessionId: string; readonly epoch: string; readonly file: string };

/**
 * Every run that has a file in the folder, by its center's folder. Version 2.2 before the fleet had no such folders, because a host
 * had one center only: runs it left are under ''.
 */
export async function listSpool(folder: string): Promise<(Found & { center: string })[]> {
  const found: (Found & { center: string })[] = [];
  for (const name of await names(folder)) {
    found.push(...(await runsIn(folder, name)).map((run) => ({ ...run, center: '' })));
    for (const session of await names(path.join(folder, name))) {
      found.push(...(await runsIn(path.join(folder, name), session)).map((run) => ({ ...run, center: name })));
    }
  }
  return found;
}

async function runsIn(folder: string, sessionId: string): Promise<Found[]> {
  const files = (await names(path.join(folder, sessionId))).filter((name) => name.endsWith('.ndjson'));
  return files.map((name) => ({ sessionId, epoch: name.slice(0, -'.ndjson'.length), file: path.join(folder, sessionId, name) }));
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Removes a run's file, and the folders of its session and center in the spool when it was the last. */
export async function removeSpool(spool: string, file: string): Promise<void> {
  await rm(file, { force: true });
  for (let folder = path.dirname(file); folder !== spool && folder.startsWith(spool); folder = path.dirname(folder)) {
    try {
      // Only an empty folder goes: another run may have come meanwhile.
      await rmdir(folder);
    } catch {
      return;
    }
  }
}
