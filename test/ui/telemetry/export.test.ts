/** The ways out: a collector that is set, tested and told how it goes; where Prometheus and SQLite readers find what there is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let collector: Server;
let address = '';
/** Bodies of the requests that showed the token. */
const taken: string[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const mayIn = request.headers.authorization === 'Bearer right' && request.url === '/v1/metrics';
      if (mayIn) taken.push(body);
      response.writeHead(mayIn ? 200 : 401, { 'content-type': 'application/json' }).end(mayIn ? '{}' : '{"message":"who are you"}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  ui = await startUi();
});
afterAll(async () => {
  await ui?.close();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Export to a collector' });
async function open(theme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await ui.open('/settings', { theme, reducedMotion: true });
  await page.getByRole('button', { name: 'Export to a collector…' }).focus();
  await page.keyboard.press('Enter');
  await dialogOf(page).getByLabel('Address of the collector').waitFor();
  return page;
}

test('a test says what the collector answered, before anything is kept', async () => {
  const page = await open();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Address of the collector').fill('localhost:4318');
  await dialog.getByText('An address that begins with http://', { exact: false }).waitFor();
  await dialog.getByLabel('Address of the collector').fill('http://127.0.0.1:9');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText('Nobody answered', { exact: false }).waitFor();
  await dialog.getByLabel('Address of the collector').fill(address);
  await dialog.getByLabel('Header', { exact: true }).fill('Authorization');
  await dialog.getByLabel('Its value').fill('Bearer wrong');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText('It answered 401: {"message":"who are you"}').waitFor();
  await dialog.getByLabel('Its value').fill('Bearer right');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText('It answered 200, to a request without a value in it').waitFor();
  expect(taken).toEqual(['{"resourceMetrics":[]}']);
  expect((await ui.client.system.settings({})).export.endpoint).toBe('');
  await dialog.getByLabel('Every').fill('5');
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await until('the focus back on the button', async () => (await page.evaluate('document.activeElement?.textContent')) === 'Export to a collector…');
  await page.getByText(/requests? taken, the last/).waitFor();
  expect(JSON.parse(taken.at(-1) ?? '{}')).toMatchObject({ resourceMetrics: [{ scopeMetrics: [{ metrics: expect.any(Array) }] }] });
  await page.context().close();
});

test('the value of the header is kept in a file for its owner, not shown again, and sent to no other server', async () => {
  const file = path.join(ui.dataDir, 'export', 'headers');
  expect(readFileSync(file, 'utf8')).toBe('Authorization: Bearer right\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const page = await open();
  const dialog = dialogOf(page);
  expect(await dialog.getByLabel('Header', { exact: true }).inputValue()).toBe('authorization');
  expect(await dialog.getByLabel('Its value').inputValue()).toBe('');
  expect(await page.content()).not.toContain('Bearer right');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText('It answered 200', { exact: false }).waitFor();
  await dialog.getByLabel('Address of the collector').fill('http://localhost:9');
  await dialog.getByText('The value of the header is missing.').waitFor();
  const elsewhere = await ui.client.analytics.testExport({ endpoint: address.replace('127.0.0.1', 'localhost'), headersFile: '' });
  expect(elsewhere.detail).toContain('401');
  await page.context().close();
});

test('a collector that refuses is said in Settings; other settings can be saved beside it; off keeps the address', async () => {
  await ui.client.analytics.saveExport({
    settings: { enabled: true, endpoint: address, intervalSeconds: 5, headersFile: '' },
    headers: 'authorization: Bearer wrong',
  });
  const page = await ui.open('/settings');
  await page.getByText('it answered 401', { exact: false }).waitFor();
  await page.getByRole('textbox', { name: 'Sessions at once' }).fill('3');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved the settings.').waitFor();
  await page.getByRole('button', { name: 'Export to a collector…' }).click();
  await dialogOf(page).getByText("Send the app's own metrics", { exact: false }).click();
  await dialogOf(page).getByRole('button', { name: 'Save export' }).click();
  await page.getByText('Nothing is sent.').waitFor();
  expect(await ui.client.system.settings({})).toMatchObject({ governor: { global: 3 }, export: { enabled: false, endpoint: address } });
  expect(await page.getByText('Not saved yet.').count()).toBe(0);
  await page.context().close();
});

test('where Prometheus and readers of SQLite find what there is', async () => {
  const page = await ui.open('/settings');
  await page.getByText(`${ui.url}/metrics`).waitFor();
  await page.getByText(path.join(ui.dataDir, 'metrics.db')).waitFor();
  expect(statSync(path.join(ui.dataDir, 'metrics.db')).isFile()).toBe(true);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing on Settings and on the dialog in %s', async (theme) => {
  const page = await open(theme);
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialogOf(page).waitFor({ state: 'detached' });
  await page.getByText('Raw store').scrollIntoViewIfNeeded();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('the pages print no problems', () => {
  expect(ui.problems).toEqual([]);
});
