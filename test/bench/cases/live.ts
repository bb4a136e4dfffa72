/**
 * Ten agents that say twenty things a second each, and a page that shows them one after another: how long a line takes from the
 * agent's stdout to the page, whether memory grows, and what the core needs of a processor. Ten minutes; one with ACC_BENCH_QUICK.
 *
 * The agents are commands that print the time into each line, so that the page itself can tell how old a line is when it appears
 * (one clock: everything runs on this machine). Heaps are read after a forced full collection: core and host through Node's
 * inspector, the page through Chromium's.
 */
import { makeSandbox } from '#test/support/repos.ts';
import { build, startCore } from '../lib/core.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { inspect } from '../lib/inspector.ts';
import { openPage, pageHeap } from '../lib/page.ts';
import { cpuMsOf } from '../lib/processes.ts';
import { median, percentile, slope } from '../lib/stats.ts';
import { liftLimits, showSession, startTalker, takeDrawn, watchLines, whenRunning } from '../lib/talkers.ts';
import { sleep } from '../lib/until.ts';

const SESSIONS = 10;
const EVERY_SECONDS = 0.05;
const quick = process.env['ACC_BENCH_QUICK'] !== undefined;
const MEASURED_S = quick ? 60 : 600;
const WARM_UP_S = quick ? 20 : 120;
const SAMPLE_S = 15;
/** The page stays on one session for this long. */
const SHOWN_S = quick ? 30 : 60;

export const bench: Bench = {
  name: 'live',
  title: `${SESSIONS} sessions at ${1 / EVERY_SECONDS} events a second each for ${MEASURED_S / 60} min`,
  async run(say) {
    build();
    const sandbox = makeSandbox();
    const core = await startCore({ nodeArgs: ['--inspect-port=0'] });
    const { page, cdp, version, close } = await openPage(core);
    try {
      const repo = sandbox.repo({ name: 'product' });
      await liftLimits(core.client);
      const { id } = await core.client.repositories.add({ path: repo.path });
      const hostPid = await core.host();
      const heaps = { core: await inspect(core, core.pid), host: await inspect(core, hostPid) };
      const lines = Math.ceil((WARM_UP_S + MEASURED_S + 60) / EVERY_SECONDS);
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => startTalker(core.client, id, `Talker ${i + 1}`, EVERY_SECONDS, lines)));
      await whenRunning(core.client, sessions, 60_000);
      await watchLines(page);
      await showSession(page, sessions[0] ?? '');
      say(`Chromium ${version}; warming up for ${WARM_UP_S} s`);
      await sleep(WARM_UP_S * 1000);

      const points = { core: [] as { x: number; y: number }[], host: [] as { x: number; y: number }[], page: [] as { x: number; y: number }[] };
      const ages: number[] = [];
      await takeDrawn(page);
      const began = performance.now();
      const cpuBefore = { core: cpuMsOf(core.pid), host: cpuMsOf(hostPid) };
      let shown = 0;
      for (let next = SAMPLE_S; next <= MEASURED_S; next += SAMPLE_S) {
        await sleep(began + next * 1000 - performance.now());
        const fresh = await takeDrawn(page);
        ages.push(...fresh);
        const x = (performance.now() - began) / 60_000;
        points.core.push({ x, y: (await heaps.core.used()) / 1e6 });
        points.host.push({ x, y: (await heaps.host.used()) / 1e6 });
        points.page.push({ x, y: (await pageHeap(cdp)) / 1e6 });
        const heap = (name: keyof typeof points): string => (points[name].at(-1)?.y ?? 0).toFixed(1);
        say(`${next} s: ${fresh.length} lines, p95 ${percentile(fresh, 0.95)} ms; heap of core ${heap('core')}, host ${heap('host')}, page ${heap('page')} MB`);
        if (next % SHOWN_S === 0) await showSession(page, sessions[++shown % SESSIONS] ?? '');
      }
      const passed = performance.now() - began;
      const share = (pid: number, before: number): number => (100 * (cpuMsOf(pid) - before)) / passed;
      const coreShare = share(core.pid, cpuBefore.core);
      const hostShare = share(hostPid, cpuBefore.host);
      say(
        `host: ${hostShare.toFixed(1)} % of one core; a line in the page: median ${median(ages)} ms, p99 ${percentile(ages, 0.99)} ms, worst ${Math.max(...ages)} ms`,
      );
      for (const heap of Object.values(heaps)) heap.close();
      const n = points.core.length;
      return [
        bounded("line at the agent's stdout to the page, p95", 'ms', percentile(ages, 0.95), 100, ages.length),
        bounded('heap of the core, slope', 'MB/min', slope(points.core), 1, n),
        bounded('heap of the agent host, slope', 'MB/min', slope(points.host), 1, n),
        bounded('heap of the page, slope', 'MB/min', slope(points.page), 1, n),
        bounded('processor time of the core', '% of one core', coreShare, 15, 1),
      ];
    } finally {
      await close();
      await core.close();
      sandbox.close();
    }
  },
};
