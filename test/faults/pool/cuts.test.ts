/**
 * A thousand random cuts: three real hosts with counting agents behind networks that reset, end, freeze, corrupt, refuse and block, hosts
 * that are killed, a center that starts again, a store that is full for a moment, transports that change. When all is calm again, every
 * event of every run is there, once and in order, and no command was carried out twice.
 *
 * ACC_FAULT_SEED and ACC_FAULT_CUTS choose another story.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Result } from '#shared/lib/fault.ts';
import { commandStart } from '#test/support/local-host.ts';
import { until } from '#test/support/net/dialled.ts';
import { ProxiedHost } from '#test/support/pool/proxied-host.ts';
import { Ledger, type Run } from '#test/support/pool/ledger.ts';
import { randomFrom } from '#test/support/random.ts';

const SEED = Number(process.env['ACC_FAULT_SEED'] ?? 20_261_123);
const CUTS = Number(process.env['ACC_FAULT_CUTS'] ?? 1000);
const HOSTS = 3;
const SESSIONS_PER_HOST = 2;
/** Killed now and then; the others live through the whole story, so that their commands can be counted. */
const MORTAL = 2;
const KILLS = 4;
const RESTARTS = 3;
const COUNTER = path.resolve('test/support/agents/counter.ts');
const BLOCKS = ['forbidden', 'stripped', 'reset', 'silent', 'mute'] as const;

const cleanUp: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const one of cleanUp.splice(0).toReversed()) await one();
});

/** Asks until the host answers: one that failed often a moment ago is given a rest by its breaker. */
async function persist(ask: () => Promise<Result<unknown>> | null): Promise<void> {
  for (const end = performance.now() + 90_000; ; await sleep(200)) {
    const answer = await ask();
    if (!answer || answer.ok || answer.fault.code !== 'HOST_UNREACHABLE') return;
    if (performance.now() > end) throw new Error(`no host answered: ${JSON.stringify(answer.fault)}`);
  }
}

test(`0 lost, 0 twice, in order over ${CUTS} random cuts (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const random = randomFrom(SEED);
  const scratch = await mkdtemp(path.join(tmpdir(), 'acc-cuts-'));
  cleanUp.push(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const hosts = await Promise.all(Array.from({ length: HOSTS }, () => ProxiedHost.start()));
  for (const host of hosts) cleanUp.push(() => host.close());
  const ledger = new Ledger();
  cleanUp.push(() => ledger.pool.close());
  hosts.forEach((host, index) => ledger.add(`h${index}`, () => host.target, { minSockets: 6, beatMs: 400, beatDeadlineMs: 400, acquireMs: 30_000 }));

  let started = 0;
  const startRun = async (index: number): Promise<Run> => {
    const cwd = path.join(scratch, `s${++started}`);
    const input = commandStart(cwd, [process.execPath, COUNTER, '20']);
    const run = ledger.expect(`h${index}`, input.sessionId, input.epoch);
    await mkdir(cwd);
    await persist(() => ledger.pool.of(`h${index}`).call('session.start', input, { timeoutMs: 60_000, key: `start-${input.epoch}` }));
    return run;
  };
  const lived: Run[] = [];
  const killed: Run[] = [];
  for (let index = 0; index < HOSTS; index++) for (let n = 0; n < SESSIONS_PER_HOST; n++) (index === MORTAL ? killed : lived).push(await startRun(index));

  // Commands that leave a trace: each may be carried out once, and is when it is answered.
  const traces = path.join(scratch, 'traces');
  const answered: string[] = [];
  const asked: Promise<void>[] = [];
  const ask = (): void => {
    const name = `c${asked.length}`;
    const command = ['sh', '-c', `echo ${name} >> "$0"`, traces];
    const call = ledger.pool
      .of(`h${random.between(0, MORTAL - 1)}`)
      .call('check.run', { checkId: name, cwd: scratch, command, timeoutMs: 20_000 }, { timeoutMs: 40_000, key: name });
    asked.push(call.then((answer) => void (answer.ok && answer.value.outcome === 'passed' && answered.push(name))));
  };

  let cuts = 0;
  let kills = 0;
  let restarts = 0;
  let switches = 0;
  while (cuts < CUTS) {
    const index = random.between(0, HOSTS - 1);
    const host = hosts[index];
    if (!host) break;
    const { proxy } = host;
    const dice = random.next();
    if (dice < 0.66) {
      const share = random.next();
      const chosen = Array.from({ length: 64 }, () => random.next() < share);
      cuts += proxy.cut(random.next() < 0.5 ? 'reset' : 'end', (n) => chosen[n % chosen.length] ?? true);
    } else if (dice < 0.72) {
      // The story goes on meanwhile.
      proxy.freeze();
      setTimeout(() => proxy.thaw(), random.between(10, 900));
    } else if (dice < 0.76) proxy.corrupt();
    else if (dice < 0.8) {
      cuts += proxy.open;
      await proxy.refuse();
      await sleep(random.between(10, 200));
      await proxy.listen();
    } else if (dice < 0.88) {
      // Blocked, and everything that is open goes: whatever comes back comes over HTTP. Or the other way round.
      proxy.block(random.next() < 0.6 ? random.pick(BLOCKS) : null);
      cuts += proxy.cut();
      ledger.pool.reconnect(`h${index}`);
      switches++;
    } else if (dice < 0.9) {
      const full = performance.now() + random.between(10, 300);
      ledger.refuses = () => performance.now() < full;
    } else ask();
    // Kills and restarts are spread over the story whatever the dice say.
    if (cuts > ((kills + 1) * CUTS) / (KILLS + 1) && kills < KILLS) {
      kills++;
      const mortal = hosts[MORTAL];
      await mortal?.kill();
      await mortal?.launch();
      killed.push(await startRun(MORTAL));
    }
    if (cuts > ((restarts + 1) * CUTS) / (RESTARTS + 1) && restarts < RESTARTS) {
      restarts++;
      // A center that ends does not answer; what it asked for is asked again by the one that comes after it, not in this story.
      await Promise.all(asked);
      await ledger.restart();
    }
    await sleep(random.between(5, 60));
  }

  // Calm. What runs is asked to end, and everything has to arrive.
  ledger.refuses = () => false;
  for (const { proxy } of hosts) {
    proxy.thaw();
    proxy.block(null);
  }
  await Promise.all(asked);
  // From here on a machine that is busy with other things must not look like a network that is cut.
  const patient = { minSockets: 6, beatMs: 2000, beatDeadlineMs: 10_000, acquireMs: 30_000 };
  hosts.forEach((host, index) => ledger.add(`h${index}`, () => host.target, patient));
  for (const run of [...lived, ...killed]) {
    const stop = { sessionId: run.sessionId, how: 'stop', reason: 'stopped', graceMs: 5000 } as const;
    // One that had ended before is not there to be stopped; a host that was given a rest is asked again.
    await persist(() => (run.ended ? null : ledger.pool.of(run.hostId).call('session.stop', stop, { timeoutMs: 60_000 })));
  }
  const open = (): string[] => [...lived, ...killed].filter((run) => !run.ended).map((run) => `${run.hostId} ${run.sessionId} at ${run.events.at(-1)?.seq}`);
  await until(() => open().length === 0, 60_000).catch(() => expect(open()).toEqual([]));

  expect(ledger.wrongs).toEqual([]);
  // A story without these would prove little.
  const moves = ledger.told.filter(({ kind }) => kind === 'transport').map(({ to }) => to);
  expect(moves).toEqual(expect.arrayContaining(['http', 'websocket']));
  expect([kills, restarts]).toEqual([KILLS, RESTARTS]);
  for (const run of lived) {
    const lines = ledger.output(run).trim().split('\n');
    const count = lines.length - 1;
    expect(count).toBeGreaterThan(100);
    expect(lines).toEqual([...Array.from({ length: count }, (_, n) => String(n)), `${count} in all`]);
  }
  for (const run of killed) {
    const lines = ledger
      .output(run)
      .split('\n')
      .slice(0, -1)
      .filter((line) => !line.endsWith('in all'));
    expect(lines).toEqual(lines.map((_, n) => String(n)));
  }
  const traced = (await readFile(traces, 'utf8').catch(() => '')).trim().split('\n');
  expect(new Set(traced).size).toBe(traced.length);
  expect(answered.filter((name) => !traced.includes(name))).toEqual([]);
  const { hosts: facts } = ledger.pool.view();
  console.info(
    `${cuts} cuts, ${kills} kills, ${restarts} restarts, ${switches} transport switches, ${asked.length} commands, ` +
      `${[...lived, ...killed].reduce((sum, run) => sum + run.events.length, 0)} events, ${facts.reduce((sum, host) => sum + host.duplicatesDropped, 0)} duplicates dropped since the last restart`,
  );
});
