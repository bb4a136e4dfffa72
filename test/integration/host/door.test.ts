/** What the host answers to plain HTTP, over TLS, and when its port is taken. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHost } from '#host/host.ts';
import { openCertificates } from '#host/server/certificates.ts';
import { fixedToken } from '#host/server/tokens.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { until } from '#test/support/agents/trial.ts';
import { ask } from '#test/support/host-http.ts';
import { greeted, testHost, TOKEN } from '#test/support/host-wire.ts';
import { makeAuthority, makeCertificate, type Certificate } from '#test/support/net/certificates.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'acc-door-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('alive, ready, and nothing else without a token', async () => {
  const host = await testHost();
  const get = async (at: string): Promise<[number, string]> => {
    const { status, body } = await ask(host.port, 'GET', at, undefined, null);
    return [status, body];
  };
  expect(await get('/healthz')).toEqual([200, 'ok\n']);
  expect(await get('/readyz')).toEqual([200, 'ok\n']);
  expect((await get('/metrics'))[0]).toBe(401);
  expect((await get(`/metrics?token=${encodeURIComponent(TOKEN)}`))[0]).toBe(401);
  expect((await get('/host/link'))[0]).toBe(401);
  expect((await get('/'))[0]).toBe(404);
});

test('the metrics count what passes, in the format Prometheus reads', async () => {
  const host = await testHost({ name: 'a "quoted" \\ name\nof two lines' });
  const center = await greeted(host.port, { role: 'probe', window: 10 });
  await center.call('probe.stream', { streams: 2, count: 10, bytes: 10, perSecond: 0 });
  await until(() => center.events('probe_1_0').length === 10 && center.events('probe_1_1').length === 10);
  center.send({ t: 'ack', cursors: [{ sessionId: 'probe_1_0', epoch: 'probe_1', seq: 4 }] });
  center.send({ t: 'resume', cursors: [{ sessionId: 'probe_1_1', epoch: 'probe_1', seq: 7 }] });
  await center.call('probe.stream', { streams: 0, count: 1, bytes: 1, perSecond: 0 });
  await until(() => center.events('probe_1_1').length === 13);
  await ask(host.port, 'POST', '/host/link', {}, null);
  const { status, body, headers } = await ask(host.port, 'GET', '/metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const value = (sample: string): number | undefined => {
    const line = body.split('\n').find((text) => text.startsWith(`${sample} `));
    return line === undefined ? undefined : Number(line.slice(sample.length));
  };
  expect(value('acc_host_connections{transport="websocket"}')).toBe(1);
  expect(value('acc_host_links{role="probe"}')).toBe(1);
  expect(value('acc_host_events_out_total')).toBe(23);
  expect(value('acc_host_events_again_total')).toBe(3);
  expect(value('acc_host_acks_total')).toBe(1);
  expect(value('acc_host_resumes_total')).toBe(1);
  expect(value('acc_host_commands_total{outcome="ok"}')).toBe(1);
  expect(value('acc_host_commands_total{outcome="fault"}')).toBe(1);
  expect(value('acc_host_command_duration_seconds_count')).toBe(2);
  expect(value('acc_host_command_duration_seconds_bucket{le="+Inf"}')).toBe(2);
  expect(value('acc_host_refused_handshakes_total{reason="token"}')).toBe(1);
  expect(value('acc_host_sessions{kind="command"}')).toBe(0);
  expect(value('acc_host_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(body).toContain('name="a \\"quoted\\" \\\\ name\\nof two lines"');
  // Every line is a comment or a sample, every metric is described before its first sample, and none twice.
  const described = [...body.matchAll(/^# TYPE (\w+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name);
  expect(new Set(described).size).toBe(described.length);
  for (const line of body.trimEnd().split('\n')) {
    if (line.startsWith('#')) expect(line).toMatch(/^# (HELP \w+ .+|TYPE \w+ (counter|gauge|histogram))$/);
    else expect(line).toMatch(/^\w+(\{\w+="(?:[^"\\\n]|\\["\\n])*"(,\w+="(?:[^"\\\n]|\\["\\n])*")*\})? -?(\d+(\.\d+)?(e[+-]?\d+)?|\+Inf)$/);
  }
});

test('the metrics are open when that was asked for', async () => {
  const host = await testHost({ openMetrics: true });
  expect((await ask(host.port, 'GET', '/metrics', undefined, null)).status).toBe(200);
});

test('a port that is taken is a fault, and leaves nothing behind that keeps a second try from working', async () => {
  const first = await testHost();
  const dataDir = folder();
  const options = { dataDir, address: '127.0.0.1', tokens: fixedToken(TOKEN), version: 'test' };
  expect(await startHost({ ...options, port: first.port })).toMatchObject({ ok: false, fault: { code: 'PORT_TAKEN' } });
  await unwrap(await startHost({ ...options, port: 0 })).stop();
});

async function secureHost(certificate: Certificate, clientCa?: string): Promise<{ port: number; replace: (next: Certificate) => void; warnings: string[] }> {
  const dir = folder();
  const files = { cert: path.join(dir, 'cert.pem'), key: path.join(dir, 'key.pem'), ...(clientCa ? { clientCa: path.join(dir, 'ca.pem') } : {}) };
  const replace = ({ cert, key }: Certificate): void => {
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key, { mode: 0o600 });
  };
  replace(certificate);
  if (clientCa) writeFileSync(path.join(dir, 'ca.pem'), clientCa);
  const warnings: string[] = [];
  const host = await testHost({ certificates: unwrap(await openCertificates(files, (warning) => warnings.push(warning), 50)) });
  return { port: host.port, replace, warnings };
}

/** 'open', or the code of what went wrong. */
function dial(port: number, tls: { ca: string; cert?: string; key?: string }): Promise<string> {
  const socket = new WebSocket(`wss://localhost:${port}/host`, { ...tls, headers: { authorization: `Bearer ${TOKEN}` } });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open')).on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

test('TLS: the right certificate opens, an expired one, one for another name and plain text do not; the host stays well', { timeout: 60_000 }, async () => {
  const ca = makeAuthority();
  const good = await secureHost(makeCertificate(ca, ['localhost', '127.0.0.1']));
  expect(await dial(good.port, { ca: ca.cert })).toBe('open');
  expect(await dial(good.port, { ca: makeAuthority('another').cert })).toMatch(/SELF_SIGNED|UNABLE|SIGNATURE/i);
  const plain = new WebSocket(`ws://127.0.0.1:${good.port}/host`);
  await new Promise((resolve) => plain.on('error', resolve));
  expect(await dial(good.port, { ca: ca.cert })).toBe('open');
  const expired = await secureHost(makeCertificate(ca, ['localhost'], -1));
  expect(expired.warnings.join()).toContain('expired');
  expect(await dial(expired.port, { ca: ca.cert })).toBe('CERT_HAS_EXPIRED');
  const elsewhere = await secureHost(makeCertificate(ca, ['elsewhere.example']));
  expect(await dial(elsewhere.port, { ca: ca.cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('a renewed certificate is used without a restart; files that do not fit each other leave the old one in use', { timeout: 60_000 }, async () => {
  const ca = makeAuthority();
  const host = await secureHost(makeCertificate(ca, ['elsewhere.example']));
  expect(await dial(host.port, { ca: ca.cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const [one, two] = [makeCertificate(ca, ['localhost']), makeCertificate(ca, ['localhost'])];
  host.replace({ cert: one.cert, key: two.key });
  await until(
    () => host.warnings.join().includes('stays in use'),
    () => host.warnings.join() || 'no warning',
  );
  expect(await dial(host.port, { ca: ca.cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  host.replace(one);
  let last = '';
  await until(
    async () => (last = await dial(host.port, { ca: ca.cert })) === 'open',
    () => last,
  );
});

test('with a CA for clients, who shows no certificate of it does not get in', { timeout: 60_000 }, async () => {
  const [ca, clients, strangers] = [makeAuthority(), makeAuthority('clients'), makeAuthority('strangers')];
  const host = await secureHost(makeCertificate(ca, ['localhost']), clients.cert);
  expect(await dial(host.port, { ca: ca.cert })).not.toBe('open');
  expect(await dial(host.port, { ca: ca.cert, ...makeCertificate(strangers, ['center']) })).not.toBe('open');
  expect(await dial(host.port, { ca: ca.cert, ...makeCertificate(clients, ['center']) })).toBe('open');
});

test('who begins TLS and says no more is cut off', { timeout: 60_000 }, async () => {
  const host = await secureHost(makeCertificate(makeAuthority(), ['localhost']));
  const silent = createConnection(host.port, '127.0.0.1');
  silent.on('error', () => {}).resume();
  const over = new Promise((resolve) => silent.once('close', resolve));
  const idle = connect({ port: host.port, host: '127.0.0.1', rejectUnauthorized: false });
  idle.on('error', () => {}).resume();
  const idleOver = new Promise((resolve) => idle.once('close', resolve));
  onTestFinished(() => {
    silent.destroy();
    idle.destroy();
  });
  await Promise.all([over, idleOver]);
});
