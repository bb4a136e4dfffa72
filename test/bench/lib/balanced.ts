/** Real requests over real sockets to hosts that queue, each host chosen by a strategy of the pool. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { ServiceEwma } from '#pool/health/ewma.ts';
import { createPicker } from '#pool/pick/index.ts';
import type { Strategy } from '#shared/domain/connection.ts';
import { sleep } from './until.ts';

const WARM_SECONDS = 3;

export type Machine = { readonly id: string; readonly weight: number; readonly socket: WebSocket };

/** How the requests come: so many a second at random moments whatever the answers do, or so many always on the way. */
export type Load = { readonly perSecond: number } | { readonly inFlight: number };

export type Outcome = {
  /** From the moment a request came to its answer, in milliseconds. */
  readonly latencies: readonly number[];
  readonly chosen: ReadonlyMap<string, number>;
};

/** @param serviceMs what one request takes, for each host @param workers of each host @returns the sockets to them, in that order, and what ends it all */
export async function startMachines(serviceMs: readonly number[], workers: number): Promise<{ sockets: WebSocket[]; close(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./queue-hosts.ts')), ...[workers, ...serviceMs].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`the hosts ended with ${code} before they listened`)));
  });
  const sockets = z
    .array(z.number().int())
    .parse(JSON.parse(line))
    .map((port) => new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false }));
  await Promise.all(sockets.map((socket) => new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))));
  return {
    sockets,
    async close() {
      for (const socket of sockets) socket.terminate();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

/** Exponentially distributed numbers of mean 1 from a fixed generator (Numerical Recipes' LCG). */
function exponential(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return -Math.log(1 - state / 2 ** 32);
  };
}

/**
 * Requests come as chance has it and take as long as it has it (both exponential), or all the same; alike for every strategy given the
 * same seed.
 * @param seconds counted, after WARM_SECONDS in which the hosts become known
 */
export async function balance(
  machines: readonly Machine[],
  strategy: Strategy,
  load: Load,
  seconds: number,
  seed: number,
  times: 'exponential' | 'constant' = 'exponential',
): Promise<Outcome> {
  const distance = exponential(seed);
  const size = times === 'constant' ? () => 1 : exponential(seed + 1);
  const pick = createPicker(strategy);
  const hosts = new Map(machines.map((machine) => [machine.id, { ...machine, ewma: new ServiceEwma(), outstanding: 0 }]));
  const began = performance.now();
  const counted = began + WARM_SECONDS * 1000;
  const end = began + (WARM_SECONDS + seconds) * 1000;
  const latencies: number[] = [];
  const chosen = new Map(machines.map(({ id }) => [id, 0]));
  const onTheWay = new Map<string, { hostId: string; came: number; sent: number }>();
  let made = 0;

  const send = (came: number): void => {
    const now = performance.now();
    const candidates = [...hosts.values()].map(({ id, weight, ewma, outstanding }) => ({ id, weight, warmth: 1, ewmaMs: ewma.value(now), outstanding }));
    const host = hosts.get(pick(candidates)?.id ?? '');
    if (!host) throw new Error('no host was chosen');
    host.outstanding++;
    if (came >= counted) chosen.set(host.id, (chosen.get(host.id) ?? 0) + 1);
    const key = String(made++);
    onTheWay.set(key, { hostId: host.id, came, sent: now });
    host.socket.send(`${key} ${size()}`);
  };
  const answered = (data: Buffer): void => {
    const key = data.toString().split(' ')[0] ?? '';
    const request = onTheWay.get(key);
    const host = hosts.get(request?.hostId ?? '');
    if (!request || !host) throw new Error('an answer to nothing');
    onTheWay.delete(key);
    const now = performance.now();
    host.outstanding--;
    host.ewma.answered(now, now - request.sent);
    if (request.came >= counted) latencies.push(now - request.came);
    if ('inFlight' in load && now < end) send(now);
  };
  for (const { socket } of machines) socket.on('message', answered);
  if ('inFlight' in load) for (let i = 0; i < load.inFlight; i++) send(began);
  else {
    for (let due = began; due < end; due += (distance() * 1000) / load.perSecond) {
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      send(due);
    }
  }
  while (performance.now() < end || onTheWay.size > 0) await sleep(10);
  for (const { socket } of machines) socket.off('message', answered);
  return { latencies, chosen };
}
