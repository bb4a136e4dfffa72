/**
 * How fast events of 200 characters are received: through the pool with numbers, acknowledgements and the check for doubles, from a real
 * agent host; beside raw `ws` with 20 events a frame, socket.io with one, and two other clients of the same raw server. Everybody parses
 * the JSON and counts. And what a logical session costs the receiver.
 */
import { WebSocket as PartySocket } from 'partysocket';
import { io } from 'socket.io-client';
import { WebSocket as Undici } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { bounded, compared, type Bench, type Figure } from '../lib/figure.ts';
import { benchPool, hostRow, target } from '../lib/pooled.ts';
import { startProgram } from '../lib/program.ts';
import { median } from '../lib/stats.ts';

const EVENTS = 300_000;
/** socket.io is that much slower: a third of the events measures as well. */
const IO_EVENTS = 100_000;
const STREAMS = 20;
const ROUNDS = 7;
const WARM_ROUNDS = 1;
const SESSIONS_ROUNDS = 3;

const ports = z.array(z.number().int());
type Frame = { batch: { events: unknown[] }[] };

export const bench: Bench = {
  name: 'receive',
  title: 'Receiving events of 200 characters',
  async run(say) {
    const host = await startProgram(import.meta.resolve('../lib/real-hosts.ts'), ['1'], ports);
    const peers = await startProgram(import.meta.resolve('../lib/senders.ts'), [], z.object({ raw: z.number(), io: z.number() }));
    const url = (count: number): string => `ws://127.0.0.1:${peers.said.raw}/?count=${count}`;
    const ways: Readonly<Record<string, () => Promise<number>>> = {
      pool: () => pooled(host.said[0] ?? 0),
      ws: () => plain(url(EVENTS)),
      'socket.io': () => overSocketIo(peers.said.io),
      undici: () => browserLike(new Undici(url(EVENTS))),
      partysocket: () => browserLike(new PartySocket(url(EVENTS), [], { WebSocket, maxRetries: 0 })),
    };
    const rates = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
    try {
      for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
        const order = Object.entries(ways);
        for (const [name, way] of round % 2 === 0 ? order : order.toReversed()) {
          const rate = await way();
          if (round >= 0) rates.get(name)?.push(rate);
        }
        if (round >= 0) say(`round ${round + 1}: ${[...rates].map(([name, all]) => `${name} ${Math.round((all.at(-1) ?? 0) / 1000)}k/s`).join(', ')}`);
      }
      const ours = median(rates.get('pool') ?? []);
      const beside = (figure: string, name: string, version: string, atLeast: number): Figure =>
        atLeastRatio(figure, ours, { name, version, value: median(rates.get(name) ?? []) }, atLeast);
      const memory: number[] = [];
      for (let i = 0; i < SESSIONS_ROUNDS; i++) {
        const program = await startProgram(import.meta.resolve('../lib/sessions-memory.ts'), [String(host.said[0])], z.number(), ['--expose-gc']);
        memory.push(program.said);
        await program.close();
      }
      say(`a session: ${memory.map((kib) => kib.toFixed(2)).join(', ')} KiB`);
      return [
        beside('received, numbered, acknowledged, each once', 'ws', '8.23.0', 0.6),
        beside('the same, against one event a message', 'socket.io', '4.8.4', 3),
        beside('the same, for scale', 'undici', '8.12.4', 0.6),
        beside('the same, for scale', 'partysocket', '1.3.0', 0.6),
        bounded('memory of the receiver for each of 1000 sessions', 'KiB', median(memory), 10, SESSIONS_ROUNDS * 1000),
      ];
    } finally {
      await peers.close();
      await host.close();
    }
  },
};

/** A rate beside a peer's: the goal is the least ratio that holds. */
function atLeastRatio(figure: string, ours: number, peer: { name: string; version: string; value: number }, least: number): Figure {
  const ratio = ours / peer.value;
  return { ...compared(figure, 'events/s', ours, peer, least, EVENTS * ROUNDS), goal: `ratio >= ${least}`, holds: ratio >= least };
}

/** From the first event to the last. @returns events a second */
class Meter {
  readonly #events: number;
  readonly #done = Promise.withResolvers<number>();
  #since = 0;
  #got = 0;

  constructor(events: number) {
    this.#events = events;
  }

  took(n: number): void {
    if (this.#got === 0) this.#since = performance.now();
    this.#got += n;
    if (this.#got >= this.#events) this.#done.resolve((this.#got * 1000) / (performance.now() - this.#since));
  }

  get rate(): Promise<number> {
    return this.#done.promise;
  }
}

async function pooled(port: number): Promise<number> {
  const meter = new Meter(EVENTS);
  const pool = benchPool('probe', { events: (_hostId, _sessionId, events) => meter.took(events.length) });
  pool.put(hostRow('h', { maxSockets: 1 }), () => target(port));
  const asked = await pool.of('h').call('probe.stream', { streams: STREAMS, count: EVENTS / STREAMS, bytes: 200, perSecond: 0 });
  if (!asked.ok) throw new Error(asked.fault.message);
  const rate = await meter.rate;
  await pool.close();
  return rate;
}

const countOf = (text: string): number => (JSON.parse(text) as Frame).batch.reduce((sum, { events }) => sum + events.length, 0);

async function plain(url: string): Promise<number> {
  const meter = new Meter(EVENTS);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => meter.took(countOf(data.toString())));
  const rate = await meter.rate;
  socket.terminate();
  return rate;
}

/** What a browser's WebSocket and those like it have in common. */
type Listening = { addEventListener(type: 'message', listener: (message: { data: unknown }) => void): void; close(): void };

async function browserLike(socket: Listening): Promise<number> {
  const meter = new Meter(EVENTS);
  socket.addEventListener('message', ({ data }) => meter.took(countOf(String(data))));
  const rate = await meter.rate;
  socket.close();
  return rate;
}

async function overSocketIo(port: number): Promise<number> {
  const meter = new Meter(IO_EVENTS);
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, reconnection: false });
  socket.on('event', () => meter.took(1));
  socket.on('connect', () => socket.emit('go', IO_EVENTS));
  const rate = await meter.rate;
  socket.disconnect();
  return rate;
}
