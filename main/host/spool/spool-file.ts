/** The file behind one run's events: one JSON text a line, appended in batches. A torn last line (a kill in the middle of a write) is cut off on reading. */
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, truncate, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Line } from './ring.ts';

/** `<folder>/<session>/<epoch>.ndjson`. Both names are identifiers the center made; anything else is refused by `safeName`. */
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

/** Reads lines from number `seq` on, until `maxLines` or `maxChars`. */
export async function readSpool(file: string, seq: number, maxLines: number, maxChars: number): Promise<Line[]> {
  const lines: Line[] = [];
  let chars = 0;
  const input = createReadStream(file, { encoding: 'utf8' });
  try {
    for await (const json of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const number = Number(NUMBER.exec(json)?.[1] ?? 0);
      if (number < seq) continue;
      lines.push({ seq: number, json });
      chars += json.length;
      if (lines.length >= maxLines || chars >= maxChars) break;
    }
  } finally {
    input.destroy();
  }
  return lines;
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

/** Every run that has a file in the folder. */
export async function listSpool(folder: string): Promise<{ sessionId: string; epoch: string; file: string }[]> {
  const found: { sessionId: string; epoch: string; file: string }[] = [];
  for (const sessionId of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(path.join(folder, sessionId)).catch(() => [])) {
      if (name.endsWith('.ndjson')) found.push({ sessionId, epoch: name.slice(0, -'.ndjson'.length), file: path.join(folder, sessionId, name) });
    }
  }
  return found;
}

/** Removes a run's file, and the session's folder when it was the last. */
export async function removeSpool(file: string): Promise<void> {
  await rm(file, { force: true });
  const folder = path.dirname(file);
  const left = await readdir(folder).catch(() => ['?']);
  if (left.length === 0) await rm(folder, { recursive: true, force: true });
}
