/** The connections of a real host: how many, replaced, cut, frozen; and that commands and events come through all of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixedToken } from '#host/server/tokens.ts';
import type { HostInput } from '#shared/host-protocol/commands.ts';
import { testHost, TOKEN } from '#test/support/host-wire.ts';
import { commandStart } from '#test/support/local-host.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { testCenter, type TestCenter } from '#test/support/pool/center.ts';

const at = (port: number, token = TOKEN) => targetOf(`ws://127.0.0.1:${port}`, {}, token);

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), 'acc-link-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}
async function proxyTo(port: number): Promise<Proxy> {
  const proxy = await Proxy.start(() => port);
  onTestFinished(() => proxy.close());
  return proxy;
}
/** A command that is answered after a while. */
const slow = (cwd: string, id: string, ms: number): HostInput<'check.run'> => ({
  checkId: id,
  cwd,
  command: [process.execPath, '-e', `setTimeout(() => console.log("${id}"), ${ms})`],
  timeoutMs: 60_000,
});
const lines = (cwd: string, count: number, everyMs: number): HostInput<'session.start'> =>
  commandStart(cwd, [
    process.execPath,
    '-e',
    `let n = 0; const t = setInterval(() => { console.log("line " + n); if (++n === ${count}) clearInterval(t); }, ${everyMs})`,
  ]);
const ready = (center: TestCenter): number => center.facts('h').sockets.filter((socket) => socket.state === 'ready').length;

async function endOf(center: TestCenter, start: HostInput<'session.start'>): Promise<void> {
  const run = `${start.sessionId}/${start.epoch}`;
  await until(() => center.taken.get(run)?.at(-1)?.event.kind === 'exited', 60_000);
  expect(center.broken).toEqual([]);
}

test('keeps its minimum, grows while commands wait, and shrinks again when they are done', async () => {
  const host = await testHost();
  const center = testCenter();
  const cwd = await folder();
  center.add('h', at(host.port), { limit: { minSockets: 2, maxSockets: 4, idleMs: 1000 } });
  await until(() => ready(center) === 2);
  const calls = Array.from({ length: 60 }, (_, i) => center.pool.of('h').call('check.run', slow(cwd, `chk_${i}`, 300)));
  await until(() => ready(center) > 2);
  const answers = await Promise.all(calls);
  expect(answers.filter((answer) => !answer.ok)).toEqual([]);
  await until(() => ready(center) === 2);
  expect(center.events('socket').some((event) => event.to === 'retiring' && event.cause.includes('carried nothing'))).toBe(true);
});

test('an old connection is replaced while a command is on the way and events flow: nothing is asked twice, nothing is lost', async () => {
  const host = await testHost();
  const center = testCenter();
  const cwd = await folder();
  center.add('h', at(host.port), { limit: { ttlMs: 1000 } });
  await center.is('h', 'ready');
  const start = lines(cwd, 150, 20);
  expect(await center.pool.of('h').call('session.start', start)).toMatchObject({ ok: true });
  const answer = await center.pool.of('h').call('check.run', slow(cwd, 'chk_long', 2500));
  expect(answer).toMatchObject({ ok: true, value: { outcome: 'passed' } });
  await endOf(center, start);
  expect(center.events('socket').filter((event) => event.cause === 'its time is over').length).toBeGreaterThan(1);
  expect(center.facts('h')).toMatchObject({ state: 'ready', reconnects: 0, gaps: 0 });
});

test('connections that are cut again and again lose no event and no command', async () => {
  const host = await testHost();
  const proxy = await proxyTo(host.port);
  const center = testCenter();
  const cwd = await folder();
  center.add('h', at(proxy.port), { limit: { minSockets: 3 } });
  await until(() => ready(center) === 3);
  const start = lines(cwd, 300, 10);
  expect(await center.pool.of('h').call('session.start', start)).toMatchObject({ ok: true });
  const check = center.pool.of('h').call('check.run', slow(cwd, 'chk_cut', 2000));
  for (let cut = 0; cut < 6; cut++) {
    const before = center.facts('h').eventsIn;
    // Now one of three, now all of them.
    proxy.cut(cut % 3 === 0 ? 'end' : 'reset', (index) => cut % 2 === 1 || index === 0);
    await until(() => center.facts('h').state === 'ready' && center.facts('h').eventsIn > before);
  }
  expect(await check).toMatchObject({ ok: true, value: { outcome: 'passed' } });
  await endOf(center, start);
  expect(center.facts('h').reconnects).toBeGreaterThan(0);
});

test('a frozen network is found by the heartbeat, and what happened meanwhile arrives once when it thaws', async () => {
  const host = await testHost();
  const proxy = await proxyTo(host.port);
  const center = testCenter();
  const cwd = await folder();
  center.add('h', at(proxy.port));
  await center.is('h', 'ready');
  const start = lines(cwd, 100, 20);
  await center.pool.of('h').call('session.start', start);
  await until(() => center.facts('h').eventsIn > 5);
  proxy.freeze();
  await center.is('h', 'reconnecting');
  expect(center.facts('h')).toMatchObject({ code: 'HOST_FROZEN' });
  expect(center.pool.of('h').health().dead).toBe(false);
  proxy.thaw();
  await endOf(center, start);
  expect(center.facts('h')).toMatchObject({ state: 'ready', gaps: 0 });
});

test('a host that comes back as a new process tells its runs once; a run whose end is stored is not told of again', async () => {
  const dataDir = await folder();
  const first = await testHost({ dataDir });
  let port = first.port;
  const proxy = await Proxy.start(() => port);
  onTestFinished(() => proxy.close());
  const center = testCenter();
  center.add('h', at(proxy.port));
  await center.is('h', 'ready');
  expect(center.streams).toEqual([[]]);
  const start = lines(dataDir, 3, 5);
  await center.pool.of('h').call('session.start', start);
  await endOf(center, start);
  proxy.cut();
  await until(() => center.facts('h').reconnects === 1 && center.facts('h').state === 'ready');
  expect(center.streams).toHaveLength(1);
  await first.stop();
  port = (await testHost({ dataDir })).port;
  await until(() => center.streams.length === 2);
  await center.is('h', 'ready');
  expect(center.broken).toEqual([]);
});

test('a wrong token is told once, tried slowly, and a right one is used at once', async () => {
  const host = await testHost();
  const center = testCenter();
  let token = 'another token that this host does not know at all';
  center.add('h', () => at(host.port, token));
  await until(() => center.facts('h').code === 'HOST_UNAUTHORIZED');
  const tried = center.facts('h').success.attempted;
  const refused = await center.pool.of('h').call('session.list', {}, { timeoutMs: 300 });
  expect(refused).toMatchObject({ ok: false, fault: { code: 'HOST_UNREACHABLE' } });
  expect(center.facts('h').success.attempted - tried).toBeLessThanOrEqual(1);
  token = TOKEN;
  center.pool.renew('h');
  await center.is('h', 'ready');
  expect(await center.pool.of('h').call('session.list', {})).toEqual({ ok: true, value: { sessions: [] } });
});

test('a second center with the same name takes over: the first stops, says so, and comes back only when a person asks', async () => {
  const host = await testHost();
  const one = testCenter();
  const two = testCenter();
  one.add('h', at(host.port), { limit: { minSockets: 2 } });
  await until(() => ready(one) === 2);
  two.add('h', at(host.port));
  await two.is('h', 'ready');
  await one.is('h', 'closed');
  expect(one.facts('h')).toMatchObject({ code: 'HOST_REPLACED', sockets: [] });
  expect(await one.pool.of('h').call('session.list', {})).toMatchObject({ ok: false, fault: { code: 'HOST_REPLACED' } });
  const tried = one.facts('h').success.attempted;
  expect(await two.pool.of('h').call('session.list', {})).toMatchObject({ ok: true });
  expect(one.facts('h').success.attempted).toBe(tried);
  one.pool.reconnect('h');
  await one.is('h', 'ready');
  await two.is('h', 'closed');
  expect(await one.pool.of('h').call('session.list', {})).toMatchObject({ ok: true });
});

test('a new token is told on the connections there are', async () => {
  const host = await testHost({ tokens: fixedToken(TOKEN) });
  const center = testCenter();
  center.add('h', at(host.port));
  await center.is('h', 'ready');
  const [socket] = center.facts('h').sockets;
  center.pool.renew('h');
  await until(() => center.events('token').length === 1);
  expect(center.events('token')[0]).toMatchObject({ to: 'accepted' });
  expect(center.facts('h').sockets.map(({ id }) => id)).toEqual([socket?.id]);
});

test('a new address is moved to without an interruption', async () => {
  const host = await testHost();
  const proxy = await proxyTo(host.port);
  const center = testCenter();
  const cwd = await folder();
  let port = host.port;
  center.add('h', () => at(port));
  await center.is('h', 'ready');
  const start = lines(cwd, 60, 20);
  await center.pool.of('h').call('session.start', start);
  port = proxy.port;
  center.pool.renew('h');
  await until(() => proxy.open > 0 && center.facts('h').sockets.length === 1);
  await endOf(center, start);
  expect(center.events('state').map((event) => event.to)).toEqual(['ready']);
});

test('a host that says it drains is kept out of the choice and still works', async () => {
  const host = await testHost();
  const center = testCenter();
  center.add('h', at(host.port));
  await center.is('h', 'ready');
  expect(center.pool.choose(['h'])).toBe('h');
  const drained = host.drain('maintenance', 5000);
  await until(() => center.pool.choose(['h']) === null);
  expect(center.events('drain')).toMatchObject([{ from: 'active', to: 'draining', cause: 'the host: maintenance' }]);
  await drained;
});

test('an address where nothing listens counts as dead after 3 s, and a host that comes up there is found', async () => {
  const host = await testHost();
  const proxy = await proxyTo(host.port);
  const center = testCenter();
  await proxy.refuse();
  center.add('h', at(proxy.port));
  await until(() => center.facts('h').code === 'HOST_REFUSED');
  expect(center.pool.of('h').health().dead).toBe(false);
  await until(() => center.pool.of('h').health().dead);
  await proxy.listen();
  await center.is('h', 'ready');
  expect(center.pool.of('h').health()).toMatchObject({ dead: false, cause: null });
});

test('a command that finds no connection says why after the acquire time; a full queue refuses at once', async () => {
  const proxy = await proxyTo(1);
  const center = testCenter();
  await proxy.refuse();
  center.add('h', at(proxy.port), { limit: { acquireMs: 400, queue: 2 } });
  const link = center.pool.of('h');
  const [one, two, three] = await Promise.all([link.call('session.list', {}), link.call('session.list', {}), link.call('session.list', {})]);
  expect(three).toMatchObject({ ok: false, fault: { code: 'HOST_BUSY' } });
  for (const answer of [one, two])
    expect(answer).toMatchObject({ ok: false, fault: { code: 'HOST_UNREACHABLE', why: expect.stringContaining('Nothing listens') } });
});

test('a minute of a host is what happened since the last', async () => {
  const host = await testHost();
  const center = testCenter();
  center.add('h', at(host.port));
  await center.is('h', 'ready');
  await center.pool.of('h').call('session.list', {});
  const [minute] = center.pool.minutes();
  expect(minute).toMatchObject({ hostId: 'h', body: { attempted: 1, ready: 1, answered: 1, failed: 0 } });
  const next = center.pool.minutes();
  expect(next.every(({ body }) => body.attempted === 0 && body.answered === 0)).toBe(true);
});

test('a host that is not known answers nothing and says so', async () => {
  const center = testCenter();
  expect(await center.pool.of('nobody').call('session.list', {})).toMatchObject({ ok: false, fault: { code: 'HOST_UNKNOWN' } });
  expect(center.pool.of('nobody').health().state).toBe('closed');
});
