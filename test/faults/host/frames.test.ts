/** Frames that are wrong in every way a center could send them: a clear end of that connection, and the host goes on. */
import { expect, test } from 'vitest';
import { until } from '#test/support/agents/trial.ts';
import { httpWire } from '#test/support/host-http.ts';
import { greeted, hello, testHost, wire, type Wire } from '#test/support/host-wire.ts';
import { handshake, tcp } from '#test/support/raw-socket.ts';

const probe = hello({ role: 'probe' });
const nested = (depth: number): string => `{"t":"command","id":"x","name":"probe.echo","input":${'['.repeat(depth)}${']'.repeat(depth)}}`;

async function closedAfter(port: number, send: (to: Wire) => void): Promise<{ code: number; reason: string }> {
  const opened = await wire(port);
  send(opened);
  await until(() => opened.closed() !== null);
  return opened.closed() ?? { code: 0, reason: '' };
}

test('what comes before a hello, and what is no hello, ends the connection', async () => {
  const host = await testHost();
  const closed = (text: string): Promise<{ code: number; reason: string }> => closedAfter(host.port, (to) => to.raw(text));
  expect(await closed('{"t":"ping","at":1}')).toEqual({ code: 4400, reason: 'hello comes first' });
  expect(await closed('{"t":"surprise"}')).toEqual({ code: 4400, reason: 'hello comes first' });
  expect(await closed('not json')).toEqual({ code: 4400, reason: 'a frame is JSON' });
  expect(await closed('{"t":"hello","protocols":[1]')).toEqual({ code: 4400, reason: 'a frame is JSON' });
  expect((await closed('{"t":"hello","protocols":[1]}')).reason).toMatch(/^"hello" has the wrong shape: center/);
  expect((await closed(JSON.stringify({ ...probe, protocols: [] }))).code).toBe(4400);
  expect((await closed('null')).code).toBe(4400);
  expect((await closed(`{"t":${'9'.repeat(400)}}`)).code).toBe(4400);
});

test('a version this host does not speak is refused with the one it speaks', async () => {
  const host = await testHost();
  expect(await closedAfter(host.port, (to) => to.send({ ...probe, protocols: [2, 3] }))).toEqual({ code: 4406, reason: 'this host speaks version 1' });
});

test('silence after the opening ends it, within the time of a hello', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const began = performance.now();
  expect((await closedAfter(host.port, () => {})).code).toBe(4408);
  expect(performance.now() - began).toBeGreaterThan(4500);
});

test('who says nothing for 20 s is ended; until then comments keep a quiet stream of frames open', { timeout: 90_000 }, async () => {
  const host = await testHost();
  const [socket, http] = [await greeted(host.port, { role: 'probe' }), await httpWire(host.port, { ...probe, link: 'http' })];
  const beating = await greeted(host.port, { role: 'probe', link: 'beating' });
  const beat = setInterval(() => beating.send({ t: 'ping', at: 1 }), 5000);
  try {
    await until(() => socket.closed() !== null && http.over());
  } finally {
    clearInterval(beat);
  }
  expect([socket.closed()?.code, http.end()?.code, beating.closed()]).toEqual([4408, 4408, null]);
  expect(http.comments()).toBeGreaterThan(0);
});

test('a second hello, deep nesting and the wrong shape of a known frame end a welcomed connection; an unknown frame does not', async () => {
  const host = await testHost();
  const after = async (text: string): Promise<number | undefined> => {
    const center = await greeted(host.port, { role: 'probe', link: text.slice(0, 40) });
    center.raw(text);
    center.raw('{"t":"ping","at":42}');
    await until(() => center.closed() !== null || center.frames.some((frame) => frame.t === 'pong'));
    return center.closed()?.code;
  };
  expect(await after(JSON.stringify(probe))).toBe(4400);
  expect(await after(nested(100))).toBe(4400);
  expect(await after(nested(1_000_000))).toBe(4400);
  expect(await after('{"t":"ack","cursors":[{"sessionId":"a","epoch":"b","seq":-1}]}')).toBe(4400);
  expect(await after('{"t":"command","id":"","name":"x"}')).toBe(4400);
  expect(await after(`{"t":"command","id":"${'x'.repeat(201)}","name":"x"}`)).toBe(4400);
  expect(await after('{"t":"later","with":[1,2,3]}')).toBeUndefined();
  expect(await after(nested(40))).toBeUndefined();
});

test('a frame of 8 MiB is taken, one byte more is not', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const frameOf = (size: number): string => `{"t":"later","x":"${'x'.repeat(size - '{"t":"later","x":""}'.length)}"}`;
  const center = await greeted(host.port, { role: 'probe' });
  center.raw(frameOf(8 * 1024 * 1024));
  center.send({ t: 'ping', at: 1 });
  await center.frame('pong');
  center.raw(frameOf(8 * 1024 * 1024 + 1));
  await until(() => center.closed() !== null);
  expect(center.closed()?.code).toBe(1009);
});

test('acknowledgements that jump back, beyond what there is, or of what nobody has, change nothing', async () => {
  const host = await testHost();
  const center = await greeted(host.port, { role: 'probe', window: 10 });
  await center.call('probe.stream', { streams: 1, count: 30, bytes: 10, perSecond: 0 });
  const [sessionId, epoch] = ['probe_1_0', 'probe_1'];
  const ack = (seq: number, more: object = {}): void => center.send({ t: 'ack', cursors: [{ sessionId, epoch, seq, ...more }] });
  const numbers = (): number[] => center.events(sessionId).map(({ seq }) => seq);
  await until(() => numbers().length === 10);
  ack(5);
  await until(() => numbers().length === 15);
  ack(2);
  ack(0);
  center.send({ t: 'ack', cursors: [{ sessionId: 'nobody', epoch: 'nothing', seq: 9 }] });
  center.send({ t: 'ping', at: 1 });
  await center.frame('pong');
  expect(numbers()).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  center.send({ t: 'resume', cursors: [{ sessionId, epoch, seq: 12 }] });
  await until(() => numbers().length > 15);
  expect(numbers().slice(15)).toEqual([13, 14, 15]);
  // Beyond the end: as much as there is, so the stream is done.
  ack(10_000);
  expect(await center.call('probe.echo', { text: 'well' })).toMatchObject({ ok: true });
  expect(numbers()).toHaveLength(18);
});

test('who is slow with the headers, or sends none, is cut off and costs nobody else', { timeout: 60_000 }, async () => {
  const host = await testHost();
  const slow = await Promise.all(Array.from({ length: 40 }, () => tcp(host.port)));
  const text = handshake();
  for (const [index, { socket }] of slow.entries()) if (index % 2 === 0) socket.write(text.slice(0, 60));
  let at = 60;
  const drip = setInterval(() => {
    for (const [index, { socket }] of slow.entries()) if (index % 2 === 0 && !socket.destroyed) socket.write(text.slice(at, at + 1));
    at++;
  }, 100);
  try {
    const center = await greeted(host.port, { role: 'probe' });
    expect(await center.call('probe.echo', { text: 'quick' })).toMatchObject({ ok: true });
    await until(() => slow.every(({ gone }) => gone()));
    for (const [index, { text: heard }] of slow.entries()) if (index % 2 === 0) expect(heard()).toMatch(/^HTTP\/1\.1 408/);
  } finally {
    clearInterval(drip);
  }
});
