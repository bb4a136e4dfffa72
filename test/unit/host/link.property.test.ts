/** A link under any order of connections, losses, acknowledgements and full channels: every event arrives, in order, and nothing is left lying. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counters } from '#host/metrics/counters.ts';
import { MemoryStream } from '#host/probe/memory-stream.ts';
import { AnsweredCommands } from '#host/server/answered.ts';
import type { HostChannel } from '#host/server/channel.ts';
import { Link, type LinkConnection } from '#host/server/link.ts';
import { HostFrame } from '#shared/host-protocol/frames.ts';
import { hello } from '#test/support/host-wire.ts';

const STREAMS = 12;
const COUNT = 250;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A network that takes nothing until it is told to: a frame or two and the channel is full. */
class FakeConnection implements LinkConnection {
  buffered = 0;
  readonly sent: string[] = [];
  readonly channel: HostChannel;

  constructor() {
    const { sent } = this;
    const buffered = (): number => this.buffered;
    this.channel = {
      transport: 'websocket',
      send: (text) => {
        sent.push(text);
        this.buffered += text.length * 40;
      },
      get bufferedBytes() {
        return buffered();
      },
      close: () => {},
      terminate: () => {},
    };
  }
  /** Told when the link ends it. */
  ended: () => void = () => {};
  close(): void {
    this.ended();
  }
}

/** The center's side: takes what is next, counts what it has, notes what it should not see. */
class Center {
  readonly taken = new Map<string, number>();
  gaps = 0;

  read(connection: FakeConnection): void {
    for (const text of connection.sent.splice(0)) {
      const frame = HostFrame.parse(JSON.parse(text));
      if (frame.t !== 'events') continue;
      for (const { sessionId, events } of frame.batch) {
        for (const { seq } of events) {
          const last = this.taken.get(sessionId) ?? 0;
          if (seq === last + 1) this.taken.set(sessionId, seq);
          else if (seq > last) this.gaps++;
        }
      }
    }
  }
  cursors(): { sessionId: string; epoch: string; seq: number }[] {
    return [...this.taken].map(([sessionId, seq]) => ({ sessionId, epoch: 'e', seq }));
  }
}

function linkOf(streams: ReadonlyMap<string, MemoryStream>): Link {
  return new Link({
    center: 'c',
    id: 'l',
    role: 'probe',
    answered: new AnsweredCommands(),
    counters: new Counters(),
    carryOut: () => Promise.reject(new Error('none')),
    source: {
      all: () => [...streams.values()],
      get: (sessionId) => streams.get(sessionId),
      isLive: () => true,
      acknowledge: (stream, seq) => void streams.get(stream.sessionId)?.acknowledge(seq),
    },
  });
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('turn' as const) },
  { weight: 2, arbitrary: fc.constantFrom('read' as const, 'ack' as const, 'drain' as const) },
  { weight: 2, arbitrary: fc.constant('grow' as const) },
  fc.constantFrom('join', 'fresh', 'heard', 'leave', 'resume'),
);

test('whatever happens to the connections, all events arrive once they are left in peace', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(5)), { maxLength: 60 }), fc.constantFrom(1, 7, 100, 5000), fc.boolean(), async (steps, window, grows) => {
      const streams = new Map<string, MemoryStream>(
        Array.from(
          { length: STREAMS },
          (_, n) => [`s${n}`, new MemoryStream({ sessionId: `s${n}`, epoch: 'e', count: COUNT, bytes: 10, perSecond: grows ? 1000 : 0, beginMs: 0 })] as const,
        ),
      );
      const link = linkOf(streams);
      const center = new Center();
      const open: FakeConnection[] = [];
      const leave = (connection: FakeConnection): void => {
        open.splice(open.indexOf(connection), 1);
        link.leave(connection);
      };
      const join = (fresh: boolean): void => {
        const connection = new FakeConnection();
        connection.ended = () => leave(connection);
        link.join(connection, hello({ window, have: center.cursors(), fresh }));
        open.push(connection);
        link.begin();
      };
      const drain = (connection: FakeConnection): void => {
        connection.buffered = 0;
        link.drained(connection);
      };
      // Some of the streams say more; what they said last is not said again by anything else.
      const grow = (some: (index: number) => boolean, by: number): void => {
        for (const [index, stream] of [...streams.values()].entries()) {
          if (some(index) && stream.advance(stream.durable + by - 1, 0)) link.wake(stream);
        }
      };
      const acknowledge = (): void => link.acknowledge({ t: 'ack', cursors: center.cursors() });

      for (const [what, n] of steps) {
        const connection = open[n % Math.max(1, open.length)];
        if (what === 'join') {
          if (open.length < 4) join(false);
        } else if (what === 'fresh') {
          if (open.length < 6) join(true);
        } else if (what === 'ack') acknowledge();
        else if (what === 'resume') link.resume({ t: 'resume', cursors: center.cursors() });
        else if (what === 'turn') await turn();
        else if (what === 'grow') grow((index) => index % 3 === n % 3, 20 * (n + 1));
        else if (!connection) continue;
        else if (what === 'leave') {
          // What was on its way may still arrive, or be lost.
          if (n % 2 === 0) center.read(connection);
          leave(connection);
        } else if (what === 'heard') link.heard(connection);
        else if (what === 'drain') drain(connection);
        else center.read(connection);
      }

      // Peace: a window that holds everything needs no acknowledgement any more; one would hide a stream that was forgotten.
      if (open.length === 0) join(false);
      grow((index) => (streams.get(`s${index}`)?.durable ?? 0) < COUNT, COUNT);
      if (window < COUNT) acknowledge();
      for (let quiet = 0; quiet < 4;) {
        const before = JSON.stringify(center.cursors());
        for (const connection of open) drain(connection);
        await turn();
        for (const connection of open) center.read(connection);
        if (JSON.stringify(center.cursors()) === before) quiet++;
        else {
          quiet = 0;
          if (window < COUNT) acknowledge();
        }
      }
      expect(center.gaps).toBe(0);
      expect([...center.taken.values()]).toEqual(Array.from({ length: STREAMS }, () => COUNT));
    }),
    { numRuns: 300 },
  );
}, 120_000);

test('a stream whose last event waits on one connection when all before it is acknowledged is not forgotten between two', async () => {
  const stream = new MemoryStream({ sessionId: 's0', epoch: 'e', count: 6, bytes: 10, perSecond: 1000, beginMs: 0 });
  const link = linkOf(new Map([['s0', stream]]));
  const center = new Center();
  const both = [new FakeConnection(), new FakeConnection()];
  for (const connection of both) link.join(connection, hello({ window: 100 }));
  link.begin();
  const say = (upTo: number): void => {
    stream.advance(upTo - 1, 0);
    link.wake(stream);
  };
  const settle = async (): Promise<void> => {
    await turn();
    for (const connection of both) center.read(connection);
  };
  say(5);
  await settle();
  expect(center.taken.get('s0')).toBe(5);
  // In one turn of the loop: it stands in the line of its connection, and would now rest.
  say(6);
  link.acknowledge({ t: 'ack', cursors: center.cursors() });
  await settle();
  expect([center.taken.get('s0'), center.gaps]).toEqual([6, 0]);
});
