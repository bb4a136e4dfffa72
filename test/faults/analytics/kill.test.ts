/** A core that is killed at any moment between a fact and its point: every row of the ledger becomes a point exactly once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '#metrics/catalogue/index.ts';
import { openMetrics } from '#metrics/index.ts';
import { Drainer } from '#metrics/ingest/drainer.ts';
import { samplesOf } from '#metrics/ingest/samples.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { openStore } from '#store/index.ts';
import { scratchFolder } from '#test/support/store.ts';

const DAY = 86_400_000;
const program = path.join(import.meta.dirname, 'writer.ts');

/** Runs the program until it is dead. @param killMs kills it from outside after it wrote for so long */
async function killed(dir: string, moment: string, rounds: number, days = 0, killMs = 0): Promise<void> {
  const child = spawn(process.execPath, [program, dir, moment, String(rounds), String(days)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  if (killMs > 0) {
    await Promise.race([once(child.stdout, 'data'), ended]);
    setTimeout(() => child.kill('SIGKILL'), killMs);
  }
  expect((await ended)[1]).toBe('SIGKILL');
}

/** What the runs used, read from the events: the ledger is not asked. */
function used(dir: string): number {
  const db = new Database(path.join(dir, 'acc.db'), { readonly: true });
  const sum = Number(db.prepare('select total(input_tokens + output_tokens) from runs').pluck().get());
  db.close();
  return sum;
}

/** Opens what was left, drains it, and says what the analytics tell and how many rows the ledger still has. */
async function after(dir: string): Promise<{ tokens: number | null; rows: number }> {
  const store = unwrap(openStore({ dir, measure: samplesOf }));
  const metrics = unwrap(await openMetrics({ dir, log: noLog, catalogue }));
  const drainer = new Drainer({ ledger: store.ledger, metrics, log: noLog, now: Date.now, onStored: () => undefined });
  try {
    await drainer.caughtUp();
    const now = Date.now();
    const range = { kind: 'between' as const, from: now - 200 * DAY, to: now + DAY };
    const tokens = unwrap(await metrics.query({ metric: 'tokens', where: [], by: [], range, points: 0, limit: 10 })).total.value;
    return { tokens, rows: store.ledger.after(0, 100_000).length };
  } finally {
    await drainer.close();
    await metrics.close();
    store.close();
  }
}

test('killed after the fact and its row are on disk: the row is drained by the next core', { timeout: 120_000 }, async () => {
  const dir = scratchFolder();
  await killed(dir, 'ledger', 50);
  const { tokens, rows } = await after(dir);
  expect(tokens).toBe(150);
  expect(tokens).toBe(used(dir));
  expect(rows).toBeGreaterThanOrEqual(100);
});

test('killed after the points are stored and before their rows are removed: nothing is counted twice, and old rows go', { timeout: 120_000 }, async () => {
  const dir = scratchFolder();
  await killed(dir, 'points', 60, 100);
  const { tokens } = await after(dir);
  expect(tokens).toBe(used(dir));
  expect(tokens).toBeGreaterThan(0);
  // A hundred days old: they are gone after the drain that was cut off was taken up again.
  expect((await after(dir)).rows).toBeLessThan(60);
});

test('killed again and again at any moment while it writes and drains', { timeout: 240_000 }, async () => {
  const dir = scratchFolder();
  for (const ms of [5, 40, 90, 150]) {
    await killed(dir, 'never', 0, 0, ms);
    const { tokens } = await after(dir);
    expect(tokens).toBe(used(dir));
  }
});
