/** Every derived metric is what plain counting over the stored rows comes to, also when everything is measured anew from history. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { entries } from '#metrics/catalogue/index.ts';
import type { Client } from '#shared/contract/index.ts';
import type { Figure } from '#shared/domain/query.ts';
import { drained } from '#test/support/analytics/drained.ts';
import { live, quietScene, type Clock } from '#test/support/analytics/life.ts';
import { plainly } from '#test/support/analytics/plain.ts';
import { until } from '#test/support/core/test-core.ts';

const HOUR = 3_600_000;
const HOURS = 160;
/** Told by measurements of the app itself, which no stored row tells again. */
const MEASURED = new Set(['error_rate', 'connection_success_rate']);
const derived = entries.filter(({ formula }) => formula !== null).map(({ name }) => name);

async function figures(client: Client, to: number): Promise<Record<string, Figure>> {
  const range = { kind: 'between' as const, from: to - HOURS * HOUR, to };
  const { answers } = await client.analytics.query({ queries: derived.map((metric) => ({ metric, range })) });
  return Object.fromEntries(answers.map((each, place) => [derived[place] ?? '', each.ok ? each.answer.total : { value: null, n: -1, minimum: 0 }]));
}

function compare(told: Record<string, Figure>, dataDir: string): void {
  const plain = plainly(dataDir, HOURS);
  expect(Object.keys(plain).toSorted()).toEqual(derived.filter((name) => !MEASURED.has(name)).toSorted());
  for (const [name, { value, n }] of Object.entries(plain)) {
    const figure = told[name];
    expect(value, name).not.toBeNull();
    expect(figure?.value, name).toBeCloseTo(value ?? 0, 9);
    if (!Number.isNaN(n)) expect(figure?.n, name).toBe(n);
  }
}

test('the derived metrics of a life of a fleet are recomputed from its raw rows', { timeout: 400_000 }, async () => {
  const clock: Clock = { at: Date.now() - 150 * HOUR };
  const here = await quietScene(clock);
  onTestFinished(() => here.remove());
  await live(here, clock, 20_261_123, 24);
  clock.at += 60_000;
  await until('the whole ledger', () => drained(here.dataDir));
  const ended = await figures(here.client, clock.at);
  compare(ended, here.dataDir);

  // The same from history: as a store that is opened with analytics for the first time.
  await here.close();
  for (const name of ['metrics.db', 'metrics.db-wal', 'metrics.db-shm']) await rm(path.join(here.dataDir, name), { force: true });
  expect(existsSync(path.join(here.dataDir, 'metrics.db'))).toBe(false);
  const db = new Database(path.join(here.dataDir, 'acc.db'));
  db.exec(`delete from metric_outbox; delete from metric_history;
    insert into metric_history (part, id, upto, body)
      select 'session', id, events, json_object('status', status, 'createdAt', created_at, 'startedAt', started_at, 'endedAt', ended_at, 'activeMs', active_ms, 'blockedMs', blocked_ms) from sessions;
    insert into metric_history (part, id, body)
      select 'change', id, json_object('status', status, 'rounds', rounds, 'createdAt', created_at, 'decidedAt', decided_at) from changes;
    insert into metric_history (part, id) select 'check', id from check_runs where ended_at is not null;
    insert into metric_history (part, id, upto) select 'plan', p.id, max(e.seq) from plans p join plan_events e on e.plan_id = p.id group by p.id;`);
  db.close();
  const again = await here.reopen();
  onTestFinished(() => again.remove());
  await again.client.analytics.ingest({});
  await until('the history', () => drained(again.dataDir));
  const anew = await figures(again.client, clock.at);
  // A session's earlier ends are not kept in its row: only what counts ends of sessions may differ.
  for (const name of derived.filter((each) => !MEASURED.has(each) && each !== 'success_rate' && each !== 'cost_per_session')) {
    expect(anew[name]?.value, name).toBeCloseTo(ended[name]?.value ?? 0, 9);
  }
});
