/** Files for the agent, inside the session's folder only: links are resolved before a path is believed. */
import { RequestError } from '@agentclientprotocol/sdk';
import { lstat, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Largest file that is read for an agent, in bytes. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/**
 * Reads a text file or some lines of it.
 * @param line first line, from 1
 * @throws {RequestError} outside of `cwd`, not there, no file, or too large
 */
export async function readInside(cwd: string, path: string, line?: number | null, limit?: number | null): Promise<string> {
  const real = await inside(cwd, path);
  const found = await stat(real).catch(() => null);
  if (!found?.isFile()) throw RequestError.resourceNotFound(path);
  if (found.size > MAX_FILE_BYTES) throw refused(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
  const text = await readFile(real, 'utf8');
  if (!line && typeof limit !== 'number') return text;
  const lines = text.split('\n');
  const from = Math.max(0, (line ?? 1) - 1);
  return lines.slice(from, typeof limit === 'number' ? from + limit : undefined).join('\n');
}

/**
 * Writes a text file and makes the folders above it.
 * @throws {RequestError} outside of `cwd`, or inside a `.git` folder, where a file can become a command that runs later
 */
export async function writeInside(cwd: string, path: string, content: string): Promise<void> {
  const real = await inside(cwd, path);
  if (
    relative(await realpath(cwd), real)
      .split(sep)
      .includes('.git')
  )
    throw refused(`${path} belongs to git`);
  await mkdir(dirname(real), { recursive: true });
  await writeFile(real, content);
}

/** The real path, also of a file that is not there yet. */
async function inside(cwd: string, path: string): Promise<string> {
  const root = await realpath(cwd);
  let known = resolve(root, path);
  const missing: string[] = [];
  for (;;) {
    const real = await realpath(known).catch(() => null);
    if (real !== null) {
      const full = join(real, ...missing);
      if (full === root || full.startsWith(root + sep)) return full;
      throw refused(`${path} is outside of ${cwd}`);
    }
    // A link to nowhere would be followed by the write: its target is unknown, so it counts as outside.
    if (await isLink(known)) throw refused(`${path} is a link to a file that is not there`);
    missing.unshift(basename(known));
    known = dirname(known);
  }
}

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

const refused = (why: string): RequestError => RequestError.invalidParams({ why }, why);
