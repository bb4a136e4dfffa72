/** A transcript of 50,000 events: it opens at its end, any place of it can be reached, and the page never holds more than what is in sight. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { fillLongSession, LONG_SESSION } from '../../support/long-session.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
beforeAll(async () => {
  ui = await startUi({ prepare: (dataDir) => fillLongSession(dataDir, 50_000) });
}, 180_000);
afterAll(() => ui?.close());

const rows = (page: Page) => page.getByRole('region', { name: 'Transcript' }).getByRole('listitem');

test('opens at the end, jumps to the beginning and to a line in the middle, with few rows in the page', async () => {
  const page = await ui.open(`/agents/${LONG_SESSION}`);
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.getByText('Session ended').waitFor();
  await transcript.focus();
  await page.keyboard.press('Home');
  await transcript.getByText('Work for hours.').waitFor();
  expect(await rows(page).first().getAttribute('aria-posinset')).toBe('1');
  const { session } = await ui.client.sessions.get({ id: LONG_SESSION });
  expect(await rows(page).first().getAttribute('aria-setsize')).toBe(String(session.items));
  await page.goto(`${ui.url}/#/agents/${LONG_SESSION}/15000`);
  await page.reload();
  await page.locator('[data-index="15000"]').getByText(/\S/).first().waitFor();
  expect(await rows(page).count()).toBeLessThan(100);
  await page.context().close();
});

test('scrolling through it shows every stretch, and what is open stays open', async () => {
  const page = await ui.open(`/agents/${LONG_SESSION}`);
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.getByText('Session ended').waitFor();
  for (const share of [0.8, 0.5, 0.2]) {
    await transcript.evaluate((box, part) => (box.scrollTop = box.scrollHeight * part), share);
    await until('lines in sight', async () => (await transcript.locator('[data-kind]').count()) > 5);
  }
  await transcript.focus();
  await page.keyboard.press('Home');
  await transcript.getByText('Work for hours.').waitFor();
  const line = transcript.getByRole('button', { name: /Read src\/file-2\.ts/ });
  await line.focus();
  await page.keyboard.press('Enter');
  await transcript.getByText('Output', { exact: true }).waitFor();
  await transcript.evaluate((box) => (box.scrollTop = box.scrollHeight));
  await transcript.getByText('Session ended').waitFor();
  await transcript.evaluate((box) => (box.scrollTop = 0));
  await until('the opened line', async () => (await line.getAttribute('aria-expanded')) === 'true');
  expect(await line.evaluate((button) => button.matches(':focus')), 'the focus was not lost').toBe(true);
  await page.context().close();
});

test('no page printed an error', () => {
  expect(ui.problems).toEqual([]);
});
