/** The load test from the room: it is started, followed to its goals, cancelled, kept, and two are compared. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, startUi, type Ui } from '../../support/ui.ts';

let ui: Ui;
const timeout = 240_000;
const RUN = { timeout: 120_000 };

beforeAll(async () => {
  ui = await startUi();
}, timeout);
afterAll(async () => {
  await ui?.close();
});

const form = ['Clients', 'Seconds', 'Sessions'] as const;

test('a run is started with Ctrl Enter, shown as it goes, and its report has the goals', { timeout }, async () => {
  const page = await ui.open('/connections/load-test');
  for (const label of form) await page.getByLabel(label).fill(label === 'Seconds' ? '3' : '8');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('progressbar', { name: 'Load test' }).waitFor();
  await page.getByRole('figure', { name: /Clients ready second by second/ }).waitFor(RUN);
  await page.getByRole('table', { name: 'Goals of the load test' }).waitFor(RUN);
  await page.getByRole('heading', { name: 'Measured' }).waitFor(RUN);
  const { reports } = await ui.client.connections.loadTests({});
  expect(reports).toMatchObject([{ status: 'done', options: { clients: 8, seconds: 3, sessions: 8, host: 'own' }, lost: 0, doubled: 0 }]);
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByRole('region', { name: 'Second by second as a table' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('S cancels a run; what was measured is kept', { timeout }, async () => {
  const page = await ui.open('/connections/load-test');
  for (const label of form) await page.getByLabel(label).fill(label === 'Seconds' ? '600' : '4');
  await page.getByRole('button', { name: /Start load test/ }).click();
  await page.getByRole('figure', { name: /Clients ready/ }).waitFor(RUN);
  await page.getByRole('heading', { name: 'Two load tests' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Cancel load test/ }).focus();
  await page.keyboard.press('s');
  await page.getByRole('status', { name: 'Messages' }).getByText('Cancelled the load test').waitFor(RUN);
  await page.getByRole('row', { name: /cancelled/ }).waitFor();
  await page.context().close();
});

test('X on two reports compares them goal by goal', { timeout }, async () => {
  const page = await ui.open('/connections/load-test');
  await page.getByRole('grid', { name: 'Load test reports' }).getByRole('row').nth(1).waitFor();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('heading', { name: 'Two load tests' }).waitFor();
  await page.getByText('They did not try the same: a change may come from that.').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Two load tests' }).waitFor({ state: 'detached' });
  await page.context().close();
});
