/** The other parts of Analytics: two sessions compared, a series of one's own, alerts; axe over all of them in both themes, and the width of a small window. */
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { daysOfWork, writeSamples } from '../../support/ui-metrics.ts';
import { addRepository, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { axeProblems, startUi, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
const ids: string[] = [];

beforeAll(async () => {
  sandbox = makeSandbox();
  const seeded = sandbox.folder('seeded', {});
  await writeSamples(seeded, daysOfWork(Date.now()));
  ui = await startUi({ prepare: (dataDir) => cpSync(seeded, dataDir, { recursive: true }) });
  const api = await addRepository(ui.client, sandbox, 'api');
  for (const title of ['Retry uploads', 'Rename tokens']) {
    const id = await startCommand(ui.client, api.id, title, programs.edit(`${title.length}.ts`, 'export {};\n'));
    await whenStatus(ui.client, id, 'finished');
    ids.push(id);
  }
});
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('two sessions are chosen by title and stand beside each other with their facts', async () => {
  const page = await ui.open('/analytics/sessions');
  for (const [label, title] of [
    ['First session', 'Retry uploads'],
    ['Second session', 'Rename tokens'],
  ] as const) {
    await page.getByRole('combobox', { name: label }).fill(title);
    await page.getByRole('option', { name: new RegExp(title) }).click();
  }
  const facts = page.getByRole('table', { name: 'Facts of both sessions' });
  await facts.getByRole('columnheader', { name: 'Rename tokens' }).waitFor();
  await facts.getByRole('row', { name: /^State finished finished/ }).waitFor();
  expect(page.url()).toContain(`${ids[0]}~${ids[1]}`);
  await page.context().close();
});

test('a CSV file shows its scores and what the engine found; a wrong one says why', async () => {
  const page = await ui.open('/analytics/own');
  const start = Date.UTC(2026, 0, 5);
  const lines = Array.from({ length: 500 }, (_, i) => `${new Date(start + i * 300_000).toISOString()},${i >= 400 && i < 404 ? 900 : 100 + (i % 12)}`);
  const input = page.getByLabel('CSV file');
  await input.setInputFiles({ name: 'nothing.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\nc,d\n') });
  await page.getByRole('alert').locator('code').waitFor();
  await input.setInputFiles({ name: 'latency.csv', mimeType: 'text/csv', buffer: Buffer.from(`timestamp,value\n${lines.join('\n')}\n`) });
  await page.getByRole('heading', { name: 'latency.csv' }).waitFor();
  await page.getByText('n = 500').first().waitFor();
  await page.getByRole('figure', { name: /^latency.csv/ }).waitFor();
  expect(await page.getByRole('complementary', { name: 'Findings' }).getByRole('button').count()).toBeGreaterThan(0);
  await page.keyboard.press('t');
  await page.getByRole('columnheader', { name: 'Score' }).waitFor();
  await page.context().close();
});

test('a rule is made, fired as a test and found in the history; a channel can be added for it', async () => {
  const page = await ui.open('/analytics/alerts');
  await page.getByText(/No alert ever fired/).waitFor();
  await page.keyboard.press('l');
  await page.keyboard.press('n');
  const channel = page.getByRole('dialog', { name: 'Add a channel' });
  await channel.getByRole('button', { name: /Kind/ }).click();
  await page.getByRole('option', { name: 'In the app' }).click();
  await channel.getByLabel('Name').fill('Here');
  await channel.getByRole('button', { name: 'Save channel' }).click();
  await page.getByRole('grid', { name: 'Channels' }).getByRole('row', { name: /Here/ }).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('n');
  const rule = page.getByRole('dialog', { name: 'Add an alert rule' });
  await rule.getByLabel('Name').fill('Too many tool calls');
  await rule.getByRole('combobox', { name: 'Metric' }).fill('Tool calls');
  await page.getByRole('option', { name: /^Tool calls tool_call/ }).click();
  await rule.getByLabel('Threshold').fill('100000');
  await rule.getByText('Here', { exact: true }).click();
  await rule.getByRole('button', { name: 'Save rule' }).click();
  await page
    .getByRole('grid', { name: 'Alert rules' })
    .getByRole('row', { name: /Too many tool calls/ })
    .waitFor();
  await page.keyboard.press('x');
  const row = page.getByRole('grid', { name: 'Alerts' }).getByRole('row', { name: /Too many tool calls/ });
  await row.getByText('test', { exact: true }).waitFor();
  await page.context().close();
});

test('the app tells how it is itself: latency, errors by kind, memory of its own and of agents apart, databases', async () => {
  await expect(ui.client.tasks.get({ id: 'tsk_nobody' })).rejects.toThrow();
  const page = await ui.open('/analytics/dashboards/this-app');
  for (const name of ['Event to pixel, p95', 'Our memory per session']) {
    await page
      .getByRole('region', { name, exact: true })
      .getByText(/\d (ms|s|[kM]?B)$/)
      .first()
      .waitFor();
  }
  for (const name of ['Event to pixel', 'Calls of the app', 'Errors of the app', "Core's delay", 'Memory of core and host', 'Databases']) {
    await page.getByRole('region', { name, exact: true }).scrollIntoViewIfNeeded();
    await page
      .getByRole('figure', { name: new RegExp(`^${name}`) })
      .first()
      .waitFor();
  }
  await page.context().close();
});

const screens = [
  { name: 'dashboard', place: '/analytics', shows: 'Live sessions' },
  { name: 'cost', place: '/analytics/dashboards/cost', shows: 'Cost by model' },
  { name: 'this app', place: '/analytics/dashboards/this-app', shows: 'Slowest calls, p95' },
  { name: 'compare', place: '/analytics/sessions', shows: /Choose two sessions/ },
  { name: 'own series', place: '/analytics/own', shows: /timestamp,value/ },
  { name: 'alerts', place: '/analytics/alerts', shows: /Too many tool calls/ },
] as const;

test.each(screens.flatMap((screen) => (['light', 'dark'] as const).map((theme) => ({ ...screen, theme }))))(
  'axe finds nothing on $name in $theme',
  async ({ place, shows, theme }) => {
    const page = await ui.open(place, { theme, reducedMotion: true });
    await page.getByText(shows).first().waitFor();
    if (place === '/analytics') await page.getByRole('figure', { name: /^Live sessions/ }).waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await page.context().close();
  },
);

test.each(['light', 'dark'] as const)('axe finds nothing on a series and on the dialogs in %s', async (theme) => {
  const page = await ui.open('/analytics', { theme, reducedMotion: true });
  await page.getByRole('button', { name: /^Live sessions/ }).click();
  await page.getByRole('figure', { name: /^Live sessions, with trend/ }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Success rate', exact: true }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Add a tile' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('in a window of 1024 pixels nothing is cut off sideways', async () => {
  const page = await ui.open('/analytics', { width: 1024, height: 720 });
  await page.getByRole('figure', { name: /^Live sessions/ }).waitFor();
  const over = await page.evaluate(
    "[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.visually-hidden')).length",
  );
  expect(over).toBe(0);
  await page.context().close();
});

test('the pages print no problems', () => {
  expect(ui.problems).toEqual([]);
});
