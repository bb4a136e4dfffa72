/**
 * The strategies of choosing a host, over five real hosts of which one takes five times as long: what the slow one does to the default's
 * p99, beside the same requests over the four healthy ones alone, and whether the others share as their theory says. Requests come at
 * random moments and take random times (exponential), as in the theory of queues; and once more all the same time (constant), with four
 * workers and with one a host, where waiting is the hardest to tell from slowness.
 */
import type { WebSocket } from 'ws';
import { balance, startMachines, type Load, type Machine, type Outcome } from '../lib/balanced.ts';
import { bounded, compared, type Bench, type Figure } from '../lib/figure.ts';
import { percentile } from '../lib/stats.ts';

const FAST_MS = 10;
const SLOW_MS = 50;
const TIMES = [FAST_MS, FAST_MS, FAST_MS, FAST_MS, SLOW_MS];
const WORKERS = 4;
/** A fifth of what the healthy four can do, four at a time each; with an equal part of it the slow one is busy for four fifths of the time. */
const LIGHT = { perSecond: 320 };
/** Half of what the healthy four can do. */
const HALF = { perSecond: 800 };
/** So many that every host always has work waiting. */
const CLOSED: Load = { inFlight: 100 };
const ROUNDS = 2;
const SECONDS = 20;

export const bench: Bench = {
  name: 'balance',
  title: `Choosing among five hosts, one of them ${SLOW_MS / FAST_MS} × slow`,
  async run(say) {
    const { sockets, close } = await startMachines(TIMES, WORKERS);
    const all = machinesOf(sockets);
    const healthy = all.slice(0, -1);
    const slow = all.at(-1)?.id ?? '';
    try {
      const ours: Outcome[] = [];
      const peer: Outcome[] = [];
      const plain: Outcome[] = [];
      const oursAtHalf: Outcome[] = [];
      const peerAtHalf: Outcome[] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        ours.push(await balance(all, 'peak-ewma', LIGHT, SECONDS, round));
        peer.push(await balance(healthy, 'peak-ewma', LIGHT, SECONDS, round));
        plain.push(await balance(all, 'round-robin', LIGHT, SECONDS, round));
        oursAtHalf.push(await balance(all, 'peak-ewma', HALF, SECONDS, round));
        peerAtHalf.push(await balance(healthy, 'peak-ewma', HALF, SECONDS, round));
        const [a, b, c, d, e] = [ours, peer, plain, oursAtHalf, peerAtHalf].map((runs) => p99(runs.slice(-1)).toFixed(1));
        say(`round ${round}: p99 ${a} ms under the default, ${b} ms over the healthy four, ${c} ms under round-robin; at half load ${d} and ${e} ms`);
      }
      const weighted = all.map((machine, i) => ({ ...machine, weight: i + 1 }));
      const turns = await balance(weighted, 'weighted', LIGHT, SECONDS, 1);
      const least = await balance(all, 'least-connections', CLOSED, SECONDS, 1);
      const constant = [...(await constantTimes([all], WORKERS, say)), ...(await withOneWorker(say))];
      const n = count(ours);
      return [
        compared('request to answer under the default, a fifth of the power asked, p99', 'ms', p99(ours), beside('healthy four only', peer), 1.3, n),
        compared('the same, half of the power asked', 'ms', p99(oursAtHalf), beside('healthy four only', peerAtHalf), 1.3, count(oursAtHalf)),
        ...constant,
        compared('the first, against round-robin', 'ms', p99(ours), beside('round-robin', plain), 0.5, n),
        bounded("the slow host's part under the default (its part of the power: 4.76)", '%', 100 * part(ours, slow), 4.76, n),
        bounded(
          'round-robin: largest distance from 20 % each',
          '% points',
          distance(plain, () => 1 / 5),
          0.05,
          count(plain),
        ),
        bounded(
          'weighted 1:2:3:4:5: largest distance from n / 15',
          '% points',
          distance([turns], (i) => (i + 1) / 15),
          0.05,
          count([turns]),
        ),
        bounded(
          'least connections, 100 on the way: largest distance from 1 / time each',
          '% points',
          distance([least], (i) => (i < healthy.length ? 5 / 21 : 1 / 21)),
          1,
          count([least]),
        ),
      ];
    } finally {
      await close();
    }
  },
};

const machinesOf = (sockets: readonly WebSocket[]): Machine[] => sockets.map((socket, i) => ({ id: `h${i}`, weight: 1, socket }));

const beside = (name: string, runs: readonly Outcome[]): { name: string; version: string; value: number } => ({
  name,
  version: 'in the same run',
  value: p99(runs),
});

/**
 * The default with constant service times, a fifth and half of the power asked.
 * @param fleets one for each seed, used at once: these hosts wait more than they work, and few requests make a p99 of chance
 */
async function constantTimes(fleets: readonly (readonly Machine[])[], workers: number, say: (text: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  const all = (machines: (fleet: readonly Machine[]) => readonly Machine[], perSecond: number): Promise<Outcome[]> =>
    Promise.all(fleets.map((fleet, i) => balance(machines(fleet), 'peak-ewma', { perSecond }, SECONDS, i + 1, 'constant')));
  for (const [load, of] of [
    [LIGHT, 'a fifth'],
    [HALF, 'half'],
  ] as const) {
    const perSecond = (load.perSecond * workers) / WORKERS;
    const ours = await all((fleet) => fleet, perSecond);
    const peer = await all((fleet) => fleet.slice(0, -1), perSecond);
    say(`constant times, ${workers} at a time, ${of}: p99 ${p99(ours).toFixed(1)} ms, ${p99(peer).toFixed(1)} ms over the healthy four`);
    const name = `constant times, ${workers} at a time, ${of} of the power asked, p99`;
    figures.push(compared(name, 'ms', p99(ours), beside('healthy four only', peer), 1.3, count(ours)));
  }
  return figures;
}

async function withOneWorker(say: (text: string) => void): Promise<Figure[]> {
  const fleets = await Promise.all(Array.from({ length: 4 }, () => startMachines(TIMES, 1)));
  try {
    const machines = fleets.map(({ sockets }) => machinesOf(sockets));
    return await constantTimes(machines, 1, say);
  } finally {
    await Promise.all(fleets.map(({ close }) => close()));
  }
}

const p99 = (runs: readonly Outcome[]): number =>
  percentile(
    runs.flatMap(({ latencies }) => latencies),
    0.99,
  );

const chosenOf = (runs: readonly Outcome[], id: string): number => runs.reduce((sum, { chosen }) => sum + (chosen.get(id) ?? 0), 0);
const count = (runs: readonly Outcome[]): number => runs.reduce((sum, { latencies }) => sum + latencies.length, 0);
const part = (runs: readonly Outcome[], id: string): number => chosenOf(runs, id) / count(runs);

/** @param theory the part of the i-th host @returns the largest difference, in percentage points */
function distance(runs: readonly Outcome[], theory: (i: number) => number): number {
  const ids = [...(runs[0]?.chosen.keys() ?? [])];
  return 100 * Math.max(...ids.map((id, i) => Math.abs(part(runs, id) - theory(i))));
}
