/**
 * How many events a chart shows: read back from the lines as they are drawn. Each chart counts events by step of time, so the values of all
 * points of a line, added up, are the events it shows; a path's coordinates have three decimals, and a count is a whole number.
 */
import type { Page } from 'playwright-core';

/** In one frame: events each line shows, by its name. Only lines that changed. */
export type Frame = { readonly at: number; readonly counts: Readonly<Record<string, number>> };

/** In the page. The time is taken in the first task after the frame in which the lines were drawn: it errs to the slow side. */
const WATCH = `(() => {
  if (window.charted) return;
  window.charted = [];
  const shown = {};
  const number = (text) => Number(text.replaceAll(',', ''));
  const read = (tile, counts) => {
    const labels = [...tile.querySelectorAll('.recharts-yAxis-tick-labels text')].map((each) => number(each.textContent));
    const heights = [...tile.querySelectorAll('.recharts-cartesian-grid-horizontal line')].map((each) => Number(each.getAttribute('y1')));
    if (labels.length < 2 || labels.length !== heights.length) return;
    const unit = (labels.at(-1) - labels[0]) / (heights[0] - heights.at(-1));
    for (const path of tile.querySelectorAll('path[data-line]')) {
      const name = path.dataset.line;
      let count = 0;
      for (const [, y] of path.getAttribute('d').matchAll(/,([\\d.]+)/g)) count += Math.round((heights[0] - Number(y)) * unit + labels[0]);
      if (shown[name] === count) continue;
      counts[name] = shown[name] = count;
    }
  };
  let changed = new Set(), channel = new MessageChannel(), waiting = false;
  channel.port1.onmessage = () => {
    waiting = false;
    const at = Date.now(), tiles = changed, counts = {};
    changed = new Set();
    for (const tile of tiles) read(tile, counts);
    if (Object.keys(counts).length > 0) window.charted.push({ at, counts });
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const tile = target.closest?.('section');
      if (tile) changed.add(tile);
    }
    if (waiting || changed.size === 0) return;
    waiting = true;
    requestAnimationFrame(() => channel.port2.postMessage(null));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['d'] });
})()`;

export const watchCharts = async (page: Page): Promise<void> => void (await page.evaluate(WATCH));

/** Frames since the last call. */
export const takeFrames = (page: Page): Promise<Frame[]> => page.evaluate<Frame[]>('window.charted.splice(0)');

/**
 * How long each event took to its frame, in milliseconds. The events of a line are numbered as they were said, so the first frame that shows
 * n of them shows the n-th.
 * @param stamps when each was said
 * @param from events said before are left out, as are those from `to` on
 */
export function agesOf(stamps: ReadonlyMap<string, Float64Array>, frames: readonly Frame[], from: number, to: number): number[] {
  const ages: number[] = [];
  const next = new Map<string, number>();
  for (const { at, counts } of frames) {
    for (const [name, count] of Object.entries(counts)) {
      const said = stamps.get(name);
      const begin = next.get(name) ?? 0;
      if (count <= begin) continue;
      for (const stamp of said?.subarray(begin, count) ?? []) if (stamp >= from && stamp < to) ages.push(at - stamp);
      next.set(name, count);
    }
  }
  return ages;
}

/** Events all lines show after the last of the frames. */
export const shownIn = (frames: readonly Frame[]): number =>
  [...new Map(frames.flatMap(({ counts }) => Object.entries(counts))).values()].reduce((sum, count) => sum + count, 0);
