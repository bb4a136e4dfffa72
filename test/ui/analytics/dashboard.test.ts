/** Analytics on a core with real sessions: figures that live, layout by keys, tiles from the catalogue, the way from a figure to its events. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addAskingAgent, addRepository, askToEdit, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let repositoryId: string;
let finished = 0;

/** A session from its start to its end. */
async function work(title: string): Promise<string> {
  const id = await startCommand(ui.client, repositoryId, title, programs.edit(`${title.replaceAll(' ', '-')}.ts`, 'export {};\n'));
  await whenStatus(ui.client, id, 'finished');
  finished += 1;
  return id;
}

const tiles = async () => (await ui.client.analytics.dashboards({})).dashboards.find((one) => one.id === 'fleet')?.tiles ?? [];
const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  repositoryId = (await addRepository(ui.client, sandbox, 'api')).id;
  await work('Retry uploads');
  await work('Rename tokens');
});
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('G then Y opens it; a figure says value, n and window, and follows the work without a reload', async () => {
  const page = await ui.open('/');
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await page.waitForURL(/#\/analytics$/);
  await tile(page, 'Sessions ended').getByText(`n = ${finished}, last 24 h`).waitFor();
  await work('Cache settings');
  await tile(page, 'Sessions ended').getByText(`n = ${finished}, last 24 h`).waitFor();
  expect(await tile(page, 'Sessions ended').innerText()).toMatch(new RegExp(`\\n${finished}\\b`));
  await page.context().close();
});

test('what has too few values says how many there are and how many are needed', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Success rate').getByText(`not enough data: ${finished} of 5, last 24 h`).waitFor();
  await page.context().close();
});

test('the page measures the way from the core to the pixel and reports it', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').getByText(/^n = /).waitFor();
  await until('times of this page in the analytics', async () => {
    const { answers } = await ui.client.analytics.query({ queries: [{ metric: 'pixel_ms', aggregate: 'count', range: { kind: 'last', ms: 600_000 } }] });
    return answers[0]?.ok === true && (answers[0].answer.total.value ?? 0) > 0;
  });
  await page.context().close();
});

test('tiles are arranged with the arrow keys, resized with Shift, and every step can be taken back', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').focus();
  await page.keyboard.press('e');
  await page.getByText('Arrows move the chosen tile').waitFor();
  const before = (await tiles()).find((one) => one.id === 'sessions');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await until('the new size to be kept', async () =>
    (await tiles()).some((one) => one.id === 'sessions' && one.w === (before?.w ?? 0) + 1 && one.h === (before?.h ?? 0) + 1),
  );
  await page.keyboard.press('ArrowDown');
  await until('the move to be kept', async () => (await tiles()).some((one) => one.id === 'sessions' && one.y > 0));
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
  await until('the layout of before', async () => JSON.stringify((await tiles()).find((one) => one.id === 'sessions')) === JSON.stringify(before));
  await page.keyboard.press('e');
  await page.context().close();
});

test('a tile is dragged by its head', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Blocked on a person').waitFor();
  await page.keyboard.press('e');
  await page.getByText('Arrows move the chosen tile').waitFor();
  const box = await tile(page, 'Blocked on a person').boundingBox();
  if (!box) throw new Error('The tile is not drawn.');
  await page.mouse.move(box.x + box.width / 2, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x - box.width * 1.5, box.y + 14, { steps: 6 });
  await page.mouse.up();
  await until('the tile to stand further left', async () => ((await tiles()).find((one) => one.id === 'blocked')?.x ?? 9) < 9);
  await page.keyboard.press('Control+z');
  await until('the tile to stand where it was', async () => (await tiles()).find((one) => one.id === 'blocked')?.x === 9);
  await page.context().close();
});

test('a tile is put together from the catalogue, shows its table with T, and its removal can be undone', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').getByText(/^n = /).waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add a tile' });
  await dialog.getByRole('combobox', { name: 'Metric' }).fill('Sessions sta');
  await page.getByRole('option', { name: /Sessions started/ }).click();
  await dialog.getByText('agent', { exact: true }).click();
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  const made = tile(page, 'Sessions started by agent');
  await made.getByRole('figure').waitFor();
  await made.focus();
  await page.keyboard.press('t');
  await made.getByRole('columnheader', { name: 'From' }).waitFor();
  await page.keyboard.press('Delete');
  await made.waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await made.waitFor();
  await until('the tile to be kept', async () => (await tiles()).some((one) => one.title === 'Sessions started by agent'));
  await page.context().close();
});

test('a filter reaches the tiles that have its tag and is named where it does not', async () => {
  await addAskingAgent(ui.client);
  const { sessionId, permissionId } = await askToEdit(ui.client, repositoryId, 'Draft notes', 'NOTES.md');
  await ui.client.permissions.answer({ id: permissionId, answer: { kind: 'allow-once' } });
  await whenStatus(ui.client, sessionId, 'finished');
  finished += 1;
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').getByText(`n = ${finished}, last 24 h`).waitFor();
  await page.keyboard.press('/');
  const form = page.getByRole('dialog', { name: 'Add a filter' });
  await form.getByRole('button', { name: /Tag/ }).click();
  await page.getByRole('option', { name: 'agent', exact: true }).click();
  await form.getByText('scripted').click();
  await form.getByRole('button', { name: 'Add filter' }).click();
  await tile(page, 'Sessions ended').getByText('n = 1, last 24 h').waitFor();
  await tile(page, 'Our memory per session').getByText('not filtered by agent').waitFor();
  await page.getByRole('button', { name: 'Take off: agent is scripted' }).click();
  await tile(page, 'Sessions ended').getByText(`n = ${finished}, last 24 h`).waitFor();
  await page.context().close();
});

test('from a figure to where it comes from, to its series, to the moment in the session', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').getByText(/^n = /).waitFor();
  await tile(page, 'Sessions ended').focus();
  await page.keyboard.press('i');
  const dialog = page.getByRole('dialog', { name: 'Sessions ended, where this comes from' });
  await dialog.getByText('each end of a session').waitFor();
  await dialog.getByRole('button', { name: 'Open the series' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sessions ended' }).waitFor();
  await page.getByRole('complementary', { name: 'Trend' }).getByRole('heading', { name: 'Trend' }).waitFor();
  await page.getByRole('button', { name: 'the week before' }).click();
  await page
    .getByRole('menuitemradio', { name: 'Before a moment…' })
    .or(page.getByRole('menuitem', { name: 'Before a moment…' }))
    .click();
  const moment = page.getByRole('dialog', { name: 'Before which moment' });
  await moment.getByLabel('Moment').fill('2030-01-01T00:00');
  await moment.getByText('That moment has not come yet.').waitFor();
  await moment.getByLabel('Moment').fill('2026-01-05T00:00');
  await moment.getByRole('button', { name: 'Use this moment' }).click();
  await page.getByRole('button', { name: 'before 5 Jan 2026, 00:00:00' }).waitFor();
  await page.getByRole('region', { name: 'Against' }).getByText('Not enough data in one of both periods.').waitFor();
  const events = page.getByRole('region', { name: 'Events behind it' });
  await events.getByRole('link', { name: 'Rename tokens' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Rename tokens' }).waitFor();
  await page.context().close();
});

test('dashboards travel as files; a wrong file says where it is wrong', async () => {
  const page = await ui.open('/analytics');
  await tile(page, 'Sessions ended').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Acts on dashboards' }).click();
  await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
  const file = await (await download).path();
  const text = readFileSync(file, 'utf8');
  await page
    .getByLabel('File with dashboards')
    .setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from(text.replace('"figure"', '"pie"')) });
  await page
    .getByRole('dialog', { name: 'Not imported' })
    .getByText(/tiles\[0\]\.kind \(tile "Sessions ended"\)/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('File with dashboards').setInputFiles({ name: 'right.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.getByText('Imported 1 dashboard.').waitFor();
  await page.waitForURL(/#\/analytics\/dashboards\/dash_/);
  await page.keyboard.press('u');
  await page.waitForURL(/#\/analytics\/dashboards\/fleet/);
  await page.context().close();
});

test('a chart is copied as PNG and as SVG, or saved where the clipboard is closed', async () => {
  const page = await ui.open('/analytics');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const made = tile(page, 'Sessions started by agent');
  await made.focus();
  await made.locator('svg.recharts-surface').waitFor();
  await page.keyboard.press('Shift+Y');
  await page.getByText('Copied "Sessions started by agent" as SVG.').waitFor();
  const svg: string = await page.evaluate('navigator.clipboard.readText()');
  expect(svg).toMatch(/^<svg xmlns/);
  expect(svg).toContain('Sessions started by agent');
  expect(svg).not.toMatch(/var\(|oklch/);
  await page.keyboard.press('y');
  await page.getByText('Copied "Sessions started by agent" as PNG.').waitFor();
  await page.context().close();
});

test('a viewer sees the figures and is offered no changes', async () => {
  const page = await ui.openViewer('/analytics');
  await tile(page, 'Sessions ended').getByText(/^n = /).waitFor();
  expect(await page.getByRole('button', { name: /Arrange/ }).count()).toBe(0);
  await page.context().close();
});

test('the pages print no problems', () => {
  expect(ui.problems).toEqual([]);
});
