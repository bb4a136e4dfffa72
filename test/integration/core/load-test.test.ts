/** The built-in load test through the contract, against real hosts: what it says of a good host and of one that dies, and that it leaves nothing behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import type { LoadReport } from '#shared/domain/load-test.ts';
import { openStore } from '#store/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';

const PATIENCE_MS = 90_000;
const asked = { clients: 24, seconds: 2, sessions: 48, host: 'own' };
let core: TestCore;

beforeEach(async () => {
  core = await startTestCore();
});
afterEach(() => core.remove());

async function ended(id: string): Promise<LoadReport> {
  let last: LoadReport | null = null;
  for await (const report of await core.client.connections.watchLoadTest({ id })) last = report;
  if (!last) throw new Error('nothing was told');
  return last;
}

/** The process of the test's own host; null when there is none. */
function ownHost(): number | null {
  const folder = path.join(core.dataDir, 'load-test');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(folder);
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}

test('a host of its own is started, loaded, measured and gone afterwards', { timeout: PATIENCE_MS }, async () => {
  const { id } = await core.client.connections.startLoadTest(asked);
  await expect(core.client.connections.startLoadTest(asked)).rejects.toMatchObject({ code: 'LOAD_TEST_RUNNING' });
  expect(ownHost()).not.toBeNull();
  const report = await ended(id);
  expect(report).toMatchObject({ status: 'done', progress: 1, lost: 0, doubled: 0, options: asked });
  expect(report.points.length).toBeGreaterThanOrEqual(2);
  const kpis = new Map(report.kpis.map((kpi) => [kpi.name, kpi]));
  expect(kpis.get('connection success')).toMatchObject({ value: 100, n: 24, holds: true });
  expect(kpis.get('failures')).toMatchObject({ value: 0, holds: true });
  // One event a second on each of 48 streams, for 2 s.
  expect(kpis.get('events lost')).toMatchObject({ value: 0, n: 96, holds: true });
  expect(report.eventLatency?.n).toBe(96);
  expect(report.call?.n).toBeGreaterThanOrEqual(24);
  expect(report.dial?.n).toBe(24);
  expect(report.passed).toBe(report.kpis.every(({ holds }) => holds));
  expect(ownHost()).toBeNull();
  expect(existsSync(path.join(core.dataDir, 'load-test'))).toBe(false);
  expect((await core.client.connections.loadTests({})).reports).toEqual([report]);
});

test('it is cancelled within 2 s, and what it was is kept', { timeout: PATIENCE_MS }, async () => {
  const { id } = await core.client.connections.startLoadTest({ ...asked, seconds: 600 });
  await until('the first second', async () => (await core.client.connections.loadTests({})).reports[0]?.points.length);
  const began = performance.now();
  const report = await core.client.connections.cancelLoadTest({ id });
  expect(performance.now() - began).toBeLessThan(2000);
  expect(report.id).toBe(id);
  expect(await ended(id)).toMatchObject({ status: 'cancelled', passed: null, kpis: [] });
  await until('its host to be gone', () => ownHost() === null);
  // Another may begin at once.
  const again = await core.client.connections.startLoadTest({ ...asked, clients: 1, sessions: 1, seconds: 1 });
  expect(await ended(again.id)).toMatchObject({ status: 'done' });
});

test('a host that dies in the middle ends the test as failed, with the cause', { timeout: PATIENCE_MS }, async () => {
  const { id } = await core.client.connections.startLoadTest({ ...asked, seconds: 600 });
  await until('the first second', async () => (await core.client.connections.loadTests({})).reports[0]?.points.length);
  process.kill(ownHost() ?? 0, 'SIGKILL');
  const report = await ended(id);
  expect(report).toMatchObject({ status: 'failed', passed: null });
  expect(report.detail).toContain('SIGKILL');
});

test('the host of this machine can be tested by its id; its own link stays as it is', { timeout: PATIENCE_MS }, async () => {
  const { id } = await core.client.connections.startLoadTest({ ...asked, host: LOCAL_HOST, clients: 4, sessions: 4 });
  expect(await ended(id)).toMatchObject({ status: 'done', lost: 0 });
  expect((await core.client.connections.view({})).hosts).toMatchObject([{ id: LOCAL_HOST, state: 'ready', reconnects: 0 }]);
});

test('a host at an address needs its token; with it the latency of events is not judged', { timeout: PATIENCE_MS }, async () => {
  await expect(core.client.connections.startLoadTest({ ...asked, host: 'hst_none' })).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
  await expect(core.client.connections.startLoadTest({ ...asked, host: 'ws://127.0.0.1:9' })).rejects.toMatchObject({ code: 'HOST_TOKEN' });
  // Nothing listens there: the test says so for its clients, and fails.
  const token = 'nobody-listens-there-so-any-token-is-good';
  const { id } = await core.client.connections.startLoadTest({ clients: 2, sessions: 2, seconds: 1, host: 'ws://127.0.0.1:9', token });
  const report = await ended(id);
  expect(report).toMatchObject({ status: 'failed', eventLatency: null, passed: null });
  expect(report.detail).toContain('No client could connect.');
  expect(JSON.stringify(report)).not.toContain(token);
});

test('a test that ran when the core died is interrupted at the next start', { timeout: PATIENCE_MS }, async () => {
  const { id } = await core.client.connections.startLoadTest({ ...asked, clients: 1, sessions: 1, seconds: 1 });
  const report = await ended(id);
  await core.close();
  // As a killed core leaves it: its last word is a second of a test that runs.
  const store = unwrap(openStore({ dir: core.dataDir, now: Date.now }));
  store.loadTests.put({ ...report, status: 'running', endedAt: null, passed: null, kpis: [], points: report.points.slice(0, 1) });
  store.close();
  core = await core.reopen();
  expect((await core.client.connections.loadTests({})).reports).toMatchObject([{ id, status: 'interrupted', endedAt: report.startedAt + 1000, passed: null }]);
});

test('starting and cancelling are in the audit log, and a viewer may do neither', { timeout: PATIENCE_MS }, async () => {
  const viewer = core.clientOf('viewer');
  await expect(viewer.connections.startLoadTest(asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const { id } = await core.client.connections.startLoadTest({ ...asked, clients: 1, sessions: 1 });
  // At once: it is still connecting.
  const began = performance.now();
  await core.client.connections.cancelLoadTest({ id });
  expect(performance.now() - began).toBeLessThan(2000);
  expect(await ended(id)).toMatchObject({ status: 'cancelled' });
  expect((await viewer.connections.loadTests({})).reports.map((report) => report.id)).toEqual([id]);
  const { decisions } = await core.client.insight.decisions({});
  expect(decisions.filter(({ targetId }) => targetId === id).map(({ action }) => action)).toEqual(['load-test.cancel', 'load-test.start']);
});
