/** A full disk, a locked, damaged, newer or already owned store: each says what it is and what to do, and nothing acknowledged is lost. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, openSync, closeSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Result } from '#shared/lib/fault.ts';
import { FaultError, unwrap } from '#shared/lib/fault.ts';
import { backUp } from '#store/backup.ts';
import { buildStore, openStore, type Store } from '#store/index.ts';
import { migrate } from '#store/migrate.ts';
import { addRepository, addSession, numbered, scratchFolder, scratchStore, text } from '#test/support/store.ts';

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);
const faultOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
};

/** A store on a connection the test can press; `timeout` is how long a statement waits, in milliseconds. */
function pressed(timeout = 50): { store: Store; db: Database.Database } {
  const db = new Database(path.join(scratchFolder(), 'acc.db'), { timeout });
  db.pragma('journal_mode = wal');
  unwrap(migrate(db, 1));
  const store = buildStore(db, { now: Date.now, owner: null, unchecked: false });
  onTestFinished(() => store.close());
  return { store, db };
}

test('a full disk refuses a write whole, says so, and is over by itself when there is room', async () => {
  const { store, db } = pressed();
  const { sessionId } = addSession(store);
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${pages + 40}`);
  let stored = 0;
  const code = faultOf(() => {
    for (; stored < 10_000; stored++) store.events.append(sessionId, numbered('e', [text('x'.repeat(500))], stored + 1));
  });
  expect(code).toBe('STORE_FULL');
  expect(store.state()).toMatchObject({ state: 'full', detail: expect.stringContaining('Free some room') });
  expect(store.events.size(sessionId)).toEqual({ events: stored, items: stored });
  expect(store.events.page(sessionId, 0, 10_000)).toHaveLength(stored);
  // Still full: it does not claim to be well.
  expect(faultOf(() => store.events.append(sessionId, numbered('e', [text('y'.repeat(50_000))], stored + 1)))).toBe('STORE_FULL');
  db.pragma(`max_page_count = ${pages * 100}`);
  await expect.poll(() => store.state().state, { timeout: 30_000 }).toBe('ok');
  expect(store.events.append(sessionId, numbered('e', [text('after')], stored + 1))).toHaveLength(1);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
});

const Moments = z.tuple([
  z.object({ stored: z.number(), code: z.string(), state: z.string(), events: z.number(), read: z.number() }),
  z.object({ stored: z.number(), code: z.string(), state: z.string() }),
  z.object({ events: z.number() }),
]);
/** A disk of 3 MB of its own, where this machine lets a process have one. */
const smallDisk = (dir: string, command: readonly string[]): string[] => [
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=3m none "$0" && exec "$@"',
  dir,
  ...command,
];
const hasDisks = spawnSync('unshare', smallDisk(tmpdir(), ['true'])).status === 0;

test.skipIf(!hasDisks)('on a disk that is really full it is the same (skipped where no process may mount one)', () => {
  const dir = scratchFolder();
  const run = spawnSync('unshare', smallDisk(dir, [process.execPath, path.join(import.meta.dirname, 'filler.ts'), dir]), { encoding: 'utf8', timeout: 80_000 });
  expect(run.stderr).toBe('');
  const [full, after, again] = Moments.parse(
    run.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  );
  expect(full).toMatchObject({ code: 'STORE_FULL', state: 'full', events: full.stored, read: full.stored });
  expect(full.stored).toBeGreaterThan(10);
  expect(after).toEqual({ stored: 20, code: 'none', state: 'ok' });
  expect(again.events).toBe(full.stored + 20);
});

test('a store another program holds refuses the write and is well again after it let go', async () => {
  const { store, db } = pressed();
  const other = new Database(db.name);
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  expect(faultOf(() => addRepository(store))).toBe('STORE_LOCKED');
  expect(store.state().state).toBe('locked');
  expect(store.repositories.list()).toEqual([]);
  other.exec('commit');
  await expect.poll(() => store.state().state, { timeout: 30_000 }).toBe('ok');
  addRepository(store);
  expect(store.repositories.list()).toHaveLength(1);
});

/** A closed store with some pages of data, and a backup of it. */
function filled(): { dir: string; file: string; backup: string } {
  const dir = scratchFolder();
  const store = unwrap(openStore({ dir }));
  const { sessionId } = addSession(store);
  for (let index = 0; index < 20; index++)
    store.events.append(
      sessionId,
      numbered(
        'e',
        Array.from({ length: 50 }, () => text('x'.repeat(300))),
        index * 50 + 1,
      ),
    );
  store.close();
  const file = path.join(dir, 'acc.db');
  const db = new Database(file);
  const backup = backUp(db, 1, Date.UTC(2026, 0, 1));
  db.close();
  return { dir, file, backup };
}
function overwrite(file: string, from: number, bytes: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
  closeSync(handle);
}

test('a file that is no database is named as damaged, with the newest backup, which opens in its place', () => {
  const { dir, file, backup } = filled();
  overwrite(file, 0, 4096);
  const opened = openStore({ dir });
  expect(opened).toMatchObject({ fault: { code: 'STORE_DAMAGED', fix: expect.stringContaining(backup) } });
  copyFileSync(backup, file);
  const store = scratchStore({ dir });
  expect(store.sessions.list({ limit: 10 }).sessions[0]).toMatchObject({ events: 1000 });
});

test('damage inside is found when the last end was not clean', () => {
  const { dir, file } = filled();
  overwrite(file, 4096 * 3, statSync(file).size - 4096 * 6);
  // What a killed owner leaves behind.
  writeFileSync(`${file}-wal`, 'half a page');
  expect(codeOf(openStore({ dir }))).toBe('STORE_DAMAGED');
});

test('damage that shows while the app runs changes the state, and a file too large to check at once is checked meanwhile', async () => {
  const { file, backup } = filled();
  const db = new Database(file);
  const broken = db.prepare("select pageno from dbstat where name = 'session_events' and pagetype = 'leaf'").pluck().all();
  for (const page of broken) overwrite(file, (Number(page) - 1) * 4096, 4096);
  const store = buildStore(db, { now: Date.now, owner: null, unchecked: true });
  onTestFinished(() => store.close());
  await expect.poll(() => store.state(), { timeout: 30_000 }).toMatchObject({ state: 'damaged', detail: expect.stringContaining(backup) });
  const again = buildStore(new Database(file), { now: Date.now, owner: null, unchecked: false });
  onTestFinished(() => again.close());
  expect(again.state().state).toBe('ok');
  const [session] = again.sessions.list({ limit: 1 }).sessions;
  expect(faultOf(() => again.events.page(session?.id ?? '', 0, 10_000))).toBe('STORE_DAMAGED');
  expect(again.state().state).toBe('damaged');
});

test('a store of a newer version is refused and not touched', () => {
  const { dir, file } = filled();
  const db = new Database(file);
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(file);
  expect(openStore({ dir })).toMatchObject({ fault: { code: 'STORE_TOO_NEW', why: expect.stringContaining('99') } });
  expect(codeOf(openStore({ dir, readOnly: true }))).toBe('STORE_TOO_NEW');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a second app is refused and told who owns the store; a killed owner is no owner', async () => {
  const dir = scratchFolder();
  const first = unwrap(openStore({ dir }));
  const { sessionId } = addSession(first);
  expect(openStore({ dir })).toMatchObject({ fault: { code: 'STORE_IN_USE', message: expect.stringContaining(String(process.pid)) } });
  // Reading beside the owner is allowed.
  const reader = unwrap(openStore({ dir, readOnly: true }));
  expect(reader.sessions.get(sessionId)?.id).toBe(sessionId);
  expect(faultOf(() => addRepository(reader))).toBe('STORE_READ_ONLY');
  reader.close();
  first.close();

  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'writer.ts'), dir, sessionId, 'e'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  expect(openStore({ dir })).toMatchObject({ fault: { code: 'STORE_IN_USE', why: expect.stringContaining(String(child.pid)) } });
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(path.join(dir, 'core.lock'))).toBe(true);
  expect(scratchStore({ dir }).events.size(sessionId).events).toBeGreaterThan(0);
});

test('a data folder that cannot be made is a fault in words', () => {
  const dir = scratchFolder();
  writeFileSync(path.join(dir, 'file'), '');
  expect(codeOf(openStore({ dir: path.join(dir, 'file', 'data') }))).toBe('STORE_NOT_OPENED');
  // A file system that says "no such file" to a new folder must not be asked again and again.
  if (process.platform === 'linux') expect(codeOf(openStore({ dir: '/proc/acc/data' }))).toBe('STORE_NOT_OPENED');
});
