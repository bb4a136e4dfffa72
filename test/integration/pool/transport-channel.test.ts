/** The two channels to a host: what goes through them, and what each way of ending is called. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { monotonic } from '#pool/health/clock.ts';
import { Wheel } from '#pool/health/wheel.ts';
import { Greeting } from '#pool/transport/greeting.ts';
import { dialHttp, dialWebSocket } from '#pool/transport/index.ts';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { Dialled, targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { ScriptedHost, WELCOME, type Script } from '#test/support/net/scripted-host.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(script: Script = {}): Promise<ScriptedHost> {
  const host = await ScriptedHost.start(script);
  open.push(host);
  return host;
}

const ping = (at: number): string => JSON.stringify({ t: 'ping', at });

describe.each([
  ['websocket', dialWebSocket],
  ['http', dialHttp],
] as const)('%s', (name, dial) => {
  test('carries frames both ways, in order and whole, whatever scheme the address has', async () => {
    const host = await start({ frame: (guest, text, index) => guest.say(index === 0 ? WELCOME : text) });
    for (const scheme of ['ws', 'http']) {
      const dialled = new Dialled(dial, targetOf(`${scheme}://127.0.0.1:${host.port}/`));
      await dialled.says(1);
      const sent = Array.from({ length: 500 }, (_, at) => JSON.stringify({ t: 'ping', at, pad: 'ä€😀'.repeat(at) }));
      for (const text of sent) dialled.channel.send(text);
      const [welcome, ...echoes] = await dialled.says(501);
      expect(welcome).toBe(WELCOME);
      expect(echoes).toEqual(sent);
      expect(dialled.channel.transport).toBe(name);
      expect(dialled.received).toBeGreaterThan(100_000);
      expect(dialled.sent).toBeGreaterThan(100_000);
      await until(() => dialled.channel.bufferedBytes === 0);
      dialled.channel.close(1000, 'done');
      await dialled.end();
    }
    await until(() => host.links === 0);
  });

  test.each([
    [CloseCode.unauthorized, 'HOST_UNAUTHORIZED'],
    [CloseCode.version, 'HOST_VERSION'],
    [CloseCode.replaced, 'HOST_REPLACED'],
    [CloseCode.busy, 'HOST_BUSY'],
    [CloseCode.badFrame, 'HOST_PROTOCOL'],
    [CloseCode.timeout, 'HOST_LOST'],
  ])('the host ends it with %i: %s', async (code, fault) => {
    const host = await start({ frame: (guest) => guest.end(code, 'because of this') });
    const dialled = new Dialled(dial, targetOf(`ws://127.0.0.1:${host.port}`));
    expect(await dialled.end()).toMatchObject({ code: fault, why: 'because of this' });
  });

  test('a wrong token is said to be one, and is not in the words', async () => {
    const host = await start();
    const secret = 'another-token-of-more-than-32-characters';
    const fault = await new Dialled(dial, targetOf(`ws://127.0.0.1:${host.port}`, {}, secret)).end();
    expect(fault).toMatchObject({ code: 'HOST_UNAUTHORIZED' });
    expect(JSON.stringify(fault)).not.toContain(secret);
    expect((await new Dialled(dial, targetOf(`ws://127.0.0.1:${host.port}`, {}, 'two\nlines')).end()).code).toBe('HOST_UNAUTHORIZED');
  });

  test('nothing listens; no such name; no address', async () => {
    const host = await start();
    const { port } = host;
    await host.close();
    open.pop();
    expect((await new Dialled(dial, targetOf(`ws://127.0.0.1:${port}`)).end()).code).toBe('HOST_REFUSED');
    expect((await new Dialled(dial, targetOf(`ws://localhost:${port}`)).end()).code).toBe('HOST_REFUSED');
    expect((await new Dialled(dial, targetOf('ws://no-such-host.invalid:1')).end()).code).toBe('HOST_DNS');
    for (const url of ['', 'ftp://127.0.0.1', 'nothing']) expect((await new Dialled(dial, targetOf(url)).end()).code).toBe('HOST_UNREACHABLE');
  });

  test('a host that accepts and says nothing, or a byte now and then, is given up in time', async () => {
    const drip = createServer((socket) => {
      socket.on('error', () => {}).resume();
      const dripping = setInterval(() => socket.write(socket.bytesWritten === 0 ? 'HTTP/1.1 101 Ok\r\nX: ' : 'x'), 50);
      socket.on('close', () => clearInterval(dripping));
    });
    await new Promise<void>((resolve) => drip.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => drip.close(() => resolve())) });
    const proxy = await Proxy.start(() => (drip.address() as AddressInfo).port);
    open.push(proxy);
    const wheel = new Wheel(monotonic());
    open.push({ close: () => Promise.resolve(wheel.close()) });
    const greeted = (): Promise<Fault> =>
      new Promise((failed, reject) => {
        const never = (): void => reject(new Error('It was greeted.'));
        const events = { hello: () => '{"t":"hello"}', opened: () => {}, ready: never, failed, message: never, closed: never, bytes: () => {} };
        const greeting = new Greeting(dial, targetOf(`ws://127.0.0.1:${proxy.port}`), 400, wheel, events);
        open.push({ close: () => Promise.resolve(greeting.cancel()) });
      });
    expect(await greeted()).toMatchObject({ code: 'HOST_DIAL_TIMEOUT' });
    proxy.freeze();
    expect(await greeted()).toMatchObject({ code: 'HOST_DIAL_TIMEOUT' });
    proxy.thaw();
    await until(() => proxy.open === 0);
  });

  test('a redirect is not followed: the token would go with it', async () => {
    const elsewhere = await start();
    const location = `http://127.0.0.1:${elsewhere.port}/host`;
    const host = await start({
      request: (_request, response) => response.writeHead(307, { location }).end() !== null,
      upgrade: (_request, socket) => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`) !== null,
    });
    expect((await new Dialled(dial, targetOf(`ws://127.0.0.1:${host.port}`)).end()).code).toBe('HOST_BLOCKED');
    expect(elsewhere.requests).toEqual([]);
  });

  test('something that is no host: HTML for everything, garbage, a reset', async () => {
    const portal = await start({
      request: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>') !== null,
      upgrade: (_request, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi') !== null,
    });
    const garbage = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('\u0000\u0001 not http at all\r\n\r\n'),
    );
    await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => garbage.close(() => resolve())) });
    const reset = createServer((socket) => socket.resetAndDestroy());
    await new Promise<void>((resolve) => reset.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => reset.close(() => resolve())) });
    for (const port of [portal.port, (garbage.address() as AddressInfo).port, (reset.address() as AddressInfo).port])
      expect((await new Dialled(dial, targetOf(`ws://127.0.0.1:${port}`)).end()).code).toBe('HOST_BLOCKED');
  });

  test('a connection that is cut is lost once, and nothing comes after', async () => {
    const host = await start();
    const proxy = await Proxy.start(() => host.port);
    open.push(proxy);
    for (const how of ['reset', 'end'] as const) {
      const dialled = new Dialled(dial, targetOf(`ws://127.0.0.1:${proxy.port}`));
      await dialled.says(1);
      proxy.cut(how);
      expect((await dialled.end()).code).toBe('HOST_LOST');
      dialled.channel.send(ping(1));
      dialled.channel.close(1000, '');
      dialled.channel.terminate();
      await until(() => proxy.open === 0);
      expect(dialled.faults).toHaveLength(1);
    }
  });

  test('a frame above the limit ends it as no protocol', async () => {
    const host = await start({ frame: (guest) => guest.say(`"${'x'.repeat(8 * 1024 * 1024)}"`) });
    const dialled = new Dialled(dial, targetOf(`ws://127.0.0.1:${host.port}`));
    expect((await dialled.end()).code).toBe('HOST_PROTOCOL');
    expect(dialled.messages).toEqual([]);
  });

  test('a host that takes nothing is given up before what waits for it fills the memory', async () => {
    const host = await start();
    const proxy = await Proxy.start(() => host.port);
    open.push(proxy);
    const dialled = new Dialled(dial, targetOf(`ws://127.0.0.1:${proxy.port}`));
    await dialled.says(1);
    proxy.freeze();
    const frame = JSON.stringify({ t: 'ping', pad: 'x'.repeat(1024 * 1024) });
    let most = 0;
    for (let n = 0; n < 200 && dialled.faults.length === 0; n++) {
      dialled.channel.send(frame);
      most = Math.max(most, dialled.channel.bufferedBytes);
    }
    expect((await dialled.end()).why).toMatch(/took nothing/);
    expect(most).toBeLessThan(70 * 1024 * 1024);
  });

  test('one ended from this side while it is dialled is ended once, and leaves nothing open', async () => {
    const host = await start();
    const proxy = await Proxy.start(() => host.port);
    open.push(proxy);
    proxy.freeze();
    const dialled = new Dialled(dial, targetOf(`ws://127.0.0.1:${proxy.port}`));
    await until(() => proxy.open > 0);
    dialled.channel.terminate();
    await dialled.end();
    proxy.thaw();
    await until(() => proxy.open === 0);
    expect(dialled.faults).toHaveLength(1);
  });
});

test('websocket: a binary frame is no protocol; a wrong UTF-8 neither', async () => {
  const host = await start({ frame: (guest) => 'ping' in guest.raw && guest.raw.send(Buffer.from('{}'), { binary: true }) });
  expect((await new Dialled(dialWebSocket, targetOf(`ws://127.0.0.1:${host.port}`)).end()).code).toBe('HOST_PROTOCOL');
  const broken = await start({ frame: (guest) => 'ping' in guest.raw && guest.raw.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }) });
  expect((await new Dialled(dialWebSocket, targetOf(`ws://127.0.0.1:${broken.port}`)).end()).code).toBe('HOST_PROTOCOL');
});

test('http: a batch whose answer is lost is sent again with its number and taken once', async () => {
  let posts = 0;
  const host = await start({
    request: (request, response) => {
      if (request.method !== 'POST' || !request.url?.endsWith('/frames')) return false;
      posts++;
      if (posts % 3 === 1) request.socket.resetAndDestroy();
      else if (posts % 3 === 2) response.writeHead(502).end('bad gateway');
      else return false;
      return true;
    },
  });
  const dialled = new Dialled(dialHttp, targetOf(`http://127.0.0.1:${host.port}`));
  await dialled.says(1);
  for (let at = 1; at <= 3; at++) {
    dialled.channel.send(ping(at));
    await until(() => dialled.channel.bufferedBytes === 0);
  }
  expect(host.frames.slice(1)).toEqual([ping(1), ping(2), ping(3)]);
  expect(posts).toBe(9);
  expect(dialled.faults).toEqual([]);
  dialled.channel.terminate();
});

test('http: frames of one turn travel in one batch', async () => {
  const host = await start();
  const dialled = new Dialled(dialHttp, targetOf(`http://127.0.0.1:${host.port}`));
  await dialled.says(1);
  for (let at = 0; at < 300; at++) dialled.channel.send(ping(at));
  await until(() => host.frames.length === 301);
  expect(host.requests.filter((request) => /^POST .*frames$/.test(request))).toHaveLength(1);
  dialled.channel.terminate();
});

test('http: a connection the host has forgotten is lost, not blocked', async () => {
  const host = await start({
    request: (request, response) => /POST/.test(request.method ?? '') && /frames/.test(request.url ?? '') && response.writeHead(404).end() !== null,
  });
  const dialled = new Dialled(dialHttp, targetOf(`http://127.0.0.1:${host.port}`));
  await dialled.says(1);
  dialled.channel.send(ping(1));
  expect((await dialled.end()).code).toBe('HOST_LOST');
});

test('http: what was sent before the close is delivered before the connection is deleted', async () => {
  const host = await start();
  const dialled = new Dialled(dialHttp, targetOf(`http://127.0.0.1:${host.port}`));
  await dialled.says(1);
  dialled.channel.send(ping(7));
  dialled.channel.close(1000, 'done');
  await dialled.end();
  expect(host.frames.at(-1)).toBe(ping(7));
  expect(host.requests.at(-1)).toMatch(/^DELETE/);
});

test('http: one that is closed while its hello is on the way is deleted when the host has answered', async () => {
  const host = await start();
  const proxy = await Proxy.start(() => host.port);
  open.push(proxy);
  proxy.delay(200);
  const dialled = new Dialled(dialHttp, targetOf(`http://127.0.0.1:${proxy.port}`));
  await until(() => proxy.open > 0);
  dialled.channel.close(1000, 'not needed');
  await dialled.end();
  expect(host.requests).toEqual(['POST /host/link', 'DELETE /host/link/c1']);
});
