/** A transcript of 50,000 events: how soon its first rows are in the page, and whether scrolling through it ever blocks the page. */
import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { fillLongSession, LONG_SESSION } from '#test/support/long-session.ts';
import { build, scratch, startCore } from '../lib/core.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { openPage } from '../lib/page.ts';
import { median } from '../lib/stats.ts';

const EVENTS = 50_000;
const OPENED = 15;
const WHEELS = 300;
const JUMPS = 12;
const PLACE = `#/agents/${LONG_SESSION}`;

/** Runs before the page's own code: notes when the first row with content is in the document, and every task over 50 ms. */
const WATCH = `(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  window.rowsAfter = (began) => new Promise((resolve) => {
    const there = () => document.querySelector('[role=listitem][data-index] [data-kind]') && (observer.disconnect(), resolve(performance.now() - began));
    const observer = new MutationObserver(there);
    observer.observe(document, { subtree: true, childList: true });
    there();
  });
  window.firstRows = window.rowsAfter(0);
})()`;

export const bench: Bench = {
  name: 'transcript',
  title: `A transcript of ${EVENTS.toLocaleString('en-US')} events`,
  async run(say) {
    build();
    const dataDir = scratch('transcript');
    fillLongSession(dataDir, EVENTS);
    const core = await startCore({ dataDir });
    const { page, close } = await openPage(core);
    try {
      await page.addInitScript(WATCH);
      const inApp: number[] = [];
      const fresh: number[] = [];
      for (let i = -2; i < OPENED; i++) {
        await page.goto('about:blank');
        await page.goto(core.url);
        await page.getByRole('contentinfo').getByText('running').first().waitFor();
        await page.waitForTimeout(500);
        const opened = await page.evaluate<number>(`(location.hash = '${PLACE}', window.rowsAfter(performance.now()))`);
        await page.goto('about:blank');
        await page.goto(`${core.url}/${PLACE}`);
        const loaded = await page.evaluate<number>('window.firstRows');
        if (i < 0) continue;
        inApp.push(opened);
        fresh.push(loaded);
      }
      say(
        `rows in the page after ${inApp.map((ms) => ms.toFixed(0)).join(', ')} ms in the app, ${fresh.map((ms) => ms.toFixed(0)).join(', ')} ms with the app's own load`,
      );
      const long = await scrollThrough(page);
      say(`tasks over 50 ms: ${long.length === 0 ? 'none' : long.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
      return [
        bounded('opening it in the app to its first rows, median', 'ms', median(inApp), 300, OPENED),
        bounded('loading the app at its address to its first rows, median', 'ms', median(fresh), 300, OPENED),
        bounded('tasks over 50 ms while scrolling', 'tasks', long.length, 0, 3 * WHEELS + JUMPS),
      ];
    } finally {
      await close();
      await core.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

/** Turns the wheel up from the end, jumps about, and turns it down from the beginning. @returns tasks over 50 ms, in milliseconds */
async function scrollThrough(page: Page): Promise<number[]> {
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.hover();
  await page.waitForTimeout(1000);
  await page.evaluate('window.longTasks.length = 0');
  for (const by of [-400, -2000]) await wheel(page, by);
  for (let i = 0; i < JUMPS; i++) {
    await transcript.evaluate((box, share) => (box.scrollTop = box.scrollHeight * share), ((i * 7) % JUMPS) / JUMPS);
    await page.waitForTimeout(200);
  }
  await transcript.focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(500);
  await wheel(page, 800);
  await page.keyboard.press('End');
  await page.waitForTimeout(1000);
  return page.evaluate<number[]>('window.longTasks');
}

async function wheel(page: Page, by: number): Promise<void> {
  for (let i = 0; i < WHEELS; i++) {
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(16);
  }
}
