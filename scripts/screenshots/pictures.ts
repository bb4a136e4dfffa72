/** Takes the pictures: each place in light and dark, when it has settled. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Theme, Ui } from '#test/support/ui.ts';
import type { Work } from './work.ts';

type Picture = { readonly name: string; readonly place: (work: Work) => string; readonly before?: (page: Page) => Promise<void> };

const pictures: readonly Picture[] = [
  { name: 'overview', place: () => '/' },
  { name: 'inbox', place: () => '/inbox' },
  { name: 'agents', place: () => '/agents' },
  { name: 'session', place: ({ waiting }) => `/agents/${waiting}` },
  { name: 'review', place: ({ reviewed }) => `/review/${reviewed}`, before: openServerFile },
  { name: 'subagents', place: ({ helped }) => `/agents/${helped}`, before: (page) => page.getByRole('tab', { name: 'Subagents' }).click() },
  { name: 'analytics', place: () => '/analytics', before: lastMinutes },
  { name: 'analytics-series', place: () => '/analytics', before: openSeries },
  { name: 'repositories', place: ({ repository }) => `/repositories/${repository}` },
  { name: 'settings', place: () => '/settings' },
  { name: 'new-task', place: () => '/agents', before: writeTask },
  { name: 'palette', place: () => '/', before: (page) => page.keyboard.press('Control+k') },
];

/** The file with the most to see. */
async function openServerFile(page: Page): Promise<void> {
  await page.getByText('src/server.js', { exact: true }).first().click();
}

/** The work was done in the last minutes: a day would show it as one point. */
async function lastMinutes(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Live sessions' }).waitFor();
  await page.keyboard.press('r');
  await page.getByRole('option', { name: 'Last 15 minutes' }).click();
}

async function openSeries(page: Page): Promise<void> {
  await lastMinutes(page);
  await page.getByRole('button', { name: /^Turn duration/ }).click();
  await page.getByRole('complementary', { name: 'Trend' }).waitFor();
}

async function writeTask(page: Page): Promise<void> {
  await page.keyboard.press('c');
  await page.getByRole('button', { name: /Repository/ }).click();
  await page.getByRole('option', { name: 'parcels' }).click();
  await page.getByLabel('What to do').fill('Ask a carrier only once when two clients want the same parcel in the same moment.');
  await page.getByLabel('Done when').fill('Ten requests for one parcel make one call to its carrier. A test says so.');
  await page.getByLabel('Money').fill('3');
  await page.getByLabel('Allowed without asking').fill('Edit\nBash(npm test:*)');
}

/** A page has settled when it has looked the same for this long, milliseconds. Live text never settles: then the longest wait counts. */
const STILL_MS = 700;
const LONGEST_MS = 5000;

/**
 * Takes all pictures.
 * @param only names of pictures; empty means all
 */
export async function takePictures(ui: Ui, work: Work, folder: string, only: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    for (const picture of pictures) if (only.length === 0 || only.includes(picture.name)) await take(ui, picture.place(work), folder, picture, theme);
  }
}

/** Takes one picture of an address in both themes. */
export async function takePlace(ui: Ui, name: string, place: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const theme of ['light', 'dark'] as const) await take(ui, place, folder, { name }, theme);
}

async function take(ui: Ui, place: string, folder: string, picture: Pick<Picture, 'name' | 'before'>, theme: Theme): Promise<void> {
  const page = await ui.open(place, { theme, reducedMotion: true });
  await settle(page);
  if (picture.before) {
    await picture.before(page);
    await settle(page);
  }
  await page.screenshot({ path: path.join(folder, `${picture.name}-${theme}.png`), animations: 'disabled' });
  await page.context().close();
}

async function settle(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  const until = Date.now() + LONGEST_MS;
  let seen = '';
  let since = Date.now();
  while (Date.now() < until && Date.now() - since < STILL_MS) {
    const now = await page.locator('main').innerText();
    if (now !== seen) [seen, since] = [now, Date.now()];
    await page.waitForTimeout(100);
  }
}
