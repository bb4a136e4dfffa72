/**
 * Telemetry that a host took and acknowledged is counted once: when the center was away and the host was killed before it had told it, and
 * when the center is killed over and over while it comes in.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '#test/support/host-process.ts';
import { startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { randomFrom } from '#test/support/random.ts';
import { metricsRequest, point, sum } from '#test/support/otlp/requests.ts';

const now = Date.now();

function post(host: HostProcess, n: number): Promise<Response> {
  const { token } = JSON.parse(readFileSync(path.join(host.dataDir, 'host', 'otlp.json'), 'utf8')) as { token: string };
  const body = JSON.stringify(metricsRequest([sum('claude_code.commit.count', [point(1, now - 1000 + n)])]));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`http://127.0.0.1:${host.otlp}/v1/metrics`, { method: 'POST', headers, body });
}
/** As an exporter does: the same bytes again until they are taken. */
const send = (host: HostProcess, n: number): Promise<unknown> => until(`request ${n}`, async () => (await post(host, n).catch(() => null))?.status === 200);

async function commits(core: TestCore): Promise<number | null> {
  const { answers } = await core.client.analytics.query({ queries: [{ metric: 'commits', range: { kind: 'last', ms: 3_600_000 } }] });
  return answers[0]?.ok ? answers[0].answer.total.value : null;
}

test('the center goes, the host is killed, both come back', { timeout: 240_000 }, async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'acc-otlp-killed-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  let host = await startHostProcess(path.join(dir, 'host'), 0, ['--otlp', '127.0.0.1:0']);
  onTestFinished(() => host.stop());
  let core = await startTestCore({ dataDir: path.join(dir, 'core') });
  onTestFinished(() => core.close());
  await core.client.connections.add({ name: 'away', url: `ws://127.0.0.1:${host.port}`, token: HOST_TOKEN });

  for (let n = 0; n < 3; n++) await send(host, n);
  await until('the first', async () => (await commits(core)) === 3);

  // Nobody is there to take these: they wait on the host's disk, over its death.
  await core.close();
  for (let n = 3; n < 6; n++) await send(host, n);
  await host.kill();
  host = await startHostProcess(host.dataDir, host.port, ['--otlp', `127.0.0.1:${host.otlp}`]);
  core = await startTestCore({ dataDir: path.join(dir, 'core') });
  await until('those that waited', async () => (await commits(core)) === 6);

  // The client never heard that these were taken, and asks another process.
  for (let n = 4; n < 8; n++) await send(host, n);
  await until('the new ones', async () => (await commits(core)) === 8);
  core = await core.reopen();
  await send(host, 8);
  await until('the last', async () => (await commits(core)) === 9);
  expect(await commits(core)).toBe(9);
});

const SEED = Number(process.env['ACC_FAULT_SEED'] ?? 20_261_123);
const KILLS = 6;

test(`the center is killed ${KILLS} times while requests come in (seed ${SEED})`, { timeout: 240_000 }, async () => {
  const random = randomFrom(SEED);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'acc-otlp-center-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const host = await startHostProcess(path.join(dir, 'host'), 0, ['--otlp', '127.0.0.1:0']);
  onTestFinished(() => host.stop());
  const first = await startTestCore({ dataDir: path.join(dir, 'core') });
  await first.client.connections.add({ name: 'away', url: `ws://127.0.0.1:${host.port}`, token: HOST_TOKEN });
  await first.close();

  let sent = 0;
  const calm = new AbortController();
  const flow = (async () => {
    for (; !calm.signal.aborted; await new Promise((resolve) => setTimeout(resolve, 5))) await send(host, sent++);
  })();
  const told: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'victim.ts'), path.join(dir, 'core')], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const before = told.at(-1) ?? 0;
    createInterface({ input: child.stdout }).on('line', (line) => /^\d+$/.test(line) && told.push(Number(line)));
    // In the middle of it: something has come in since it started, and more is on its way.
    await until('something new', () => (told.at(-1) ?? 0) > before);
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 400))); // the moment of the kill is the point of the test
    child.kill('SIGKILL');
    await ended;
  }
  calm.abort();
  await flow;
  // No figure that somebody saw was taken back, or was more than was sent.
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBeLessThanOrEqual(sent);
  const core = await startTestCore({ dataDir: path.join(dir, 'core') });
  onTestFinished(() => core.close());
  await until(`${sent} requests`, async () => (await commits(core)) === sent);
  const { otlp } = await core.client.analytics.ingest({});
  expect(otlp).toMatchObject({ requests: sent, points: sent, rejected: 0 });
  expect(await commits(core)).toBe(sent);
});
