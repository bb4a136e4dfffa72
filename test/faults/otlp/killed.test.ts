/** Telemetry that a host took and acknowledged is counted once, also when the center was away and the host was killed before it had told it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '#test/support/host-process.ts';
import { startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
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
