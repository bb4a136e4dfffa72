/** How busy this process is: the delay of its event loop over the last seconds, and its memory. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const SLOT_MS = 1000;
const SLOTS = 5;

export type LoadMeter = {
  /** Largest 99th percentile of the last 5 seconds, in milliseconds. */
  loopDelayMs(): number;
  /** Resident memory, at most a second old. */
  rssBytes(): number;
  close(): void;
};

export function createLoadMeter(): LoadMeter {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const slots: number[] = [];
  let rss = process.memoryUsage.rss();
  delay.enable();
  const timer = setInterval(() => {
    // The histogram holds the whole distance between two looks; what is beyond the resolution is the delay.
    slots.push(delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS));
    if (slots.length > SLOTS) slots.shift();
    delay.reset();
    rss = process.memoryUsage.rss();
  }, SLOT_MS);
  timer.unref();
  return {
    loopDelayMs: () => Math.max(0, ...slots),
    rssBytes: () => rss,
    close() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
