/** Hosts that say what a host never says: nothing of it is stored, and the reason is shown. */
import { expect, onTestFinished, test } from 'vitest';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import { CenterFrame, type Cursor } from '#shared/host-protocol/frames.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { ScriptedHost, WELCOME, type Guest } from '#test/support/net/scripted-host.ts';
import { testCenter } from '#test/support/pool/center.ts';

const RUN: Cursor = { sessionId: 'ses_1', epoch: 'att_1', seq: 0 };
const numbered = (seq: number, epoch = RUN.epoch): NumberedEvent => ({ epoch, seq, at: 1, event: { kind: 'message', from: 'person', text: `number ${seq}` } });
const events = (list: NumberedEvent[], sessionId = RUN.sessionId): string => JSON.stringify({ t: 'events', batch: [{ sessionId, events: list }] });
const LOAD = { sessions: 0, loopDelayMs: 0, rssBytes: 0, spooledBytes: 0 };

type Play = (guest: Guest, frame: CenterFrame, round: number) => void;

/** A host that greets, answers beats, and plays what the test says at each frame. `round` counts its connections from 1. */
async function playing(play: Play, welcome = WELCOME): Promise<{ host: ScriptedHost; frames: CenterFrame[] }> {
  const frames: CenterFrame[] = [];
  const rounds = new Map<Guest, number>();
  const host = await ScriptedHost.start({
    frame(guest, text) {
      const frame = CenterFrame.parse(JSON.parse(text));
      frames.push(frame);
      if (frame.t === 'hello') {
        rounds.set(guest, rounds.size + 1);
        guest.say(welcome);
      }
      if (frame.t === 'ping') guest.say(JSON.stringify({ t: 'pong', at: frame.at, load: LOAD }));
      play(guest, frame, rounds.get(guest) ?? 0);
    },
  });
  onTestFinished(() => host.close());
  return { host, frames };
}

function centerOf(host: ScriptedHost, cursors: Cursor[] = [RUN]): ReturnType<typeof testCenter> {
  const center = testCenter({ cursors: () => cursors });
  center.add('h', targetOf(`ws://127.0.0.1:${host.port}`));
  return center;
}
const numbers = (center: ReturnType<typeof testCenter>): number[] => [...center.taken.values()].flat().map(({ seq }) => seq);

test('events of a run that was not given to the host, or of an unknown epoch, are not stored: HOST_PROTOCOL', async () => {
  for (const lie of [events([numbered(1)], 'ses_other'), events([numbered(1, 'att_other')])]) {
    const { host } = await playing((guest, frame, round) => frame.t === 'hello' && round === 1 && guest.say(lie));
    const center = centerOf(host);
    await until(() => center.facts('h').code === 'HOST_PROTOCOL');
    expect(center.facts('h').cause).toContain('not given to it');
    expect(center.taken.size).toBe(0);
    await center.pool.close();
  }
});

test('a jump is asked for again once, and goes on when the host sends what was missing', async () => {
  const { host, frames } = await playing((guest, frame) => {
    if (frame.t === 'hello') guest.say(events([numbered(1), numbered(2), numbered(5), numbered(6)]));
    if (frame.t === 'resume') guest.say(events([3, 4, 5, 6, 7].map((seq) => numbered(seq))));
  });
  const center = centerOf(host);
  await until(() => numbers(center).length === 7);
  expect(numbers(center)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(frames.filter((frame) => frame.t === 'resume')).toEqual([{ t: 'resume', cursors: [{ ...RUN, seq: 2 }] }]);
  expect(center.events('gap')).toHaveLength(1);
  expect(center.facts('h')).toMatchObject({ state: 'ready', gaps: 1 });
});

test('a jump that the host does not make good ends the connection: nothing out of order is stored', async () => {
  const { host } = await playing((guest, frame, round) => frame.t === 'hello' && round === 1 && guest.say(events([numbered(1), numbered(9)])));
  const center = centerOf(host);
  await until(() => center.facts('h').code === 'HOST_PROTOCOL');
  expect(numbers(center)).toEqual([1]);
  expect(center.facts('h').cause).toContain('after number 1 came 9');
});

test('numbers that go back are counted and left out, and acknowledged again', async () => {
  const { host, frames } = await playing((guest, frame) => {
    if (frame.t !== 'hello') return;
    guest.say(events([1, 2, 3].map((seq) => numbered(seq))));
    guest.say(events([2, 1, 3, 4].map((seq) => numbered(seq))));
  });
  const center = centerOf(host);
  await until(() => frames.some((frame) => frame.t === 'ack' && frame.cursors.some(({ seq }) => seq === 4)));
  expect(numbers(center)).toEqual([1, 2, 3, 4]);
  expect(center.facts('h').duplicatesDropped).toBe(3);
});

test('an acknowledgement that was lost with its connection is said again', async () => {
  const { host, frames } = await playing((guest, frame, round) => {
    if (frame.t === 'hello' && round === 1) guest.say(events([numbered(1)]));
    if (frame.t === 'ack' && round === 1) guest.end(1001, 'gone');
  });
  const center = centerOf(host);
  await until(() => frames.filter((frame) => frame.t === 'ack').length === 2);
  expect(frames.findLast((frame) => frame.t === 'ack')).toMatchObject({ cursors: [{ ...RUN, seq: 1 }] });
  // And what is stored is said in the second hello.
  expect(frames.findLast((frame) => frame.t === 'hello')).toMatchObject({ fresh: true, have: [{ ...RUN, seq: 1 }] });
  expect(numbers(center)).toEqual([1]);
});

test('what the host still holds of a run that is closed here is acknowledged and shown to nobody', async () => {
  const held = { sessionId: 'ses_old', epoch: 'att_old', seq: 3, first: 2, recovered: true, live: false };
  const welcome = JSON.stringify({ ...JSON.parse(WELCOME), streams: [held] });
  const { host, frames } = await playing(
    (guest, frame) => frame.t === 'hello' && guest.say(events([numbered(2, 'att_old'), numbered(3, 'att_old')], 'ses_old')),
    welcome,
  );
  const center = centerOf(host, []);
  await until(() => frames.some((frame) => frame.t === 'ack'));
  expect(frames.find((frame) => frame.t === 'ack')).toMatchObject({ cursors: [{ sessionId: 'ses_old', epoch: 'att_old', seq: 3 }] });
  expect(center.streams).toMatchObject([[{ sessionId: 'ses_old', seq: 3 }]]);
  expect(center.taken.size).toBe(0);
  expect(center.facts('h')).toMatchObject({ state: 'ready', code: null });
});

test('what is not a frame ends the connection, a frame of a later version does not', async () => {
  for (const garbage of ['no json', '[]', '{"t":"events","batch":[{"sessionId":1}]}', '{"t":"events"}', '"text"', '['.repeat(200_000)]) {
    const { host } = await playing((guest, frame, round) => frame.t === 'hello' && round === 1 && guest.say(garbage));
    const center = centerOf(host);
    await until(() => center.facts('h').code === 'HOST_PROTOCOL');
    expect(center.taken.size).toBe(0);
    await center.pool.close();
  }
  const { host } = await playing((guest, frame) => frame.t === 'hello' && guest.say('{"t":"weather","sun":true}'));
  const center = centerOf(host);
  await until(() => center.facts('h').latency !== null);
  expect(center.facts('h')).toMatchObject({ state: 'ready', code: null, reconnects: 0 });
});

test('a host that breaks the protocol each time is not dialled in a storm', async () => {
  const { host } = await playing((guest, frame) => frame.t === 'hello' && guest.say('no json'));
  const center = centerOf(host);
  const welcomes = () => center.events('socket').filter((event) => event.to === 'ready');
  await until(() => welcomes().length === 3);
  const [first, second, third] = welcomes();
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
  expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThan(1900);
});

test('a changed window is told to the host at once', async () => {
  const { host, frames } = await playing(() => undefined);
  const target = targetOf(`ws://127.0.0.1:${host.port}`);
  const center = centerOf(host);
  await center.is('h', 'ready');
  center.add('h', target, { limit: { window: 7 } });
  await until(() => frames.some((frame) => frame.t === 'ack'));
  expect(frames.find((frame) => frame.t === 'ack')).toEqual({ t: 'ack', cursors: [], window: 7 });
});

test('a beat that was not sent is not answered: a made-up latency does not count', async () => {
  const { host } = await playing((guest, frame) => frame.t === 'hello' && guest.say(JSON.stringify({ t: 'pong', at: -1e9, load: LOAD })));
  const center = centerOf(host);
  await until(() => center.facts('h').latency !== null);
  expect(center.facts('h').latency?.p99).toBeLessThan(60_000);
});

test('a command is asked once more over another connection with the same key when its connection is lost', async () => {
  const { host, frames } = await playing((guest, frame, round) => {
    if (frame.t !== 'command') return;
    if (round === 1) guest.end(1001, 'gone');
    else guest.say(JSON.stringify({ t: 'reply', id: frame.id, ok: true, output: { sessions: [] } }));
  });
  const center = centerOf(host);
  await center.is('h', 'ready');
  expect(await center.pool.of('h').call('session.list', {}, { key: 'once' })).toEqual({ ok: true, value: { sessions: [] } });
  expect(frames.filter((frame) => frame.t === 'command').map((frame) => frame.id)).toEqual(['once', 'once']);
});

test('a breaker opens after failures in a row, refuses at once, and closes when the host answers again', async () => {
  let mute = true;
  const { host } = await playing((guest, frame) => {
    if (frame.t === 'command' && !mute) guest.say(JSON.stringify({ t: 'reply', id: frame.id, ok: true, output: { sessions: [] } }));
  });
  const center = testCenter({ settings: { health: { breakerFailures: 3, breakerOpenMs: 500, consecutiveErrors: 100 } } });
  center.add('h', targetOf(`ws://127.0.0.1:${host.port}`), { limit: { beatMs: 10_000 } });
  await center.is('h', 'ready');
  const link = center.pool.of('h');
  for (let i = 0; i < 3; i++) expect(await link.call('session.list', {}, { timeoutMs: 50 })).toMatchObject({ fault: { code: 'HOST_TIMEOUT' } });
  expect(center.facts('h').breaker.state).toBe('open');
  expect(center.pool.choose(['h'])).toBe(null);
  expect(await link.call('session.list', {})).toMatchObject({ fault: { code: 'HOST_UNREACHABLE' } });
  mute = false;
  await until(() => center.facts('h').breaker.state !== 'open');
  await until(() => center.facts('h').breaker.state === 'closed' || center.pool.choose(['h']) === 'h');
  expect(await link.call('session.list', {})).toMatchObject({ ok: true });
  expect(center.facts('h').breaker.state).toBe('closed');
});
