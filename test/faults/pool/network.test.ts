/** A real host behind a network and clocks that misbehave: what the pool notices, how soon, how it says it, and that nothing is lost. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import type { HostFacts } from '#shared/domain/connection.ts';
import { commandStart } from '#test/support/local-host.ts';
import { makeAuthority, makeCertificate } from '#test/support/net/certificates.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { ScriptedHost, WELCOME, type Guest } from '#test/support/net/scripted-host.ts';
import { ProxiedHost } from '#test/support/pool/proxied-host.ts';
import { Ledger, type Run } from '#test/support/pool/ledger.ts';

const COUNTER = path.resolve('test/support/agents/counter.ts');

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of cleanUp.splice(0).toReversed()) await one();
});

function newLedger(...settings: ConstructorParameters<typeof Ledger>): Ledger {
  const ledger = new Ledger(...settings);
  cleanUp.push(() => ledger.pool.close());
  return ledger;
}

async function newHost(): Promise<ProxiedHost> {
  const host = await ProxiedHost.start();
  cleanUp.push(() => host.close());
  return host;
}

/** A counting agent on a host. */
async function count(ledger: Ledger, hostId: string, everyMs = 10): Promise<Run> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'acc-network-'));
  cleanUp.push(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const cwd = path.join(scratch, 'work');
  await mkdir(cwd);
  const input = commandStart(cwd, [process.execPath, COUNTER, String(everyMs)]);
  const run = ledger.expect(hostId, input.sessionId, input.epoch);
  const answer = await ledger.pool.of(hostId).call('session.start', input);
  expect(answer.ok ? null : answer.fault).toBeNull();
  await until(() => run.events.length > 3);
  return run;
}

async function finish(ledger: Ledger, run: Run): Promise<void> {
  const stop = { sessionId: run.sessionId, how: 'stop', reason: 'stopped', graceMs: 5000 } as const;
  expect((await ledger.pool.of(run.hostId).call('session.stop', stop)).ok).toBe(true);
  await until(() => run.ended);
  const lines = ledger.output(run).trim().split('\n');
  expect(lines).toEqual([...Array.from({ length: lines.length - 1 }, (_, n) => String(n)), `${lines.length - 1} in all`]);
  expect(ledger.wrongs).toEqual([]);
}

/** @returns how long this process was held up since, twice its longest pause: what a busy machine may add to a time that is judged */
function watchStalls(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  cleanUp.push(() => delay.disable());
  return () => (2 * delay.max) / 1e6;
}

const factsOf = (ledger: Ledger, hostId: string): HostFacts => {
  const facts = ledger.pool.view().hosts.find(({ id }) => id === hostId);
  if (!facts) throw new Error(`no ${hostId}`);
  return facts;
};
const ready = (ledger: Ledger, hostId: string): Promise<void> => until(() => ledger.pool.of(hostId).health().state === 'ready');

test('half-open: a connection through which nothing comes is found within interval and deadline', async () => {
  const host = await newHost();
  const ledger = newLedger();
  const [beatMs, beatDeadlineMs] = [500, 400];
  const stalls = watchStalls();
  ledger.add('h', () => host.target, { minSockets: 3, beatMs, beatDeadlineMs });
  const run = await count(ledger, 'h');
  await until(() => factsOf(ledger, 'h').sockets.filter(({ state }) => state === 'ready').length === 3);
  host.proxy.freeze();
  const frozenAt = performance.now();
  await until(() => ledger.pool.of('h').health().state !== 'ready');
  const found = performance.now() - frozenAt;
  // The beat's jitter and the tick of the wheel belong to the interval; the rest is patience with a busy machine.
  expect(found - stalls()).toBeLessThan(beatMs * 1.1 + beatDeadlineMs + 40 + 250);
  expect(factsOf(ledger, 'h').code).toBe('HOST_FROZEN');
  host.proxy.thaw();
  await ready(ledger, 'h');
  await finish(ledger, run);
});

test('WebSocket blocked in the middle: events go on over HTTP within 2 s, and over WebSocket when it works again, in one sequence', async () => {
  const host = await newHost();
  const ledger = newLedger();
  ledger.add('h', () => host.target, { beatMs: 500, beatDeadlineMs: 500 });
  const run = await count(ledger, 'h');
  const stalls = watchStalls();
  host.proxy.block('silent');
  host.proxy.cut();
  const cutAt = performance.now();
  const before = run.events.length;
  await until(() => run.events.length > before && factsOf(ledger, 'h').transport === 'http');
  expect(performance.now() - cutAt - stalls()).toBeLessThan(2000);
  host.proxy.block(null);
  // By itself: the first look comes 10 s after the switch, a quarter more or less.
  await until(() => factsOf(ledger, 'h').transport === 'websocket', 20_000);
  await until(() => factsOf(ledger, 'h').sockets.every(({ transport }) => transport === 'websocket'));
  expect(ledger.told.filter(({ kind }) => kind === 'transport').map(({ to }) => to)).toEqual(['http', 'websocket']);
  await finish(ledger, run);
});

test('the clock of the wall jumps a day forward and back: no connection ends, nobody is ejected, nothing is lost', async () => {
  const host = await newHost();
  const ledger = newLedger();
  ledger.add('h', () => host.target, { beatMs: 100, beatDeadlineMs: 2000 });
  const run = await count(ledger, 'h');
  const sockets = factsOf(ledger, 'h').sockets.map(({ id }) => id);
  const real = Date.now;
  for (const jump of [86_400_000, -86_400_000, 0]) {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + jump);
    const before = run.events.length;
    const beats = factsOf(ledger, 'h').latency?.n ?? 0;
    await until(() => run.events.length > before + 10 && (factsOf(ledger, 'h').latency?.n ?? 0) > beats + 4);
  }
  const facts = factsOf(ledger, 'h');
  expect(facts.sockets.map(({ id }) => id)).toEqual(expect.arrayContaining(sockets));
  expect([facts.state, facts.reconnects, facts.ejection, facts.breaker.state]).toEqual(['ready', 0, null, 'closed']);
  expect(facts.latency?.p99).toBeLessThan(60_000);
  await finish(ledger, run);
});

test('a slow and a thin line: late is not lost', async () => {
  const host = await newHost();
  host.proxy.delay(150);
  host.proxy.throttle(64 * 1024);
  const ledger = newLedger();
  ledger.add('h', () => host.target);
  const run = await count(ledger, 'h', 2);
  await until(() => run.events.length > 100);
  expect(factsOf(ledger, 'h').latency?.p50).toBeGreaterThan(300);
  await finish(ledger, run);
});

test('a line so long that HTTP is tried beside: one of the two stays, whichever it is', async () => {
  const host = await newHost();
  host.proxy.delay(350);
  const ledger = newLedger();
  ledger.add('h', () => host.target);
  const run = await count(ledger, 'h');
  const first = factsOf(ledger, 'h').sockets.find(({ state }) => state === 'ready');
  await until(() => run.events.length > 200);
  expect(factsOf(ledger, 'h').reconnects).toBe(0);
  expect(factsOf(ledger, 'h').sockets.map(({ id }) => id)).toContain(first?.id);
  await finish(ledger, run);
});

test('certificates: what is wrong is in the view, and mended material connects', async () => {
  const ca = makeAuthority();
  const server = await ScriptedHost.start({ tls: makeCertificate(ca, ['127.0.0.1']) });
  const expired = await ScriptedHost.start({ tls: makeCertificate(ca, ['127.0.0.1'], -1) });
  cleanUp.push(
    () => server.close(),
    () => expired.close(),
  );
  const ledger = newLedger();
  const tls: { ca?: string } = {};
  ledger.add('strange', () => targetOf(`wss://127.0.0.1:${server.port}`, { ...tls }));
  ledger.add('expired', () => targetOf(`wss://127.0.0.1:${expired.port}`, { ca: ca.cert }));
  await until(() => ['strange', 'expired'].every((id) => factsOf(ledger, id).code === 'HOST_TLS'));
  expect(factsOf(ledger, 'expired').cause).toMatch(/expired/);
  expect(factsOf(ledger, 'strange').cause).toMatch(/CA/);
  tls.ca = ca.cert;
  ledger.pool.renew('strange');
  await ready(ledger, 'strange');
});

test('a host that accepts and never answers: commands are told in their time, and closing leaves nothing open', async () => {
  const host = await newHost();
  host.proxy.freeze();
  const ledger = newLedger();
  ledger.add('h', () => host.target, { acquireMs: 400 });
  const began = performance.now();
  const answer = await ledger.pool.of('h').call('session.list', {});
  expect(answer).toMatchObject({ ok: false, fault: { code: 'HOST_UNREACHABLE' } });
  expect(performance.now() - began).toBeLessThan(2000);
  await until(() => factsOf(ledger, 'h').code === 'HOST_DIAL_TIMEOUT', 20_000);
  await ledger.pool.close();
  host.proxy.thaw();
  await until(() => host.proxy.open === 0);
});

test('the host is away for a while and comes back with another process: what it had written is told, once', async () => {
  const host = await newHost();
  const ledger = newLedger();
  ledger.add('h', () => host.target);
  const run = await count(ledger, 'h');
  const { boot } = ledger.pool.of('h').health().identity ?? {};
  await host.kill();
  await host.proxy.refuse();
  await until(() => ledger.pool.of('h').health().dead);
  expect(factsOf(ledger, 'h').code).toBe('HOST_REFUSED');
  await host.launch();
  await host.proxy.listen();
  await until(() => run.ended);
  expect(ledger.pool.of('h').health().identity?.boot).not.toBe(boot);
  expect(ledger.wrongs).toEqual([]);
});

const event = (epoch: string, seq: number): object => ({ epoch, seq, at: 1, event: { kind: 'output', stream: 'stdout', source: 'agent', text: `${seq}\n` } });
const eventsFrame = (sessionId: string, ...events: object[]): string => JSON.stringify({ t: 'events', batch: [{ sessionId, events }] });

function answerBeat(guest: Guest, text: string): void {
  const frame = JSON.parse(text) as { t: string; at: number };
  if (frame.t === 'ping') guest.say(JSON.stringify({ t: 'pong', at: frame.at, load: { sessions: 0, loopDelayMs: 0, rssBytes: 0, spooledBytes: 0 } }));
}

test.each<[string, (guest: Guest) => void, number]>([
  ['an epoch that was never given', (guest) => guest.say(eventsFrame('ses_1', event('other', 1))), 0],
  ['a session that was never given', (guest) => guest.say(eventsFrame('ses_9', event('epoch_1', 1))), 0],
  ['a number that jumps forward and stays there', (guest) => guest.say(eventsFrame('ses_1', event('epoch_1', 1), event('epoch_1', 7))), 1],
  ['two epochs in one batch', (guest) => guest.say(eventsFrame('ses_1', event('epoch_1', 1), event('other', 2))), 1],
  [
    'no number at all',
    (guest) => guest.say(JSON.stringify({ t: 'events', batch: [{ sessionId: 'ses_1', events: [{ epoch: 'epoch_1', at: 1, event: {} }] }] })),
    0,
  ],
])('a host that lies: %s is refused, named, and nothing of it is stored', async (_what, lie, honest) => {
  const host = await ScriptedHost.start({
    frame: (guest, text, index) => {
      if (index === 0) guest.say(WELCOME);
      if (index === 0) lie(guest);
      else answerBeat(guest, text);
    },
  });
  cleanUp.push(() => host.close());
  const ledger = newLedger();
  const run = ledger.expect('liar', 'ses_1', 'epoch_1');
  ledger.add('liar', () => targetOf(`ws://127.0.0.1:${host.port}`), { minSockets: 1 });
  await until(() => factsOf(ledger, 'liar').code === 'HOST_PROTOCOL');
  expect(run.events.map(({ seq }) => seq)).toEqual(Array.from({ length: honest }, (_, n) => n + 1));
  expect(ledger.wrongs).toEqual([]);
});

test('a number that jumps back is a repetition: left out and acknowledged again', async () => {
  const host = await ScriptedHost.start({
    frame: (guest, text, index) => {
      if (index > 0) return answerBeat(guest, text);
      guest.say(WELCOME);
      guest.say(eventsFrame('ses_1', event('epoch_1', 1), event('epoch_1', 2), event('epoch_1', 3)));
      guest.say(eventsFrame('ses_1', event('epoch_1', 1), event('epoch_1', 2), event('epoch_1', 3), event('epoch_1', 4)));
    },
  });
  cleanUp.push(() => host.close());
  const ledger = newLedger();
  const run = ledger.expect('h', 'ses_1', 'epoch_1');
  ledger.add('h', () => targetOf(`ws://127.0.0.1:${host.port}`), { minSockets: 1 });
  await until(() => run.events.length === 4 && host.frames.some((text) => text.includes('"ack"') && text.includes('"seq":4')));
  expect(factsOf(ledger, 'h').duplicatesDropped).toBe(3);
  expect(ledger.wrongs).toEqual([]);
});

test('one frozen host of three does not hold up the dials of the others', async () => {
  const hosts = [await newHost(), await newHost()];
  const frozen = await Proxy.start(() => 1);
  cleanUp.push(() => frozen.close());
  frozen.freeze();
  const ledger = newLedger();
  ledger.add('frozen', () => targetOf(`ws://127.0.0.1:${frozen.port}`), { minSockets: 60 });
  hosts.forEach((host, index) => ledger.add(`h${index}`, () => host.target, { minSockets: 60 }));
  const up = (id: string): number => factsOf(ledger, id).sockets.filter(({ state }) => state === 'ready').length;
  await until(() => up('h0') === 60 && up('h1') === 60);
  expect(up('frozen')).toBe(0);
  expect(factsOf(ledger, 'frozen').state).not.toBe('ready');
});
