/** The frame: keys, palette, sheet of keys, theme, panels, and what it says when the core goes away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addRepository, programs, startCommand } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  const api = await addRepository(ui.client, sandbox, 'api');
  await startCommand(ui.client, api.id, 'Upgrade HTTP client', programs.work());
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

test('two keys one after the other go to a room, and the rail says where one is', async () => {
  const page = await ui.open();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  expect(await page.getByRole('link', { name: /^Agents/ }).getAttribute('aria-current')).toBe('page');
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
});

test('keys are text while one types', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('textbox', { name: 'Filter sessions' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('gcb');
  expect(await page.getByRole('textbox', { name: 'Filter sessions' }).inputValue()).toBe('gcb');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('textbox', { name: 'Filter sessions' }).inputValue()).toBe('');
});

test('the palette finds a session by a few letters, shows keys, and brings the last choice first', async () => {
  const page = await ui.open();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Find or run anything' });
  await palette
    .getByRole('option', { name: /New task/ })
    .first()
    .waitFor();
  await page.keyboard.type('upg http');
  await palette
    .getByRole('option', { name: /Upgrade HTTP client.*api/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/agents\/ses_/);
  await page.keyboard.press('Control+k');
  await palette.getByText('Recent').waitFor();
  expect(await palette.getByRole('option').first().textContent()).toContain('Upgrade HTTP client');
});

test('the palette searches all text in the core', async () => {
  const page = await ui.open();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Upgrade HTTP');
  await page.getByText(/In all text, \d+/).waitFor();
});

test('the sheet lists the keys of this screen and of every screen', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('grid', { name: 'Sessions' }).waitFor();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys on this screen' });
  await sheet.getByRole('region', { name: 'Agents' }).getByText('Filter sessions').waitFor();
  await sheet.getByRole('region', { name: 'Everywhere' }).getByText('Go to Review').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('theme and rail are set by key and stay after a reload', async () => {
  const page = await ui.open();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  await page.keyboard.press('Control+Shift+L');
  await page.keyboard.press('Control+Shift+L');
  await page.keyboard.press('[');
  await page.reload();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  const rail = page.getByRole('navigation', { name: 'Rooms' });
  await rail.waitFor();
  expect((await rail.boundingBox())?.width).toBeLessThan(60);
});

test('an address that leads nowhere says so, and the frame stays', async () => {
  const page = await ui.open('/nowhere');
  await page.getByText('There is nothing at this address.').waitFor();
  await page.getByRole('link', { name: /^Overview/ }).waitFor();
});

test('the first paint needs no data: frame and skeletons stand while the core does not answer', async () => {
  const page = await ui.open();
  await page.routeWebSocket('**/rpc', (socket) => socket.close());
  await page.reload();
  await page.getByRole('link', { name: /^Overview/ }).waitFor();
  await page
    .getByRole('alert')
    .getByText(/Connection lost/)
    .waitFor();
  expect(await page.getByText('Nothing waits for you').count()).toBe(0);
});

test('when the core dies the status line says so, and the page is live again by itself', async () => {
  const page = await ui.open('/agents');
  const status = page.getByRole('contentinfo', { name: 'Status' });
  await status.getByText(/live, .* behind/).waitFor();
  const restarted = ui.restart();
  await status.getByText(/Connection lost/).waitFor();
  await restarted;
  await status.getByText(/live, .* behind/).waitFor();
  const { repositoryId } = await until('the session', async () => (await ui.client.sessions.list({})).sessions[0]);
  await startCommand(ui.client, repositoryId, 'Begun after the restart', programs.work());
  await page.getByRole('row', { name: /Begun after the restart/ }).waitFor();
});

test('nothing was printed that a developer would have to look at', () => {
  const known = /WebSocket connection|net::ERR|preload CSS|dynamically imported/;
  expect(ui.problems.filter((one) => !known.test(one))).toEqual([]);
});
