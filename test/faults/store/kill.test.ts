/** SIGKILL at any moment: no event that was acknowledged is lost, none is there twice, and what follows from them is whole. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { foldItem, itemKey } from '#shared/domain/transcript.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { createInsight } from '#store/insight/index.ts';
import { openStore } from '#store/index.ts';
import { addSession, scratchFolder } from '#test/support/store.ts';
import { eventAt } from './written.ts';

const writer = path.join(import.meta.dirname, 'writer.ts');

/** Runs the writer until it has said `batches` numbers, then kills it. @returns the last number it said */
async function writeAndKill(dir: string, sessionId: string, epoch: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, [writer, dir, sessionId, epoch], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    if (said.split('\n').length > batches) child.kill('SIGKILL');
  });
  await ended;
  // Only whole lines were said.
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
}

test('a writer that is killed again and again loses nothing it had acknowledged', async () => {
  const dir = scratchFolder();
  const first = unwrap(openStore({ dir }));
  const { sessionId } = addSession(first);
  first.close();
  let before = 0;
  for (const [round, batches] of [3, 40, 7, 120, 1, 300].entries()) {
    const epoch = `e${round}`;
    const acknowledged = await writeAndKill(dir, sessionId, epoch, batches);
    const store = unwrap(openStore({ dir }));
    const { events } = store.events.size(sessionId);
    const stored = events - before;
    expect(stored).toBeGreaterThanOrEqual(acknowledged);
    expect(store.runs.cursors('local', 0)).toContainEqual({ sessionId, epoch, seq: stored });
    let seen = 0;
    for (let after = before; ; after = before + seen) {
      const page = store.events.page(sessionId, after, 1000);
      if (page.length === 0) break;
      for (const { seq, event } of page) expect([seq, event]).toEqual([before + ++seen, JSON.parse(JSON.stringify(eventAt(seen)))]);
    }
    expect(seen).toBe(stored);
    before = events;
    store.close();
  }
  await everythingFollows(dir, sessionId);
});

/** Transcript, totals and search index against one pass over the stored events. */
async function everythingFollows(dir: string, sessionId: string): Promise<void> {
  const store = unwrap(openStore({ dir }));
  const { events, items } = store.events.size(sessionId);
  const all = store.events.page(sessionId, 0, events + 1);
  const lines = new Map<string, string>();
  let run = 0;
  for (let index = 0, own = 0; index < all.length; index++, own++) {
    const event = eventAt(own + 1);
    if (JSON.stringify(all[index]?.event) !== JSON.stringify(event)) {
      run++;
      own = -1;
      index--;
      continue;
    }
    const name = itemKey(event, index + 1);
    if (name === null) continue;
    const known = lines.get(`${run}/${name}`);
    const item = foldItem(known === undefined ? null : JSON.parse(known), event, all[index]?.at ?? 0);
    if (item) lines.set(`${run}/${name}`, JSON.stringify(item));
  }
  expect(items).toBe(lines.size);
  store.close();

  // However often indexing was cut off, each line is in the index once.
  const finished = unwrap(openStore({ dir }));
  const db = new Database(path.join(dir, 'acc.db'), { readonly: true });
  const count = (sql: string): number => Number(db.prepare(sql).pluck().get());
  await expect.poll(() => count('select count(*) from sessions where indexed < events'), { timeout: 60_000 }).toBe(0);
  const said = count("select count(*) from transcript_items where kind in ('text', 'tool')");
  expect(count("select count(*) from search_docs where kind = 'transcript'")).toBe(said);
  db.close();
  const insight = createInsight(finished.path);
  const { hits } = unwrap(await insight.search({ query: '"word1 and more"', limit: 50 }));
  expect(hits.filter((hit) => hit.kind === 'transcript')).toHaveLength(6);
  await insight.close();
  finished.close();
}
