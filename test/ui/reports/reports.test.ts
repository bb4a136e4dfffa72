/** Reports by keyboard: the week in one key, one for chosen parts, one on a schedule; axe over the room and its dialogs, and over those of alerts, in both themes. */
import { cpSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { daysOfWork, writeSamples } from '../../support/ui-metrics.ts';
import { axeProblems, startUi, until, type Theme, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
const themes = ['light', 'dark'] as const;

beforeAll(async () => {
  sandbox = makeSandbox();
  const seeded = sandbox.folder('seeded', {});
  await writeSamples(seeded, daysOfWork(Date.now()));
  ui = await startUi({ prepare: (dataDir) => cpSync(seeded, dataDir, { recursive: true }) });
});
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

const focused = async (page: Page): Promise<string> => String(await page.evaluate('document.activeElement?.textContent'));

/** Opens a dialog from its button by Enter, leaves it by Escape, and looks where the focus is. */
async function thereAndBack(page: Page, button: string, dialog: string, within: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(`^${button}`) })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: dialog }).waitFor();
  await until('the focus in the dialog', async () => (await page.evaluate(`document.activeElement?.closest('[role="dialog"]') !== null`)) === true);
  await within();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: dialog }).waitFor({ state: 'detached' });
  await until(`the focus back on "${button}"`, async () => (await focused(page)).startsWith(button));
}

test('the week of the team is one key; it can be saved and removed', async () => {
  const page = await ui.open('/reports');
  await page.getByText('No report was made yet.').waitFor();
  await page.keyboard.press('w');
  const row = page.getByRole('grid', { name: 'Reports' }).getByRole('row').first();
  await row.getByText(/sections/).waitFor();
  const download = page.waitForEvent('download');
  await row.getByRole('button', { name: /as PDF$/ }).click();
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
  await page.context().close();
});

test('a report of chosen parts is made by keyboard alone; a bad period says so and is not made', async () => {
  const page = await ui.open('/reports');
  await page.getByRole('grid', { name: 'Reports' }).waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Make a report' });
  await dialog.getByLabel('Title').waitFor();
  await page.keyboard.type('Cost of two days');
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await page
    .getByRole('grid', { name: 'Reports' })
    .getByRole('row', { name: /Cost of two days/ })
    .waitFor();
  await page.keyboard.press('n');
  await dialog.getByRole('button', { name: /Period/ }).click();
  await page.getByRole('option', { name: 'Chosen days' }).click();
  await dialog.getByLabel('First day').fill('2026-02-02');
  await dialog.getByLabel('Last day').fill('2026-02-01');
  await dialog.getByText('The last day lies before the first.').waitFor();
  expect(await dialog.getByRole('button', { name: /Make report/ }).isDisabled()).toBe(true);
  await page.context().close();
});

test('a schedule is added, says when it runs next, and is taken back', async () => {
  const page = await ui.open('/reports');
  await page.getByRole('button', { name: /^Add schedule/ }).waitFor();
  await page.keyboard.press('s');
  await page.getByRole('dialog', { name: 'Add a schedule' }).getByLabel('Title').waitFor();
  await page.keyboard.press('Control+Enter');
  const schedules = page.getByRole('region', { name: 'Schedules' });
  await schedules.getByText(/^next \d/).waitFor();
  await schedules.getByRole('button', { name: /^Remove/ }).click();
  await schedules.getByText('No report is made by itself yet.').waitFor();
  await page.keyboard.press('u');
  await schedules.getByText(/^next \d/).waitFor();
  await page.context().close();
});

test.each(themes)('axe finds nothing in Reports and its dialogs in %s, and the focus comes back', async (theme: Theme) => {
  const page = await ui.open('/reports', { theme, reducedMotion: true });
  await page.getByRole('grid', { name: 'Reports' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  const clean = async (): Promise<void> => expect(await axeProblems(page)).toEqual([]);
  await thereAndBack(page, 'Make report', 'Make a report', clean);
  await thereAndBack(page, 'Add schedule', 'Add a schedule', clean);
  await page.context().close();
});

test.each(themes)('axe finds nothing in the dialogs of alerts in %s, and the focus comes back', async (theme: Theme) => {
  const page = await ui.open('/analytics/alerts', { theme, reducedMotion: true });
  const clean = async (): Promise<void> => expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('r');
  await thereAndBack(page, 'Add rule', 'Add an alert rule', clean);
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Add a channel' });
  await thereAndBack(page, 'Add channel', 'Add a channel', async () => {
    for (const kind of ['Webhook', 'Slack', 'Email']) {
      await dialog.getByRole('button', { name: /Kind/ }).click();
      await page
        .getByRole('option', { name: new RegExp(kind, 'i') })
        .first()
        .click();
      await clean();
    }
  });
  await page.context().close();
});

test('a viewer sees the reports and makes none', async () => {
  const page = await ui.openViewer('/reports');
  await page.getByRole('grid', { name: 'Reports' }).waitFor();
  await page.getByText('You look as a viewer', { exact: false }).waitFor();
  expect(await page.getByRole('button', { name: /^(Make report|Remove|Change)/ }).count()).toBe(0);
  await page.context().close();
});

test('the pages print no problems', () => {
  expect(ui.problems).toEqual([]);
});
