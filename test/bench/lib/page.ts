/** A page of real Chromium on a running core, signed in by a one-time link. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '#test/support/chromium.ts';
import type { BenchCore } from './core.ts';

export type BenchPage = { readonly page: Page; readonly cdp: CDPSession; readonly version: string; close(): Promise<void> };

/** Starts a browser and signs in; the page is left on the overview. */
export async function openPage(core: BenchCore): Promise<BenchPage> {
  const browser: Browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(await core.link());
  await page.getByRole('contentinfo').getByText('running').first().waitFor();
  return { page, cdp: await context.newCDPSession(page), version: browser.version(), close: () => browser.close() };
}

/** Bytes of JavaScript objects that are alive: measured after a forced collection. */
export async function pageHeap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}

/** From now on notes every task of the page that keeps it from answering for more than 50 ms. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  })()`);
}

/** Those since the last call, in milliseconds. */
export const longTasks = (page: Page): Promise<number[]> => page.evaluate<number[]>('window.tasks.splice(0)');
