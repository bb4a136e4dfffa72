/** The way to a host: WebSocket, HTTP where that is blocked, and back; over real sockets and a network that misbehaves. */
import { afterEach, expect, test } from 'vitest';
import { DialGate, Route, type OpenEvents, type Opening, type RouteOptions } from '#pool/transport/index.ts';
import type { Channel } from '#pool/types.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy, type Block } from '#test/support/net/proxy.ts';
import { ScriptedHost, type Script } from '#test/support/net/scripted-host.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** A host behind a proxy, and a route to it whose probes ring when the test says so. */
async function scene(script: Script = {}, more: Partial<RouteOptions> = {}): Promise<Scene> {
  const host = await ScriptedHost.start(script);
  const proxy = await Proxy.start(() => host.port);
  const moves: string[] = [];
  const probes: { ms: number; ring: () => void }[] = [];
  const gate = new DialGate();
  const route = new Route({
    hostId: 'h',
    target: () => targetOf(`ws://127.0.0.1:${proxy.port}`),
    gate,
    timers: {
      after(ms, ring) {
        // Nothing but a probe waits as long as this.
        if (ms > 6000) {
          const probe = { ms, ring };
          probes.push(probe);
          return { cancel: () => probes.splice(0, probes.length, ...probes.filter((one) => one !== probe)) };
        }
        const timer = setTimeout(ring, ms);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    moved: (to) => moves.push(to),
    probe: () => moves.push('probe'),
    random: () => 0.5,
    ...more,
  });
  open.push(host, proxy, route);
  return { host, proxy, route, moves, probes, gate };
}
type Scene = { host: ScriptedHost; proxy: Proxy; route: Route; moves: string[]; probes: { ms: number; ring: () => void }[]; gate: DialGate };

type Opened = { opening: Opening; channel: Channel | null; fault: Fault | null; closed: Fault | null; ms: number; messages: string[] };

function dial(route: Route, options: { probe?: boolean } = {}): Opened {
  const began = performance.now();
  const events: OpenEvents = {
    hello: () => '{"t":"hello"}',
    ready(channel, welcome) {
      expect(welcome.host.id).toBe('host-1');
      Object.assign(opened, { channel, ms: performance.now() - began });
    },
    failed: (fault) => Object.assign(opened, { fault, ms: performance.now() - began }),
    message: (text) => opened.messages.push(text),
    closed: (closed) => Object.assign(opened, { closed }),
    bytes: () => {},
  };
  const opened: Opened = { opening: route.open(events, options), channel: null, fault: null, closed: null, ms: 0, messages: [] };
  return opened;
}

async function settled(opened: Opened): Promise<Opened> {
  await until(() => opened.channel !== null || opened.fault !== null);
  return opened;
}

test('nothing in the way: WebSocket, and no HTTP is tried', async () => {
  const { route, host, moves, gate } = await scene();
  const opened = await settled(dial(route));
  expect(opened.channel?.transport).toBe('websocket');
  expect(host.requests).toEqual(['UPGRADE /host']);
  expect(moves).toEqual([]);
  expect(gate.dialing).toBe(0);
  opened.channel?.terminate();
});

test.each<[Block]>([['forbidden'], ['stripped'], ['reset'], ['silent'], ['mute']])(
  'WebSocket %s: HTTP within 2 s, and back when it works again',
  async (how) => {
    const { route, proxy, host, moves, probes, gate } = await scene();
    proxy.block(how);
    const opened = await settled(dial(route));
    expect(opened.channel?.transport).toBe('http');
    expect(opened.ms).toBeLessThan(2000);
    expect(moves).toEqual(['http']);
    // The next one does not lose a second.
    const second = await settled(dial(route));
    expect(second.channel?.transport).toBe('http');
    expect(probes.map(({ ms }) => ms)).toEqual([10_000]);
    // Still blocked: the probe fails, nothing moves, and the next comes later.
    probes[0]?.ring();
    const probe = dial(route, { probe: true });
    if (how === 'silent' || how === 'mute') probe.opening.cancel();
    else expect((await settled(probe)).fault).not.toBeNull();
    expect(moves).toEqual(['http', 'probe']);
    expect(probes.at(-1)?.ms).toBe(20_000);
    proxy.block(null);
    const back = await settled(dial(route, { probe: true }));
    expect(back.channel?.transport).toBe('websocket');
    expect(moves).toEqual(['http', 'probe', 'websocket']);
    expect((await settled(dial(route))).channel?.transport).toBe('websocket');
    for (const one of [opened, second]) one.channel?.close(1000, 'moved');
    await until(() => opened.closed !== null && second.closed !== null);
    await until(() => host.links === 0);
    expect(gate.dialing).toBe(0);
  },
);

test('faults that HTTP would meet as well are told at once: nothing listens, a wrong token, a refusal by the host', async () => {
  const { route, proxy, host } = await scene({
    upgrade: (_request, socket) => socket.end('HTTP/1.1 429 Busy\r\nContent-Length: 29\r\n\r\n{"code":4429,"reason":"full"}') !== null,
  });
  expect((await settled(dial(route))).fault).toMatchObject({ code: 'HOST_BUSY', why: 'full' });
  expect(host.requests).toEqual(['UPGRADE /host']);
  await proxy.refuse();
  const refused = await settled(dial(route));
  expect(refused.fault?.code).toBe('HOST_REFUSED');
  expect(refused.ms).toBeLessThan(900);
});

test('both ways blocked is said so, with both reasons', async () => {
  const { route, proxy } = await scene({ request: (_request, response) => response.writeHead(503).end('no') !== null });
  proxy.block('forbidden');
  const { fault } = await settled(dial(route));
  expect(fault?.code).toBe('HOST_BLOCKED');
  expect(fault?.why).toMatch(/403.*503/);
});

test('a host that opens and welcomes nobody is given up, and its places at the gate are free again', async () => {
  const { route, gate } = await scene({ frame: () => {} }, { timeoutMs: 1500 });
  const opened = dial(route);
  expect((await settled(opened)).fault?.code).toBe('HOST_DIAL_TIMEOUT');
  expect([gate.dialing, gate.waiting]).toEqual([0, 0]);
});

test('a first frame that is no welcome is no protocol', async () => {
  const { route } = await scene({ frame: (guest) => guest.say('{"t":"pong"}') });
  expect((await settled(dial(route))).fault?.code).toBe('HOST_PROTOCOL');
});

test('a slow WebSocket wins when HTTP has not: a race is decided by the welcome', async () => {
  const { route, host, moves } = await scene({
    request: () => true,
    frame: (guest) =>
      void setTimeout(
        () =>
          guest.say(
            '{"t":"welcome","protocol":1,"host":{"id":"host-1","name":"","version":"","pid":1,"platform":"","startedAt":0,"boot":"","workRoot":""},"streams":[],"tokenUntil":null}',
          ),
        1300,
      ),
  });
  const opened = await settled(dial(route));
  expect(opened.channel?.transport).toBe('websocket');
  expect(host.requests).toContain('POST /host/link');
  expect(moves).toEqual([]);
});

test('when HTTP stops working the next dial asks WebSocket first', async () => {
  const { route, proxy } = await scene();
  proxy.block('forbidden');
  await settled(dial(route));
  expect(route.transport).toBe('http');
  await proxy.refuse();
  expect((await settled(dial(route))).fault?.code).toBe('HOST_REFUSED');
  expect(route.transport).toBe('websocket');
});

test('one taken back while it waits, dials or greets leaves nothing; a closed route opens nothing', async () => {
  const { route, proxy, gate, host } = await scene({ frame: () => {} });
  proxy.freeze();
  const frozen = Array.from({ length: 40 }, () => dial(route));
  await until(() => gate.dialing === 32);
  expect(gate.waiting).toBe(8);
  for (const { opening } of frozen) opening.cancel();
  expect([gate.dialing, gate.waiting]).toEqual([0, 0]);
  proxy.thaw();
  const greeting = dial(route);
  await until(() => host.frames.length > 0);
  greeting.opening.cancel();
  await until(() => proxy.open === 0);
  expect([...frozen, greeting].every(({ fault, channel }) => fault === null && channel === null)).toBe(true);
  route.close();
  expect((await settled(dial(route))).fault?.code).toBe('HOST_UNREACHABLE');
});
