/** Webhooks on real sockets: signed, told again, never redirected, never waited for without end. */
import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { post } from '#metrics/alerts/channels/post.ts';
import { unwrap } from '#shared/lib/fault.ts';
import type { Bench } from '#test/support/metrics/alerts.ts';
import { alertBench, receiver, ruleOf } from '#test/support/metrics/alerts.ts';
import { until } from '#test/support/core/test-core.ts';

const hook = (bench: Bench, url: string): string =>
  unwrap(bench.alerts.saveChannel({ id: '', name: 'Hook', kind: 'webhook', url, signed: true }, 'a secret')).id;

test('a firing is told once, signed over time and body, with a number that stays', async () => {
  const bench = await alertBench();
  const server = await receiver();
  const channel = hook(bench, server.url);
  const rule = unwrap(bench.alerts.saveRule(ruleOf({ channels: [channel] })));
  bench.look.value = 12;
  for (let i = 0; i < 3; i++) {
    bench.clock.now += 10_000;
    await bench.alerts.round();
  }
  const [alert] = await until('the alert to be told', () => {
    const { alerts } = bench.alerts.page({ limit: 10 });
    return alerts[0]?.told.length === 1 ? alerts : null;
  });
  expect(alert?.sentence).toBe('Errors was 12 in the last 15 min, above the limit of 10 (n = 10).');
  expect(alert?.told).toMatchObject([{ channel, ok: true, what: 'fired', via: 'webhook', detail: expect.stringContaining('private one') }]);
  expect(server.received).toHaveLength(1);
  const [{ headers, body }] = server.received as [(typeof server.received)[0]];
  const timestamp = String(headers['x-acc-timestamp']);
  expect(headers['x-acc-signature']).toBe(`v1=${createHmac('sha256', 'a secret').update(`${timestamp}.${body}`).digest('hex')}`);
  expect(headers['x-acc-delivery']).toBe(`${alert?.id}.fired.${channel}`);
  expect(JSON.parse(body)).toMatchObject({ event: 'fired', delivery: headers['x-acc-delivery'], alert: { ruleId: rule.id, value: 12, threshold: 10 } });
  expect(bench.alerts.rules()).toMatchObject([{ state: 'firing', value: 12, n: 10 }]);
  bench.look.value = 3;
  bench.clock.now += 10_000;
  await bench.alerts.round();
  await until('the end to be told', () => server.received.length === 2);
  expect(JSON.parse(server.received[1]?.body ?? '{}')).toMatchObject({ event: 'ended', text: 'Errors is back at 3 (limit 10, n = 10).' });
});

test('a receiver that is down is tried again later, under the same number', async () => {
  const bench = await alertBench();
  const server = await receiver((response) => void response.writeHead(503).end('later'));
  bench.look.value = 12;
  unwrap(bench.alerts.saveRule(ruleOf({ channels: [hook(bench, server.url)] })));
  await bench.alerts.round();
  await until('the first try', () => bench.alerts.page({ limit: 1 }).alerts[0]?.told[0]);
  expect(bench.alerts.page({ limit: 1 }).alerts[0]?.told).toMatchObject([
    { ok: false, detail: expect.stringMatching(/answered 503: later.*CHANNEL_REFUSED.*tried again/s) },
  ]);
  server.answer = (response) => void response.writeHead(200).end();
  bench.clock.now += 3_600_000;
  await bench.reopen();
  const told = await until('the second try', () => bench.alerts.page({ limit: 1 }).alerts[0]?.told.find(({ ok }) => ok));
  expect(told.detail).toContain('Tried 2 times.');
  expect(new Set(server.received.map(({ headers }) => headers['x-acc-delivery'])).size).toBe(1);
});

test('a redirect is told, not followed', async () => {
  const bench = await alertBench();
  const elsewhere = await receiver();
  const server = await receiver((response) => void response.writeHead(307, { location: elsewhere.url }).end());
  const tried = unwrap(await bench.alerts.testChannel(hook(bench, server.url)));
  expect(tried).toEqual({ ok: false, detail: expect.stringContaining('CHANNEL_REDIRECT') });
  expect(tried.detail).toContain(elsewhere.url);
  expect(elsewhere.received).toEqual([]);
});

test('a receiver that hangs, drips or talks without end is left after the time limit', async () => {
  const hangs = await receiver(() => undefined);
  const drips = await receiver((response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  });
  for (const server of [hangs, drips]) {
    const outcome = await post({ url: server.url, body: '{}', headers: {}, limitMs: 300 });
    expect(outcome).toMatchObject({ ok: false, again: true, fault: { code: 'CHANNEL_TIMEOUT' } });
  }
  const talks = await receiver((response) => {
    response.writeHead(500);
    const more = (): void => void (response.writable && response.write('x'.repeat(65_536), more));
    more();
  });
  expect(await post({ url: talks.url, body: '{}', headers: {} })).toMatchObject({ ok: false, fault: { code: 'CHANNEL_REFUSED' } });
});

test('one that hangs holds up nobody else', async () => {
  const bench = await alertBench();
  const hangs = await receiver(() => undefined);
  const well = await receiver();
  bench.look.value = 12;
  unwrap(bench.alerts.saveRule(ruleOf({ channels: [hook(bench, hangs.url), hook(bench, well.url)] })));
  bench.clock.now += 10_000;
  await bench.alerts.round();
  await until('the other to be told', () => well.received.length === 1);
  expect(hangs.received.length).toBeLessThanOrEqual(1);
});

test('the secret is in a file of its own and comes back nowhere; an address with a password is refused', async () => {
  const bench = await alertBench();
  const id = hook(bench, 'https://example.com/hook');
  const file = path.join(bench.dataDir, 'alert-secrets', id);
  expect(readFileSync(file, 'utf8')).toBe('a secret\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(bench.alerts.channels())).not.toContain('a secret');
  const address = bench.alerts.saveChannel({ id: '', name: 'Hook', kind: 'webhook', url: 'https://me:word@example.com/', signed: false });
  expect(address).toMatchObject({ ok: false, fault: { code: 'CHANNEL_ADDRESS' } });
  expect(bench.alerts.saveChannel({ id: '', name: 'Hook', kind: 'webhook', url: 'https://example.com/', signed: true })).toMatchObject({
    ok: false,
    fault: { code: 'CHANNEL_SECRET' },
  });
  unwrap(bench.alerts.removeChannel(id));
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
});

test('Slack gets its text at the address that is the secret; only the host is shown', async () => {
  const bench = await alertBench();
  const server = await receiver((response) => void response.writeHead(200).end('ok'));
  const channel = unwrap(bench.alerts.saveChannel({ id: '', name: 'Team', kind: 'slack', host: '' }, server.url));
  expect(channel).toMatchObject({ host: new URL(server.url).host });
  const rule = unwrap(bench.alerts.saveRule(ruleOf({ name: 'a < b & c', enabled: false, channels: [channel.id] })));
  const alert = unwrap(await bench.alerts.testRule(rule.id));
  expect(alert).toMatchObject({ test: true, told: [{ ok: true, what: 'test', via: 'slack' }] });
  expect(JSON.parse(server.received[0]?.body ?? '{}')).toEqual({ text: expect.stringMatching(/^\*test: a &lt; b &amp; c\*\nThis is a test\./) });
});
