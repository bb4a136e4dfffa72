/** The link over HTTP: the same frames, batches in order and once, and why it ended. */
import { expect, test } from 'vitest';
import { until } from '#test/support/agents/trial.ts';
import { ask, httpWire, refusalOf } from '#test/support/host-http.ts';
import { greeted, hello, testHost } from '#test/support/host-wire.ts';

const probe = hello({ role: 'probe', center: 'probe', window: 100 });
const echo = (id: string, text: string): unknown => ({ t: 'command', id, name: 'probe.echo', input: { text } });

test('a hello by POST, the welcome as the first event, commands in batches', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, probe);
  await until(() => link.frames.length > 0);
  expect(link.frames[0]).toMatchObject({ t: 'welcome', protocol: 1 });
  expect((await link.post(1, [echo('a', 'one'), { t: 'ping', at: 5 }])).status).toBe(204);
  await until(() => link.frames.length === 3);
  expect(link.frames.map((frame) => frame.t).toSorted()).toEqual(['pong', 'reply', 'welcome']);
});

test('a batch that comes again is not carried out again, a jump is refused and changes nothing', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, probe);
  const pongs = (): number[] => link.frames.flatMap((frame) => (frame.t === 'pong' ? [frame.at] : []));
  expect((await link.post(1, [{ t: 'ping', at: 1 }])).status).toBe(204);
  expect((await link.post(1, [{ t: 'ping', at: 1 }])).status).toBe(204);
  const jump = await link.post(3, [{ t: 'ping', at: 3 }]);
  expect([jump.status, refusalOf(jump).reason]).toEqual([409, 'batch 2 comes next, not 3']);
  expect((await link.post(2, [{ t: 'ping', at: 2 }])).status).toBe(204);
  expect((await link.post(3, [{ t: 'ping', at: 3 }])).status).toBe(204);
  await until(() => pongs().includes(3));
  expect(pongs()).toEqual([1, 2, 3]);
});

test('a frame of a later version costs the others in its batch nothing; what is no frame ends the connection', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, probe);
  expect(
    (
      await link.post(1, [
        { t: 'dance', with: 'me' },
        { t: 'ping', at: 1 },
      ])
    ).status,
  ).toBe(204);
  await until(() => link.frames.some((frame) => frame.t === 'pong'));
  const bad = await link.post(2, [
    { t: 'ping', at: 'never' },
    { t: 'ping', at: 2 },
  ]);
  expect([bad.status, refusalOf(bad).code]).toEqual([400, 4400]);
  await until(() => link.over());
  expect(link.end()).toMatchObject({ code: 4400 });
  expect(refusalOf(await link.post(3, []))).toMatchObject({ code: 4400 });
});

test('refusals say their code: token, version, no hello, an unknown connection, a second reader', async () => {
  const host = await testHost();
  const open = async (body: unknown, token?: string | null): Promise<[number, number]> => {
    const answer = await ask(host.port, 'POST', '/host/link', body, token);
    return [answer.status, refusalOf(answer).code];
  };
  expect(await open(probe, null)).toEqual([401, 4401]);
  expect(await open(probe, 'x'.repeat(40))).toEqual([401, 4401]);
  expect(await open({ ...probe, protocols: [7] })).toEqual([406, 4406]);
  expect(await open({ t: 'ping', at: 1 })).toEqual([400, 4400]);
  expect(await open('{"t":"hello"')).toEqual([400, 4400]);
  expect((await ask(host.port, 'GET', '/host/link/nobody/frames')).status).toBe(404);
  const link = await httpWire(host.port, probe);
  expect((await ask(host.port, 'GET', `/host/link/${link.id}/frames`)).status).toBe(409);
  expect((await ask(host.port, 'PUT', `/host/link/${link.id}`)).status).toBe(405);
});

test('a newer run of the center ends an HTTP connection with its code, also for who posts afterwards', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, hello({ link: 'old' }));
  await greeted(host.port, { link: 'new' });
  await until(() => link.over());
  expect(link.end()).toMatchObject({ code: 4409 });
  const late = await link.post(1, [{ t: 'ping', at: 1 }]);
  expect([late.status, refusalOf(late).code]).toEqual([409, 4409]);
});

test('DELETE ends the connection', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, probe);
  expect((await ask(host.port, 'DELETE', `/host/link/${link.id}`)).status).toBe(204);
  await until(() => link.over());
  expect((await link.post(1, [])).status).toBe(408);
});

test('a reader that stops reading holds the events back, and has all of them in order when it goes on', async () => {
  const host = await testHost();
  const link = await httpWire(host.port, { ...probe, window: 100_000 });
  link.pause();
  await link.post(1, [{ t: 'command', id: 'flood', name: 'probe.stream', input: { streams: 8, count: 2000, bytes: 4096, perSecond: 0 } }]);
  // What is on its way stays bounded by credit and high water, not by what there is: 8 × 8 MB.
  link.resume();
  const seen = new Map<string, number[]>();
  let n = 1;
  await until(async () => {
    const cursors = [];
    for (const frame of link.frames.splice(0)) {
      if (frame.t !== 'events') continue;
      for (const { sessionId, events } of frame.batch) {
        const list = seen.get(sessionId) ?? [];
        seen.set(sessionId, list);
        list.push(...events.map(({ seq }) => seq));
        cursors.push({ sessionId, epoch: events[0]?.epoch ?? '', seq: list.at(-1) ?? 0 });
      }
    }
    if (cursors.length > 0) await link.post(++n, [{ t: 'ack', cursors }]);
    return seen.size === 8 && [...seen.values()].every((list) => list.length >= 2000);
  });
  for (const list of seen.values()) expect(list).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1));
});

test('the streams of an HTTP connection that is cut go on over a WebSocket of the same link', async () => {
  const host = await testHost();
  const http = await httpWire(host.port, probe);
  await http.post(1, [{ t: 'command', id: 'some', name: 'probe.stream', input: { streams: 1, count: 150, bytes: 10, perSecond: 0 } }]);
  const numbers = (frames: readonly (typeof http.frames)[number][]): number[] =>
    frames.flatMap((frame) => (frame.t === 'events' ? frame.batch.flatMap(({ events }) => events.map(({ seq }) => seq)) : []));
  await until(() => numbers(http.frames).length === 100);
  const [epoch, sessionId] = ['probe_1', 'probe_1_0'];
  await http.post(2, [{ t: 'ack', cursors: [{ sessionId, epoch, seq: 60 }] }]);
  await until(() => numbers(http.frames).length === 150);
  const socket = await greeted(host.port, probe);
  http.cut();
  await until(() => numbers(socket.frames).length === 90);
  expect(numbers(socket.frames)).toEqual(Array.from({ length: 90 }, (_, index) => 61 + index));
});
