/** Databases of every released schema open with this version, and a step that fails leaves everything as it was. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { samplesOf } from '#metrics/ingest/samples.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { listBackups, newestBackup } from '#store/backup.ts';
import { DailyBackup } from '#store/daily-backup.ts';
import { createInsight } from '#store/insight/index.ts';
import { migrate, migrations, schemaOf, type Migration } from '#store/migrate.ts';
import { addSession, scratchFolder, scratchStore } from '#test/support/store.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/store');
const released = readdirSync(fixtures).filter((name) => name.endsWith('.db.gz'));

/** A copy of a fixture in a data folder of its own. */
function unpack(name: string): string {
  const dir = scratchFolder();
  writeFileSync(path.join(dir, 'acc.db'), gunzipSync(readFileSync(path.join(fixtures, name))));
  return dir;
}
function openRaw(dir: string): Database.Database {
  const db = new Database(path.join(dir, 'acc.db'));
  onTestFinished(() => void db.close());
  return db;
}

test('there is a fixture of every schema', () => {
  expect(released).toEqual(migrations.map(({ version }) => `schema-${version}.db.gz`));
});

test('the newest fixture has the schema this version makes: a released schema is never changed, only followed by a step', () => {
  const made = scratchFolder();
  scratchStore({ dir: made }).close();
  const schema = (dir: string): unknown => openRaw(dir).prepare('select type, name, sql from sqlite_master order by type, name').all();
  expect(schema(unpack(released.at(-1) ?? ''))).toEqual(schema(made));
});

test.each(released)('%s opens and says what it said', async (name) => {
  const store = scratchStore({ dir: unpack(name) });
  expect(store.settings.get().tourDone).toBe(true);
  expect(store.repositories.byPath('/code/repo')).toMatchObject({ id: 'rep_1', settings: { protectedBranches: ['main'], mergeMethod: 'squash' } });
  expect(store.tasks.byKey('key-1')).toMatchObject({
    title: 'Fix the parser',
    spentUsd: 0.25,
    plan: { status: 'active', nodes: [{ status: 'active' }, { status: 'blocked', dependsOn: ['nod_1'] }] },
  });
  expect(store.sessions.get('ses_1')).toMatchObject({
    status: 'finished',
    turns: 2,
    outputTokens: 40,
    costUsd: 0.25,
    contextTokens: 150,
    activity: 'Edit src/parser.ts',
    events: 5,
    items: 3,
  });
  expect(store.events.items('ses_1', 0, 10).items.map(({ item }) => item.kind)).toEqual(['message', 'tool', 'text']);
  expect(store.permissions.list(10)).toMatchObject([
    { status: 'allowed', questions: [{ question: 'Which encoding?', options: [{ label: 'UTF-8' }] }], answers: { 'Which encoding?': 'UTF-8' } },
    { status: 'allowed', answeredBy: 'ada', sessionTitle: 'Fix the parser', questions: [], answers: {} },
  ]);
  expect(store.changes.get('chg_1')).toMatchObject({ status: 'merged', mergedSha: 'fff', files: [{ path: 'src/parser.ts' }], skipped: ['vendor/lib'] });
  expect(store.changes.checks('chg_1')).toMatchObject([{ status: 'passed' }]);
  expect(store.decisions.list({ limit: 10 })).toMatchObject([{ action: 'approve', actor: 'ada' }]);
  const insight = createInsight(store.path);
  expect(
    unwrap(await insight.search({ query: 'naive', limit: 10 }))
      .hits.map((hit) => hit.kind)
      .toSorted(),
  ).toEqual(['task', 'transcript']);
  await insight.close();
});

test('a store from before there were several hosts has this machine, and everything it did was done there', () => {
  const store = scratchStore({ dir: unpack('schema-1.db.gz') });
  expect(store.hosts.list()).toMatchObject([{ id: 'local', name: 'This machine', admin: 'active', weight: 1, limits: { minSockets: 1, maxSockets: 100 } }]);
  expect(store.sessions.get('ses_1')?.hostId).toBe('local');
  expect(store.runs.get('ses_1', 'e1')).toMatchObject({ hostId: 'local', lastSeq: 5 });
  expect(store.repositories.get('rep_1')?.settings).toMatchObject({ hosts: [], onThisMachine: true });
  expect(store.settings.get()).toMatchObject({ pool: { strategy: 'peak-ewma' }, failover: { afterSeconds: 300 } });
});

test('schema-2.db.gz has its hosts, their events and minutes, and the load tests', () => {
  const store = scratchStore({ dir: unpack('schema-2.db.gz') });
  expect(store.hosts.list()).toMatchObject([
    { id: 'local' },
    { id: 'far', weight: 2, tls: { caFile: '/etc/ca.pem' }, limits: { minSockets: 3 }, admin: 'draining' },
  ]);
  expect(store.sessions.get('ses_1')?.hostId).toBe('far');
  expect(store.hostEvents.page({ hostId: 'far', limit: 10 })).toMatchObject({ events: [{ kind: 'state', to: 'ready' }], more: false });
  expect(store.connectionMinutes.list('far', 0, Infinity)).toMatchObject([{ body: { ready: 3, latency: { max: 3 } } }]);
  expect(store.loadTests.list(10)).toMatchObject([{ id: 'lod_1', passed: true }]);
  expect(store.repositories.get('rep_1')?.settings.hosts).toEqual([{ hostId: 'far', path: '/far/repo' }]);
});

test('schema-3.db.gz has its dashboards and the ledger of what was measured', () => {
  const store = scratchStore({ dir: unpack('schema-3.db.gz') });
  expect(store.dashboards.list()).toMatchObject([{ id: 'dsh_1', name: 'Money', tiles: [{ queries: [{ metric: 'cost_usd', by: ['model'] }] }] }]);
  const cost = store.ledger.after(0, 100).filter(({ metric }) => metric === 'cost_usd');
  expect(cost).toMatchObject([{ value: 0.25, tags: { model: 'opus', repository: 'repo', host: 'far' } }]);
});

test.each(['schema-1.db.gz', 'schema-2.db.gz'])('what %s did is measured once, by the rule of today', (name) => {
  const dir = unpack(name);
  const measured = (): Record<string, number> => {
    const store = scratchStore({ dir, measure: samplesOf });
    // Portions as small as they get: each is a transaction of its own.
    while (store.ledger.takeHistory(0));
    const sums: Record<string, number> = {};
    for (const { metric, value } of store.ledger.after(0, 1000)) sums[metric] = (sums[metric] ?? 0) + value;
    store.close();
    return sums;
  };
  const first = measured();
  expect(first).toMatchObject({
    tokens: 150,
    cost_usd: 0.25,
    turns: 2,
    tool_call: 1,
    session_started: 1,
    session_ended: 1,
    session_active_ms: 4000,
    session_blocked_ms: 5000,
    permission_wait_ms: 10_000,
    attempt_started: 1,
    change_opened: 1,
    change_decided: 1,
    gate_result: 1,
    decision: 1,
  });
  expect(measured()).toEqual(first);
});

const next: Migration = { version: 1000, name: 'next', sql: "create table added (id text primary key); update tasks set title = 'migrated ' || title;" };

test('a step runs after a whole backup of what was there', () => {
  const dir = unpack(released.at(-1) ?? '');
  const db = openRaw(dir);
  const from = schemaOf(db);
  expect(unwrap(migrate(db, Date.UTC(2026, 0, 2), [...migrations, next]))).toEqual({ from, to: 1000 });
  expect(db.prepare('select title from tasks').pluck().get()).toBe('migrated Fix the parser');
  const [copy] = readdirSync(path.join(dir, 'backups'));
  expect(copy).toBe(`acc-v${from}-20260102T000000000Z.db`);
  const backup = new Database(path.join(dir, 'backups', copy ?? ''), { readonly: true });
  onTestFinished(() => void backup.close());
  expect([schemaOf(backup), backup.prepare('select title from tasks').pluck().get()]).toEqual([from, 'Fix the parser']);
});

test('a step that fails half way changes nothing, and the two newest backups are kept', () => {
  const dir = unpack(released.at(-1) ?? '');
  const db = openRaw(dir);
  const from = schemaOf(db);
  const broken: Migration = { ...next, sql: `${next.sql} insert into nowhere values (1);` };
  for (let day = 1; day <= 7; day++) expect(() => migrate(db, Date.UTC(2026, 0, day), [...migrations, broken])).toThrow('nowhere');
  expect([schemaOf(db), db.prepare('select title from tasks').pluck().get()]).toEqual([from, 'Fix the parser']);
  expect(
    readdirSync(path.join(dir, 'backups'))
      .toSorted()
      .map((name) => name.slice(-22, -14)),
  ).toEqual(['20260106', '20260107']);
});

test('a copy of the running store is made once a day on the side, and opens in its place', async () => {
  let now = Date.UTC(2026, 5, 1);
  const dir = scratchFolder();
  const store = scratchStore({ dir });
  addSession(store, { title: 'Copied' });
  const daily = new DailyBackup(store.path, () => now);
  onTestFinished(() => daily.close());
  const made: boolean[] = [];
  for (const hours of [0, 23, 2, 30]) {
    now += hours * 3_600_000;
    made.push(await daily.run());
  }
  expect(made).toEqual([true, false, true, true]);
  expect(listBackups(store.path).map((backup) => backup.stamp.slice(0, 8))).toEqual(['20260603', '20260602']);
  const copy = scratchFolder();
  copyFileSync(newestBackup(store.path) ?? '', path.join(copy, 'acc.db'));
  expect(scratchStore({ dir: copy }).sessions.list({ limit: 1 }).sessions[0]?.title).toBe('Copied');
});
