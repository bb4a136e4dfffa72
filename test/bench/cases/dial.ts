/**
 * Connecting to 1000 endpoints: through the pool, and with raw `ws` at the same number of dials on the way.
 *
 * Both dial the same endpoints with a token in a header and without compression, 32 at a time; a place is free again when a WebSocket is
 * open, and a dial's time ends there. Both then say hello, and are up when every welcome has come, been parsed and checked. The pool does
 * what it always does besides: limits for the dial and the greeting, the gate, health, statistics, events, beats of those that are up.
 * Raw `ws` keeps its sockets and its times. They take turns in one process, each as often first; neither begins while the other closes.
 *
 * Then three hosts, of which one freezes while 5 % of the dials are refused: whether work finds a host.
 */
import { WebSocket } from 'ws';
import { z } from 'zod';
import { Proxy } from '#test/support/net/proxy.ts';
import { bounded, compared, type Bench, type Figure } from '../lib/figure.ts';
import { benchPool, hostRow, target, TOKEN } from '../lib/pooled.ts';
import { startProgram } from '../lib/program.ts';
import { median, percentile } from '../lib/stats.ts';
import { sleep, until } from '../lib/until.ts';

const ENDPOINTS = 1000;
/** What the pool allows itself. */
const AT_ONCE = 32;
/** Many, because a round has one collection of garbage among its dials or none. */
const ROUNDS = 41;
/** Not measured: both sides compile, and the endpoints do; the times of both go down until then. The pool has more code to compile than its peer. */
const WARM_ROUNDS = 20;

const REQUESTS = 1000;
const REQUESTS_PER_SECOND = 50;
const TRIES = 3;
const TRY_MS = 1000;
const REFUSED = 0.05;

const ports = z.array(z.number().int());
const Welcome = z.object({ t: z.literal('welcome') });
type Round = { readonly dials: readonly number[]; readonly allUp: number };

export const bench: Bench = {
  name: 'dial',
  title: `Connecting to ${ENDPOINTS} endpoints, and to hosts that refuse and freeze`,
  async run(say) {
    const endpoints = await startProgram(import.meta.resolve('../lib/endpoints.ts'), [String(ENDPOINTS)], ports);
    const ours: Round[] = [];
    const raw: Round[] = [];
    try {
      for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
        const both = [async () => ours.push(await pooled(endpoints.said)), async () => raw.push(await plain(endpoints.said))];
        for (const one of round % 2 === 0 ? both : both.toReversed()) {
          await one();
          // What was closed is gone on both sides before the next begins.
          await sleep(500);
        }
        say(`round ${round + 1}: ${told(ours.at(-1))}; raw ${told(raw.at(-1))}`);
      }
    } finally {
      await endpoints.close();
    }
    // Over all dials: of one round alone it hangs on whether a collection of garbage fell among them.
    const p99 = (rounds: readonly Round[]): number =>
      percentile(
        rounds.slice(WARM_ROUNDS).flatMap(({ dials }) => dials),
        0.99,
      );
    const allUp = (rounds: readonly Round[]): number => median(rounds.slice(WARM_ROUNDS).map((round) => round.allUp));
    const peer = { name: 'ws', version: '8.23.0' };
    const n = ENDPOINTS * ROUNDS;
    return [
      bounded('dial, p99', 'ms', p99(ours), 100, n),
      compared('dial, p99', 'ms', p99(ours), { ...peer, value: p99(raw) }, 1.2, n),
      compared('all up', 'ms', allUp(ours), { ...peer, value: allUp(raw) }, 1.2, ROUNDS),
      await trouble(say),
    ];
  },
};

async function pooled(all: readonly number[]): Promise<Round> {
  const pool = benchPool('center');
  const { promise, resolve } = Promise.withResolvers<void>();
  let up = 0;
  pool.onEvent(({ kind, to }) => {
    if (kind === 'state' && to === 'ready' && ++up === all.length) resolve();
  });
  const began = performance.now();
  for (const port of all) pool.put(hostRow(`h${port}`), () => target(port));
  await promise;
  const allUp = performance.now() - began;
  // One dial a host: its p50 is that dial.
  const dials = pool.view().hosts.map(({ dial }) => dial?.p50 ?? Number.POSITIVE_INFINITY);
  await pool.close();
  return { dials, allUp };
}

const told = (round: Round | undefined): string =>
  round ? `p99 ${percentile(round.dials, 0.99).toFixed(1)} ms, all up ${round.allUp.toFixed(0)} ms` : 'nothing';

function plain(all: readonly number[]): Promise<Round> {
  const dials: number[] = [];
  const sockets: WebSocket[] = [];
  const began = performance.now();
  const hello = JSON.stringify({ t: 'hello', protocols: [1], center: 'bench', link: 'raw', role: 'center', window: 2000, have: [] });
  return new Promise((resolve, reject) => {
    let welcomed = 0;
    const next = (): void => {
      const port = all[sockets.length];
      if (port === undefined) return;
      const dialledAt = performance.now();
      const socket = new WebSocket(`ws://127.0.0.1:${port}/host`, { perMessageDeflate: false, headers: { authorization: `Bearer ${TOKEN}` } });
      sockets.push(socket);
      socket.once('error', reject);
      socket.once('open', () => {
        dials.push(performance.now() - dialledAt);
        socket.send(hello);
        next();
      });
      socket.once('message', (data: Buffer) => {
        Welcome.parse(JSON.parse(data.toString()));
        if (++welcomed < all.length) return;
        const allUp = performance.now() - began;
        for (const each of sockets) each.terminate();
        resolve({ dials, allUp });
      });
    };
    for (let i = 0; i < AT_ONCE; i++) next();
  });
}

/** Requests that come at a steady rate to three hosts, one of which freezes after a fifth of them; every connection lives two seconds only, so that dials go on. */
async function trouble(say: (text: string) => void): Promise<Figure> {
  const endpoints = await startProgram(import.meta.resolve('../lib/endpoints.ts'), ['3'], ports);
  const nobody = await Proxy.start(() => 0);
  await nobody.refuse();
  const proxy = await Proxy.start(() => endpoints.said[0] ?? 0);
  const pool = benchPool('center');
  const ids = ['frozen', 'second', 'third'];
  const limits = { minSockets: 2, ttlMs: 2000 };
  let seed = 1;
  let dials = 0;
  let refused = 0;
  const draw = (): number => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  try {
    for (const [i, id] of ids.entries()) {
      const port = i === 0 ? proxy.port : (endpoints.said[i] ?? 0);
      // The target is asked for each dial: one in twenty leads where nothing listens.
      pool.put(hostRow(id, limits), () => {
        dials++;
        const gone = draw() < REFUSED;
        if (gone) refused++;
        return target(gone ? nobody.port : port);
      });
    }
    await until('three hosts', () => pool.all().every(({ state }) => state === 'ready'));
    let found = 0;
    const requests: Promise<void>[] = [];
    for (let n = 0; n < REQUESTS; n++) {
      if (n === REQUESTS / 5) proxy.freeze();
      requests.push(request().then((ok) => void (found += ok ? 1 : 0)));
      await sleep(1000 / REQUESTS_PER_SECOND);
    }
    await Promise.all(requests);
    const { attempted, ready } = pool
      .minutes()
      .reduce((sum, { body }) => ({ attempted: sum.attempted + body.attempted, ready: sum.ready + body.ready }), { attempted: 0, ready: 0 });
    say(`${found} of ${REQUESTS} requests answered; ${ready} of ${attempted} opens were welcomed, ${refused} of ${dials} asked targets led nowhere`);
    return bounded(`not answered within ${TRIES} tries, 5 % of dials refused and 1 of 3 hosts frozen`, '%', (100 * (REQUESTS - found)) / REQUESTS, 1, REQUESTS);
  } finally {
    await pool.close();
    await proxy.close();
    await endpoints.close();
  }

  async function request(): Promise<boolean> {
    for (let tried = 0; tried < TRIES; tried++) {
      const id = pool.choose(ids);
      if (id !== null && (await pool.of(id).call('probe.echo', { text: 'x' }, { timeoutMs: TRY_MS })).ok) return true;
    }
    return false;
  }
}
