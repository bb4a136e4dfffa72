/**
 * A thousand events a second for ten minutes with six charts open: every event is in the store, in the analytics and in the charts once, and
 * the page's heap stays where it is. One minute with ACC_BENCH_QUICK.
 */
import { agesOf, shownIn, takeFrames, watchCharts, type Frame } from '../lib/charted.ts';
import { openCharts } from '../lib/charts-open.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { longTasks, pageHeap, watchTasks } from '../lib/page.ts';
import { RATE, startSpoken } from '../lib/spoken.ts';
import { stampsOf } from '../lib/speakers.ts';
import { percentile } from '../lib/stats.ts';
import { sleep } from '../lib/until.ts';

const MINUTE_S = process.env['ACC_BENCH_QUICK'] === undefined ? 60 : 6;
const MINUTES = 10;
/** The heap is what it was after this many minutes. */
const WARM = 2;
/** Of the agents' time, for the opening of the page. */
const AROUND_S = 10;

export const bench: Bench = {
  name: 'pixel-long',
  title: `${RATE} events a second for ${(MINUTES * MINUTE_S) / 60} min, with six charts of three lines open`,
  async run(say) {
    const spoken = await startSpoken(MINUTES * MINUTE_S + AROUND_S);
    const { core, queries, speakers, said } = spoken;
    const { page, cdp } = spoken.page;
    try {
      await openCharts(core, page, queries);
      await watchCharts(page);
      await watchTasks(page);
      const from = Date.now();
      const frames: Frame[] = [];
      const heaps: number[] = [];
      for (let minute = 1; minute <= MINUTES; minute++) {
        await sleep(from + minute * MINUTE_S * 1000 - Date.now());
        frames.push(...(await takeFrames(page)));
        heaps.push((await pageHeap(cdp)) / 1e6);
        say(`minute ${minute}: ${frames.length} frames so far, heap of the page ${(heaps.at(-1) ?? 0).toFixed(1)} MB`);
      }
      const to = Date.now();
      const tasks = await longTasks(page);
      const wrong = await spoken.ended();
      await sleep(2000);
      frames.push(...(await takeFrames(page)));
      const ages = agesOf(stampsOf(speakers), frames, from, to);
      const lost = Math.abs(shownIn(frames) - said);
      say(`tasks of the page over 50 ms: ${tasks.length === 0 ? 'none' : tasks.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
      return [
        bounded('events lost or doubled in the store', 'events', Math.abs(wrong.inStore), 0, said),
        bounded('events lost or doubled in the analytics', 'events', Math.abs(wrong.inAnalytics), 0, said),
        bounded('events lost or doubled in the charts', 'events', lost, 0, said),
        bounded('event at the agent to the pixel, p95', 'ms', percentile(ages, 0.95), 250, ages.length),
        bounded('event at the agent to the pixel, p99', 'ms', percentile(ages, 0.99), 400, ages.length),
        bounded(`heap of the page, minute ${MINUTES} less minute ${WARM}`, 'MB', (heaps.at(-1) ?? 0) - (heaps[WARM - 1] ?? 0), 3, heaps.length),
      ];
    } finally {
      await spoken.close();
    }
  },
};
