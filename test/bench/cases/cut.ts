/**
 * When the network or a host goes away without a word: how long until a connection that only looks open is found, and until new work goes
 * to another host. Real hosts, the product's defaults; the network between is a proxy that freezes.
 */
import { z } from 'zod';
import { defaultLimits } from '#shared/domain/connection.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { bounded, type Bench, type Figure } from '../lib/figure.ts';
import { benchPool, hostRow, target } from '../lib/pooled.ts';
import { startProgram, type Program } from '../lib/program.ts';
import { median } from '../lib/stats.ts';
import { sleep, until } from '../lib/until.ts';

/** Connections that are cut at once, each at another place of its beat. */
const LINKS = 40;
const ROUNDS = 5;
const REQUEST_EVERY_MS = 100;
const REQUEST_MS = 1000;
/** What the requests get when nothing is wrong, before it goes wrong. */
const CALM_MS = 3000;
const WATCHED_MS = 12_000;
const GOAL_S = (defaultLimits.beatMs + defaultLimits.beatDeadlineMs) / 1000;

const ports = z.array(z.number().int());

export const bench: Bench = {
  name: 'cut',
  title: 'A network that freezes, a host that dies',
  async run(say) {
    const found: number[] = [];
    const frozen: number[] = [];
    const killed: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      found.push(...(await halfOpen()));
      frozen.push(await failover('freeze'));
      killed.push(await failover('kill'));
      say(
        `round ${round}: half-open found within ${Math.max(...found.slice(-LINKS)).toFixed(2)} s; new work elsewhere after ${frozen.at(-1)?.toFixed(2)} s (frozen), ${killed.at(-1)?.toFixed(2)} s (killed)`,
      );
    }
    return [
      bounded(
        `half-open connection found, longest (beat ${defaultLimits.beatMs / 1000} s, deadline ${defaultLimits.beatDeadlineMs / 1000} s)`,
        's',
        Math.max(...found),
        GOAL_S,
        found.length,
      ),
      bounded('half-open connection found, median', 's', median(found), GOAL_S, found.length),
      ...(
        [
          ['frozen', frozen],
          ['killed', killed],
        ] as const
      ).map(([how, seconds]): Figure => bounded(`new work goes to another host, one ${how}, longest`, 's', Math.max(...seconds), 5, seconds.length)),
    ];
  },
};

/** Seconds from the freezing until each connection is known to be half-open. */
async function halfOpen(): Promise<number[]> {
  const host = await startProgram(import.meta.resolve('../lib/real-hosts.ts'), ['1'], ports);
  const proxy = await Proxy.start(() => host.said[0] ?? 0);
  const found = new Map<string, number>();
  let frozenAt = Number.POSITIVE_INFINITY;
  const pool = benchPool('probe', {
    health({ hostId, state }) {
      if (state !== 'ready' && performance.now() > frozenAt && !found.has(hostId)) found.set(hostId, (performance.now() - frozenAt) / 1000);
    },
  });
  try {
    for (let i = 0; i < LINKS; i++) pool.put(hostRow(`h${i}`), () => target(proxy.port));
    await until('all links', () => pool.all().every(({ state }) => state === 'ready'));
    // Past the first beats, which come sooner than the others.
    await sleep(defaultLimits.beatMs + Math.random() * defaultLimits.beatMs);
    frozenAt = performance.now();
    proxy.freeze();
    await until('all to be found', () => found.size === LINKS);
    return [...found.values()];
  } finally {
    await pool.close();
    await proxy.close();
    await host.close();
  }
}

/** Steady requests to three hosts of which one goes away. @returns seconds from then to the sending of the last request that failed */
async function failover(how: 'freeze' | 'kill'): Promise<number> {
  const hosts: Program<number[]>[] = [];
  for (let i = 0; i < 3; i++) hosts.push(await startProgram(import.meta.resolve('../lib/real-hosts.ts'), ['1'], ports));
  const proxy = await Proxy.start(() => hosts[0]?.said[0] ?? 0);
  const pool = benchPool('probe');
  const ids = hosts.map((_, i) => `h${i}`);
  try {
    for (const [i, id] of ids.entries())
      pool.put(hostRow(id, { minSockets: defaultLimits.minSockets }), () => target(i === 0 ? proxy.port : (hosts[i]?.said[0] ?? 0)));
    await until('all hosts', () => pool.all().every(({ state }) => state === 'ready'));
    const began = performance.now();
    let goneAt = Number.POSITIVE_INFINITY;
    let last = 0;
    const requests: Promise<void>[] = [];
    while (performance.now() < began + CALM_MS + WATCHED_MS) {
      if (goneAt === Number.POSITIVE_INFINITY && performance.now() > began + CALM_MS) {
        goneAt = performance.now();
        if (how === 'freeze') proxy.freeze();
        else process.kill(hosts[0]?.pid ?? 0, 'SIGKILL');
      }
      requests.push(request(performance.now()));
      await sleep(REQUEST_EVERY_MS);
    }
    await Promise.all(requests);
    return Math.max(0, last - goneAt) / 1000;

    async function request(sentAt: number): Promise<void> {
      const id = pool.choose(ids);
      const answer = id === null ? null : await pool.of(id).call('probe.echo', { text: 'x' }, { timeoutMs: REQUEST_MS });
      if (answer?.ok !== true) last = Math.max(last, sentAt);
    }
  } finally {
    await pool.close();
    await proxy.close();
    await Promise.all(hosts.map((host) => host.close()));
  }
}
