/**
 * Several hosts with several connections each, sessions that speak in bursts over all of them, small credit, and one connection cut after
 * the other: every event of every session comes once and in order, and no stream is forgotten on the connection it was taken from.
 *
 * ACC_FAULT_SEED chooses another story.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testHost, TOKEN } from '#test/support/host-wire.ts';
import { commandStart } from '#test/support/local-host.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { testCenter } from '#test/support/pool/center.ts';
import { randomFrom } from '#test/support/random.ts';

const SEED = Number(process.env['ACC_FAULT_SEED'] ?? 20_261_123);
const HOSTS = ['a', 'b', 'c'];
const CONNECTIONS = 4;
const SESSIONS = 6;
const LINES = 400;
const CUTS = 12;

test(
  `${HOSTS.length} hosts, ${CONNECTIONS} connections and ${SESSIONS} sessions each, ${CUTS} cuts of one connection (seed ${SEED})`,
  { timeout: 120_000 },
  async () => {
    const random = randomFrom(SEED);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'acc-many-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const center = testCenter();
    const proxies: Proxy[] = [];
    // So little credit that every burst waits for acknowledgements; a beat so patient that no busy machine looks like a cut.
    const limit = { minSockets: CONNECTIONS, maxSockets: CONNECTIONS, window: 3, beatMs: 5000, beatDeadlineMs: 15_000 };
    for (const id of HOSTS) {
      const host = await testHost();
      const proxy = await Proxy.start(() => host.port);
      onTestFinished(() => proxy.close());
      proxies.push(proxy);
      center.add(id, targetOf(`ws://127.0.0.1:${proxy.port}`, {}, TOKEN), { limit });
    }
    const readyOf = (id: string): number => center.facts(id).sockets.filter(({ state }) => state === 'ready').length;
    await until(() => HOSTS.every((id) => readyOf(id) === CONNECTIONS));

    // Bursts of a length and with rests of their own, each with its number.
    const script = `const [burst, rest] = process.argv.slice(1).map(Number); let n = 0;
    const go = () => { for (let i = 0; i < burst && n < ${LINES}; i++) process.stdout.write(n++ + "\\n"); if (n < ${LINES}) setTimeout(go, rest); }; go();`;
    const runs: string[] = [];
    for (const id of HOSTS) {
      for (let n = 0; n < SESSIONS; n++) {
        const cwd = path.join(folder, `${id}${n}`);
        await mkdir(cwd);
        const start = commandStart(cwd, [process.execPath, '-e', script, String(random.between(1, 9)), String(random.between(5, 40))]);
        runs.push(`${start.sessionId}/${start.epoch}`);
        expect(await center.pool.of(id).call('session.start', start)).toMatchObject({ ok: true });
      }
    }
    const ended = (run: string): boolean => center.taken.get(run)?.at(-1)?.event.kind === 'exited';
    const count = (): number => [...center.taken.values()].reduce((sum, list) => sum + list.length, 0);
    let cuts = 0;
    while (cuts < CUTS && !runs.every(ended)) {
      const at = random.between(0, HOSTS.length - 1);
      const id = HOSTS[at] ?? '';
      const one = random.between(0, CONNECTIONS - 1);
      cuts += proxies[at]?.cut(random.pick(['reset', 'end']), (index) => index === one) ?? 0;
      const before = count();
      await until(() => readyOf(id) === CONNECTIONS && (count() > before || runs.every(ended)), 30_000);
    }
    const waiting = (): string[] => runs.filter((run) => !ended(run)).map((run) => `${run} at ${center.taken.get(run)?.at(-1)?.seq}`);
    await until(() => waiting().length === 0, 30_000).catch(() => expect(waiting()).toEqual([]));

    expect(center.broken).toEqual([]);
    expect(cuts).toBeGreaterThan(CUTS / 2);
    const wanted = Array.from({ length: LINES }, (_, n) => `${n}\n`).join('');
    for (const run of runs) {
      const printed = (center.taken.get(run) ?? []).map(({ event }) => (event.kind === 'output' && event.stream === 'stdout' ? event.text : '')).join('');
      expect(printed).toBe(wanted);
    }
    for (const id of HOSTS) expect(center.facts(id)).toMatchObject({ state: 'ready', gaps: 0 });
  },
);
