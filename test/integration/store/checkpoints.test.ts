/** The log is written back while the store goes on: the database itself grows, nothing is lost, and closing leaves no log behind. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { addSession, numbered, scratchFolder, scratchStore, text } from '#test/support/store.ts';

test('what busy sessions wrote comes out of the log by itself, and they write on', async () => {
  const store = scratchStore({ dir: scratchFolder() });
  const { sessionId } = addSession(store);
  const before = statSync(store.path).size;
  const write = (number: number): void => void store.events.append(sessionId, numbered('e', [text(`line ${number}`.padEnd(400, '.'))], number));
  for (let number = 1; number <= 1200; number++) write(number);
  // Nobody writes any more, so it is not SQLite's own writing back, which comes with a commit.
  await expect.poll(() => statSync(store.path).size, { timeout: 60_000 }).toBeGreaterThan(before + 400 * 1000);
  for (let number = 1201; number <= 1300; number++) write(number);
  expect(store.state().state).toBe('ok');
  expect(store.events.size(sessionId).events).toBe(1300);
  store.close();
  expect(existsSync(`${store.path}-wal`) && statSync(`${store.path}-wal`).size > 0).toBe(false);
  const db = new Database(store.path, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('select count(*) from session_events').pluck().get()).toBe(1300);
  db.close();
});
