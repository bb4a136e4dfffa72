/**
 * The peer of the charts: the same subscription through the app's own client and hub, drawn by uPlot instead of React and recharts. The page
 * has the core's address, so that it is signed in as the app is.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { Query } from '#shared/domain/query.ts';
import { root, type BenchCore } from './core.ts';
import { until } from './until.ts';

const uplot = fileURLToPath(import.meta.resolve('uplot/dist/uPlot.esm.js'));

/** In the page: frames are told as by `watchCharts`. */
const entry = (queries: readonly Query[]): string => `
import uPlot from ${JSON.stringify(uplot)};
import { startClient } from './lib/client.ts';
import { answerOf, listen } from './analytics/live/hub.ts';
import { keyOf } from './analytics/model/asked.ts';

globalThis.__zod_globalConfig = { jitless: true };
const shown = {};
let counts = {}, waiting = false;
const channel = new MessageChannel();
window.charted = [];
channel.port1.onmessage = () => {
  waiting = false;
  window.charted.push({ at: Date.now(), counts });
  counts = {};
};
const drawn = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => channel.port2.postMessage(null));
};
startClient();
for (const query of ${JSON.stringify(queries)}) {
  let chart = null;
  listen(query, () => {
    const answered = answerOf(keyOf(query))?.answered;
    if (!answered?.ok || answered.answer.series.length === 0) return;
    const { from, to, series } = answered.answer;
    const lines = uPlot.join(series.map(({ points }) => [points.map(([at]) => at / 1000), points.map(([, value]) => value)]));
    if (chart?.series.length !== lines.length) {
      chart?.destroy();
      const own = series.map(({ tags }, i) => ({ label: Object.values(tags).join(', '), stroke: ['#4c78a8', '#f58518', '#54a24b'][i % 3], width: 1.5, points: { show: false } }));
      chart = new uPlot({ width: 400, height: 240, series: [{}, ...own], cursor: { show: false }, legend: { show: false } }, lines, document.body.appendChild(document.createElement('div')));
    } else chart.setData(lines, false);
    chart.setScale('x', { min: from / 1000, max: to / 1000 });
    for (const { tags, points } of series) {
      const name = Object.values(tags).join(', ');
      const count = points.reduce((sum, [, value]) => sum + (value ?? 0), 0);
      if (shown[name] !== count) counts[name] = shown[name] = count;
    }
    drawn();
  });
}`;

/** Leaves the app for the peer's page; resolves when it has drawn something. @returns uPlot's version */
export async function openPeer(core: BenchCore, page: Page, queries: readonly Query[]): Promise<string> {
  const result = await build({
    stdin: { contents: entry(queries), resolveDir: path.join(root, 'renderer'), loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome140',
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    logLevel: 'silent',
  });
  const styles = readFileSync(path.join(path.dirname(uplot), 'uPlot.min.css'), 'utf8');
  // The shortest answer of the core: its address, nothing of the app.
  await page.goto(`${core.url}/healthz`);
  await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(`${styles} body { display: grid; grid-template-columns: repeat(3, 1fr) }`)});
    document.adoptedStyleSheets = [sheet];
    document.body.replaceChildren();
  })()`);
  await page.evaluate(result.outputFiles[0]?.text ?? '');
  await until('uPlot to draw', () => page.evaluate<boolean>('window.charted.length > 0'));
  return /\/uPlot \(v([\d.]+)\)/.exec(readFileSync(uplot, 'utf8'))?.[1] ?? 'unknown';
}
