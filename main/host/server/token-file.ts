/**
 * Tokens from a file: one a line, optionally ` expires=2026-12-31T00:00:00Z`; empty lines and `#` comments are skipped. The file is read
 * again when it changes, so that tokens are added, renewed and taken back without a restart. What a line holds is never told to anybody.
 */
import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { digestOf, MIN_TOKEN_CHARS, tokensOf, type Grant, type Tokens } from './tokens.ts';

const LOOK_MS = 2000;
const MAX_FILE_CHARS = 1024 * 1024;
/** What an `Authorization` header can carry, without spaces. */
const LINE = /^([\x21-\x7e]+)(?:\s+expires=(\S+))?$/;

/** @returns the tokens of a text, and the numbers of the lines that hold none */
export function parseTokens(text: string): { grants: Grant[]; broken: number[] } {
  const grants: Grant[] = [];
  const broken: number[] = [];
  for (const [index, raw] of text.slice(0, MAX_FILE_CHARS).split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, token = '', expires] = LINE.exec(line) ?? [];
    const until = expires === undefined ? null : Date.parse(expires);
    if (token.length < MIN_TOKEN_CHARS || Number.isNaN(until)) broken.push(index + 1);
    else grants.push({ digest: digestOf(token), until });
  }
  return { grants, broken };
}

/**
 * @param warn told in words, and without a token, what is wrong with the file
 * @returns TOKEN_FILE_BAD when it cannot be read or holds no token
 */
export async function openTokenFile(file: string, warn: (text: string) => void, lookMs = LOOK_MS): Promise<Result<Tokens>> {
  const bad = (why: string): Result<never> =>
    fail('TOKEN_FILE_BAD', 'The token file cannot be used.', {
      why,
      fix: `Write one token of at least ${MIN_TOKEN_CHARS} characters without spaces on each line, for example with: head -c 32 /dev/urandom | base64 > token && chmod 600 token`,
    });
  const first = await read(file);
  if (first === null) return bad(`${file} cannot be read.`);
  let { grants } = first;
  if (grants.length === 0) return bad(first.broken.length > 0 ? `No line of ${file} is a token: ${linesOf(first.broken)}.` : `${file} is empty.`);
  if (first.broken.length > 0) warn(`${file}: ${linesOf(first.broken)}, and left out.`);
  if (first.open) warn(`${file} can be read by every user of this machine: run chmod 600 on it.`);
  if (grants.every(({ until }) => until !== null && until <= Date.now()))
    warn(`Every token in ${file} has expired: nobody can connect until a new one is added.`);

  let stamp = first.stamp;
  /** Since when the file has held no token; null while it does. */
  let emptySince: number | null = null;
  let missing = false;

  async function look(): Promise<void> {
    const now = await read(file, stamp);
    if (now === 'unchanged') {
      missing = false;
      if (emptySince === null || performance.now() - emptySince < lookMs) return;
      // Nothing in it for a whole interval: that is no writer half-way, everybody is to be shut out.
      emptySince = null;
      grants = [];
      warn(`${file} holds no token any more: all connections are closed.`);
      return;
    }
    if (now === null) {
      if (!missing) warn(`${file} cannot be read any more: the tokens read before stay valid.`);
      missing = true;
      return;
    }
    missing = false;
    stamp = now.stamp;
    if (now.broken.length > 0) warn(`${file}: ${linesOf(now.broken)}, and left out.`);
    emptySince = now.grants.length === 0 ? performance.now() : null;
    if (emptySince === null) grants = now.grants;
  }

  let looking = false;
  const lookOnce = (): void => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  };
  const timer = setInterval(lookOnce, lookMs);
  timer.unref();
  // The folder, because a file that is replaced is another file. Where watching is not possible, looking is enough.
  let watcher: ReturnType<typeof watch> | null = null;
  try {
    watcher = watch(path.dirname(file), { persistent: false }, (_event, name) => {
      if (name === null || name === path.basename(file)) lookOnce();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = null;
  }
  return ok(
    tokensOf(
      () => grants,
      () => {
        clearInterval(timer);
        watcher?.close();
      },
    ),
  );
}

type Read = { readonly grants: Grant[]; readonly broken: number[]; readonly stamp: string; /** Readable for everybody. */ readonly open: boolean };

function read(file: string): Promise<Read | null>;
function read(file: string, known: string): Promise<Read | null | 'unchanged'>;
async function read(file: string, known?: string): Promise<Read | null | 'unchanged'> {
  try {
    const { mtimeMs, ino, size, mode } = await stat(file);
    const stamp = `${mtimeMs} ${ino} ${size}`;
    if (stamp === known) return 'unchanged';
    // On Windows the mode says nothing of who may read.
    return { ...parseTokens(await readFile(file, 'utf8')), stamp, open: process.platform !== 'win32' && (mode & 0o004) !== 0 };
  } catch {
    return null;
  }
}

const linesOf = (broken: readonly number[]): string =>
  `${broken.length === 1 ? 'line' : 'lines'} ${broken.slice(0, 10).join(', ')}${broken.length > 10 ? ' …' : ''} ${broken.length === 1 ? 'is no token' : 'are no tokens'} (at least ${MIN_TOKEN_CHARS} characters, optionally followed by expires=ISO-TIME)`;
