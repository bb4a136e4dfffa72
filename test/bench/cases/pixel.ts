/**
 * Event at the agent to pixel, at a thousand events a second: a dashboard of six charts with three lines each. What a chart shows is read
 * back from its lines as they are drawn, so it is known which event each frame is the first to show. Before that the same for a page that
 * draws the same answers, asked the same way, with uPlot.
 */
import { agesOf, shownIn, takeFrames, watchCharts, type Frame } from '../lib/charted.ts';
import { openCharts } from '../lib/charts-open.ts';
import { bounded, compared, type Bench } from '../lib/figure.ts';
import { inspect } from '../lib/inspector.ts';
import { longTasks, watchTasks } from '../lib/page.ts';
import { cpuMsOf } from '../lib/processes.ts';
import { RATE, startSpoken } from '../lib/spoken.ts';
import { stampsOf } from '../lib/speakers.ts';
import { median, percentile } from '../lib/stats.ts';
import { sleep } from '../lib/until.ts';
import { openPeer } from '../lib/uplot-page.ts';

const quick = process.env['ACC_BENCH_QUICK'] !== undefined;
const OURS_S = quick ? 20 : 120;
const PEER_S = quick ? 10 : 60;
/** Before each is measured: what is loaded and compiled at the first use. */
const SETTLE_S = 10;
/** Of the agents' time, for the opening of pages. */
const AROUND_S = 20;

export const bench: Bench = {
  name: 'pixel',
  title: `${RATE} events a second at nine agents, to the pixel in six charts of three lines`,
  async run(say) {
    const spoken = await startSpoken(OURS_S + PEER_S + 2 * SETTLE_S + AROUND_S, ['--inspect-port=0']);
    const { core, hostPid, queries, speakers, said } = spoken;
    const { page } = spoken.page;
    try {
      const during = async (seconds: number): Promise<{ frames: Frame[]; from: number; to: number }> => {
        await sleep(SETTLE_S * 1000);
        const from = Date.now();
        const cpu = { core: cpuMsOf(core.pid), host: cpuMsOf(hostPid) };
        await sleep(seconds * 1000);
        const to = Date.now();
        const share = (pid: number, before: number): string => `${((100 * (cpuMsOf(pid) - before)) / (to - from)).toFixed(0)} %`;
        say(`processor: core ${share(core.pid, cpu.core)}, host ${share(hostPid, cpu.host)}`);
        // What was said at the end has its time to be drawn.
        await sleep(2000);
        return { frames: await takeFrames(page), from, to };
      };
      const version = await openPeer(core, page, queries);
      const peer = await during(PEER_S);
      await page.goto(`${core.url}/`);
      await openCharts(core, page, queries);
      await watchCharts(page);
      await watchTasks(page);
      const loop = await inspect(core, core.pid);
      await loop.watchLoop();
      const ours = await during(OURS_S);
      const tasks = await longTasks(page);
      const late = await loop.lateness();
      loop.close();
      const wrong = await spoken.ended();
      await sleep(2000);
      const shown = shownIn([...ours.frames, ...(await takeFrames(page))]);
      const stamps = stampsOf(speakers);
      const ages = agesOf(stamps, ours.frames, ours.from, ours.to);
      const peerAges = agesOf(stamps, peer.frames, peer.from, peer.to);
      const tell = (name: string, of: readonly number[], frames: number): void =>
        say(
          `${name}: ${frames} frames, median ${median(of).toFixed(0)} ms, p99 ${percentile(of, 0.99).toFixed(0)} ms, worst ${percentile(of, 1).toFixed(0)} ms`,
        );
      say(`event loop delay of the core: worst ${late.max.toFixed(0)} ms`);
      tell('recharts', ages, ours.frames.length);
      tell('uPlot', peerAges, peer.frames.length);
      say(`tasks of the page over 50 ms: ${tasks.length === 0 ? 'none' : tasks.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
      const n = ages.length;
      return [
        bounded('event at the agent to the pixel, p95', 'ms', percentile(ages, 0.95), 250, n),
        bounded('event at the agent to the pixel, p99', 'ms', percentile(ages, 0.99), 400, n),
        compared(
          'the same, p95, beside the same answers drawn by uPlot',
          'ms',
          percentile(ages, 0.95),
          { name: 'uPlot', version, value: percentile(peerAges, 0.95) },
          1.5,
          n,
        ),
        bounded('event loop delay of the core, p99', 'ms', late.p99, 20, OURS_S),
        bounded('tasks of the page over 50 ms', 'tasks', tasks.length, 0, ours.frames.length),
        bounded('events lost or doubled in the store', 'events', Math.abs(wrong.inStore), 0, said),
        bounded('events lost or doubled in the analytics', 'events', Math.abs(wrong.inAnalytics), 0, said),
        bounded('events lost or doubled in the charts', 'events', Math.abs(shown - said), 0, said),
      ];
    } finally {
      await spoken.close();
    }
  },
};
