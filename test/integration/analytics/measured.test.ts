/**
 * Measurements, from where they are taken to the figure a person sees, each held against what somebody else counted: connections against
 * the network in between and the host's own counters, memory against a known load, the collector against the same facts.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PoolLimits } from '#shared/domain/connection.ts';
import { Query, type Answer } from '#shared/domain/query.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { sessionIn, startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '#test/support/host-process.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { ExportMetricsServiceRequest } from '#test/support/otlp/schema.ts';
import { makeSandbox, type Sandbox } from '#test/support/repos.ts';

/** The pool tells once a minute; a busy machine may need longer. */
const MINUTES_MS = 150_000;
const MB = 1e6;
const KIB = 1024;
const LOAD_MB = 200;
const SESSIONS = 2;
const DELAY_MS = 40;

let box: Sandbox;
let at: TestCore;
let far: HostProcess;
let proxy: Proxy;
let hostId = '';
const ids: string[] = [];
const load: Buffer[] = [];

type Received = { readonly authorization: string; readonly body: ExportMetricsServiceRequest };
const received: Received[] = [];
let collector: Server;

beforeAll(async () => {
  box = makeSandbox();
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      // What the schema does not know fails the test that reads it.
      received.push({ authorization: request.headers.authorization ?? '', body: ExportMetricsServiceRequest.parse(JSON.parse(body)) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));

  at = await startTestCore();
  const headersFile = path.join(box.root, 'headers');
  writeFileSync(headersFile, '# a token\nAuthorization: Bearer for-the-collector\n', { mode: 0o600 });
  const settings = await at.client.system.settings({});
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  await at.client.system.saveSettings({ ...settings, export: { endpoint, intervalSeconds: 5, headersFile } });

  far = await startHostProcess(path.join(box.root, 'far'));
  proxy = await Proxy.start(() => far.port);
  proxy.delay(DELAY_MS);
  const limits = PoolLimits.parse({ minSockets: 2, beatMs: 300, beatDeadlineMs: 15_000 });
  ({ id: hostId } = await at.client.connections.add({ name: 'far', url: `ws://127.0.0.1:${proxy.port}`, token: HOST_TOKEN, limits }));
}, 120_000);
afterAll(async () => {
  for (const id of ids) await at.client.sessions.stop({ id }).catch(() => null);
  await at.remove();
  await proxy.close();
  await far.stop();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  box.close();
});

async function ask(metric: string, more: Partial<Query> = {}): Promise<Answer> {
  const query = Query.parse({ metric, range: { kind: 'last', ms: 900_000 }, ...more });
  const [answered] = (await at.client.analytics.query({ queries: [query] })).answers;
  if (!answered?.ok) throw new Error(JSON.stringify(answered));
  return answered.answer;
}
const total = async (metric: string, more: Partial<Query> = {}): Promise<number | null> => (await ask(metric, more)).total.value;
const samples = async (metric: string): Promise<number[]> =>
  ((await ask(metric, { points: 4000 })).series[0]?.points ?? []).flatMap(([, value]) => (value === null ? [] : [value]));
const open = async (): Promise<number> =>
  (await at.client.connections.view({})).hosts.find((host) => host.id === hostId)?.sockets.filter(({ state }) => state === 'ready').length ?? 0;
const residentOf = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * KIB;

test('memory and live sessions are what was loaded and started', { timeout: 120_000 }, async () => {
  const repository = await at.client.repositories.add({ path: box.repo().path });
  const command = [process.execPath, '-e', 'console.log("up"); setInterval(() => {}, 1000)'];
  for (let n = 0; n < SESSIONS; n++) {
    const agent = { kind: 'command' as const, name: '', command, model: '' };
    const { sessionId } = await at.client.tasks.create({ repositoryId: repository.id, title: `Wait ${n}`, text: 'Wait.', agent });
    ids.push(sessionId);
  }
  for (const id of ids) expect(await sessionIn(at.client, id, 'running')).toMatchObject({ hostId: LOCAL_HOST });
  await until(
    'all of them live',
    async () => (await total('sessions_live', { where: [{ tag: 'state', op: 'is', values: ['running'] }], aggregate: 'last' })) === SESSIONS,
  );
  const before = await until('a measurement with both', async () => (await samples('own_memory_per_session_bytes')).at(-1));

  // A known load: the core is in this process.
  load.push(Buffer.alloc(LOAD_MB * MB, 1));
  const grown = await until('the load', async () => {
    const now = (await samples('own_memory_per_session_bytes')).at(-1) ?? 0;
    return now - before > (0.8 * LOAD_MB * MB) / SESSIONS ? now - before : null;
  });
  expect(grown / ((LOAD_MB * MB) / SESSIONS)).toBeLessThan(1.3);
  // As the formula says it, from the two figures it is made of.
  const own = await samples('own_memory_per_session_bytes');
  const [core, host] = [await samples('core_rss_bytes'), await samples('host_rss_bytes')];
  const sums = core.map((bytes, i) => bytes + (host[i] ?? 0));
  const idle = Math.min(...sums);
  expect(Math.max(...own)).toBeGreaterThan(0);
  for (const value of own) expect(sums.some((sum) => [1, SESSIONS].some((live) => Math.abs((sum - idle) / live - value) < 4 * MB))).toBe(true);
  // And against the system's word for the host.
  const resident = residentOf(hostPid());
  expect(Math.abs((host.at(-1) ?? 0) - resident) / resident).toBeLessThan(0.5);
  expect(await total('session_rss_bytes', { aggregate: 'min' })).toBeGreaterThan(10 * MB);
  expect(await total('loop_delay_ms', { aggregate: 'max' })).toBeGreaterThanOrEqual(0);
  const database = await total('database_bytes', { where: [{ tag: 'file', op: 'is', values: ['acc.db'] }], aggregate: 'last' });
  expect(database).toBeGreaterThan(100_000);
});

test('connections are what the network between saw, calls what the host counted', { timeout: 2 * MINUTES_MS + 60_000 }, async () => {
  await until('both connections', async () => (await open()) === 2);
  const cut = proxy.cut('reset');
  expect(cut).toBeGreaterThanOrEqual(2);
  await until('both again', async () => (await open()) === 2);
  const where: Query['where'] = [{ tag: 'host', op: 'is', values: [hostId] }];
  const ready: Query['where'] = [...where, { tag: 'outcome', op: 'is', values: ['ready'] }];
  await until('the minute', async () => ((await total('connection_lost', { where })) ?? 0) >= 2, MINUTES_MS);
  // Two, and two again after the cut. On a machine so busy that HTTP is tried beside, the network sees more than become ready; else it is exact.
  const opened = (await total('connection_open', { where: ready })) ?? 0;
  expect(opened).toBeGreaterThanOrEqual(4);
  expect(opened).toBeLessThanOrEqual(proxy.accepted);
  expect(await total('connection_lost', { where })).toBeLessThanOrEqual(opened - 2);
  const [answered, called] = [
    (await total('host_call', { where: [...where, { tag: 'outcome', op: 'is', values: ['answered'] }] })) ?? 0,
    await commandsOfHost(),
  ];
  expect(answered).toBeGreaterThan(0);
  // What the host did and nobody heard of failed for the center.
  expect(answered).toBeLessThanOrEqual(called);
  await until('every call', async () => ((await total('host_call', { where })) ?? 0) >= called, MINUTES_MS);
  // Each answer crossed the slow network twice.
  expect(await total('connection_latency_ms', { where, aggregate: 'min' })).toBeGreaterThanOrEqual(2 * DELAY_MS * 0.95);
  expect(await total('connection_latency_ms', { where, aggregate: 'p50' })).toBeLessThan(2 * DELAY_MS + 500);
});

test('a collector gets the same figures, as OTLP, with the token of the file', { timeout: MINUTES_MS }, async () => {
  const points = () => received.flatMap(({ body }) => body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)));
  const sumOf = (name: string, key = '', value = ''): number =>
    points()
      .flatMap((metric) => ('sum' in metric && metric.name === name ? metric.sum.dataPoints : []))
      .filter(({ attributes }) => key === '' || attributes.some((each) => each.key === key && each.value.stringValue === value))
      .reduce((all, { asDouble }) => all + asDouble, 0);
  await until('the sessions', () => sumOf('acc.session_started') === SESSIONS, MINUTES_MS);
  const where: Query['where'] = [{ tag: 'host', op: 'is', values: [hostId] }];
  for (const metric of ['connection_lost', 'connection_open']) {
    await until(`the same ${metric}`, async () => sumOf(`acc.${metric}`, 'host', hostId) === (await total(metric, { where })), MINUTES_MS);
  }
  expect(sumOf('acc.connection_lost', 'host', hostId)).toBeGreaterThanOrEqual(2);
  const memory = points().flatMap((metric) => ('gauge' in metric && metric.name === 'acc.own_memory_per_session_bytes' ? metric.gauge.dataPoints : []));
  const own = await samples('own_memory_per_session_bytes');
  for (const { asDouble } of memory) expect(own).toContain(asDouble);
  const latency = points().flatMap((metric) => ('histogram' in metric && metric.name === 'acc.connection_latency_ms' ? metric.histogram.dataPoints : []));
  expect(latency.length).toBeGreaterThan(0);
  expect(new Set(received.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer for-the-collector']));
  // Deltas: each begins where the one before it ended.
  const spans = received.map(
    ({ body }) =>
      JSON.stringify(body)
        .match(/"startTimeUnixNano":"(\d+)","timeUnixNano":"(\d+)"/)
        ?.slice(1) ?? [],
  );
  for (const [i, [start]] of spans.entries()) if (i > 0) expect(start).toBe(spans[i - 1]?.[1]);
});

function hostPid(): number {
  const { pid } = JSON.parse(readFileSync(path.join(at.dataDir, 'host', 'host.pid'), 'utf8')) as { pid: number };
  return pid;
}

/** Commands the far host carried out, of its own `/metrics`. */
async function commandsOfHost(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${far.port}/metrics`, { headers: { authorization: `Bearer ${HOST_TOKEN}` } })).text();
  return [...text.matchAll(/^acc_host_commands_total\{outcome="(?:ok|fault)"\} (\d+)$/gm)].reduce((all, [, n]) => all + Number(n), 0);
}
