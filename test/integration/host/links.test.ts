/** Links on the wire: the greeting, streams over several connections, resume, takeover, centers side by side. */
import { expect, test } from 'vitest';
import { until } from '#test/support/agents/trial.ts';
import { greeted, hello, testHost, wire } from '#test/support/host-wire.ts';

test('a hello is answered by a welcome that names host and version, a ping by a pong with the load', async () => {
  const host = await testHost({ name: 'builder' });
  const { welcome, ...center } = await greeted(host.port, { protocols: [9, 1] });
  expect(welcome).toMatchObject({ protocol: 1, streams: [], tokenUntil: null, host: { name: 'builder', version: 'test', pid: process.pid } });
  expect(welcome.host.workRoot).toContain('center_a');
  center.send({ t: 'ping', at: 17 });
  expect(await center.frame('pong')).toMatchObject({ at: 17, load: { sessions: 0, spooledBytes: 0 } });
});

test('every event of a probe comes once and in order, over two connections of which one is cut', async () => {
  const host = await testHost();
  const one = await greeted(host.port, { role: 'probe', window: 50 });
  const two = await greeted(host.port, { role: 'probe', window: 50 });
  const seen = new Map<string, number[]>();
  const take = (from: typeof one): void => {
    for (const frame of from.frames.splice(0)) {
      if (frame.t !== 'events') continue;
      const cursors = frame.batch.map(({ sessionId, events }) => {
        const list = seen.get(sessionId) ?? [];
        seen.set(sessionId, list);
        for (const { seq } of events) if (seq === (list.at(-1) ?? 0) + 1) list.push(seq);
        return { sessionId, epoch: events[0]?.epoch ?? '', seq: list.at(-1) ?? 0 };
      });
      const way = two.closed() ? one : from;
      way.send({ t: 'ack', cursors });
    }
  };
  await one.call('probe.stream', { streams: 20, count: 1000, bytes: 200, perSecond: 0 });
  let cut = false;
  await until(() => {
    take(one);
    take(two);
    if (!cut && seen.size === 20) {
      cut = true;
      two.socket.terminate();
    }
    return seen.size === 20 && [...seen.values()].every((list) => list.length === 1000);
  });
  for (const list of seen.values()) expect(list).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
});

test('a newer run of a center takes the place of the older, and keeps it', async () => {
  const host = await testHost();
  const older = await greeted(host.port, { link: 'old' });
  await greeted(host.port, { link: 'new' });
  await until(() => older.closed() !== null);
  expect(older.closed()?.code).toBe(4409);
  const late = await wire(host.port);
  late.send(hello({ link: 'old' }));
  await until(() => late.closed() !== null);
  expect(late.closed()?.code).toBe(4409);
});
