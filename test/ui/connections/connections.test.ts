/** Connections on real agent hosts: add one, read what is told of it, act on it with one key, and take every act back. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentHost } from '#shared/domain/connection.ts';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { startRemoteHost, type RemoteHost } from '../../support/ui-hosts.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let remote: RemoteHost;
const timeout = 180_000;

beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  remote = await startRemoteHost('build-1');
}, timeout);
afterAll(async () => {
  await ui?.close();
  await remote?.close();
  sandbox.close();
});

const hosts = async (): Promise<AgentHost[]> => (await ui.client.connections.list({})).hosts;
const known = async (name: string): Promise<AgentHost | undefined> => (await hosts()).find((one) => one.name === name);
/** The host under its name, added when it is not there yet. */
async function added(name = 'build-1'): Promise<AgentHost> {
  return (await known(name)) ?? ui.client.connections.add({ name, url: remote.url, token: remote.token });
}
const messages = (page: Page) => page.getByRole('status', { name: 'Messages' });
const row = (page: Page, name: string) => page.getByRole('grid', { name: 'Agent hosts' }).getByRole('row', { name: new RegExp(name) });

test('with this machine alone the room teaches how another one becomes a host, G then C leads there', { timeout }, async () => {
  const page = await ui.open('/agents');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('region', { name: 'Add another machine' }).getByText('acc host --listen 127.0.0.1:4700 --token-file token').waitFor();
  await row(page, 'This machine').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('a wrong token is told with what to do before anything is kept; the right one shows what is there and is added', { timeout }, async () => {
  const page = await ui.open('/connections');
  await row(page, 'This machine').waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add agent host' });
  await dialog.getByLabel('Address').fill(remote.url);
  await dialog.getByLabel('Token').fill('y'.repeat(40));
  await page.keyboard.press('Control+Enter');
  await dialog.getByText('HOST_UNAUTHORIZED').waitFor();
  expect(await hosts()).toHaveLength(1);

  await dialog.getByLabel('Token').fill(remote.token);
  await page.keyboard.press('Control+Enter');
  await dialog.getByText('The host answers and takes this token.').waitFor();
  await dialog.getByText('build-1').waitFor();
  expect(await hosts()).toHaveLength(1);
  await dialog.getByLabel('Name').fill('build-1');
  await dialog.getByRole('button', { name: 'Add host' }).first().click();
  await row(page, 'build-1').getByText('ready').waitFor();
  await page.getByRole('heading', { name: 'build-1', level: 2 }).waitFor();
  expect(page.url()).toContain('#/connections/hosts/hst_');
  await page.context().close();
});

test('connections, times and events of a host are shown, and a number says where it comes from', { timeout }, async () => {
  const host = await added();
  const page = await ui.open(`/connections/hosts/${host.id}`);
  await page
    .getByRole('table', { name: 'Connections' })
    .getByRole('row', { name: /ready WebSocket/ })
    .first()
    .waitFor();
  await page.getByRole('region', { name: 'Events, newest first' }).getByText('connecting → ready').waitFor();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByRole('table', { name: 'Connections by the time they took to open' }).waitFor();
  await page.getByRole('button', { name: /^Opened \d+ %/ }).click();
  const origin = page.getByRole('dialog', { name: 'Connections that opened of build-1, where this comes from' });
  await origin.getByText('opens that reached ready / opens attempted').waitFor();
  await origin.getByRole('row', { name: /Opens attempted \d+/ }).waitFor();
  await page.context().close();
});

test('D drains, E ejects, A takes it back, U undoes: each is stored and seen', { timeout }, async () => {
  const host = await added();
  const page = await ui.open(`/connections/hosts/${host.id}`);
  const admin = (wanted: AgentHost['admin']) => until(wanted, async () => (await known('build-1'))?.admin === wanted);
  await page.getByRole('button', { name: 'Drain build-1' }).waitFor();
  await page.keyboard.press('d');
  await admin('draining');
  await row(page, 'build-1').getByText('draining', { exact: true }).waitFor();
  await page.keyboard.press('u');
  await admin('active');
  await row(page, 'build-1').getByText('ready').waitFor();
  await page.keyboard.press('e');
  await admin('ejected');
  await row(page, 'build-1').getByText('ejected by you').waitFor();
  await page.keyboard.press('a');
  await admin('active');
  await messages(page).getByText('Re-admitted build-1.').waitFor();
  await page.getByRole('region', { name: 'Events, newest first' }).getByText('in service → ejected').waitFor();
  await page.context().close();
});

test('W changes the weight, S the strategy at run time, R dials anew; all say what they did', { timeout }, async () => {
  const host = await added();
  const page = await ui.open(`/connections/hosts/${host.id}`);
  await row(page, 'build-1').getByText('ready').waitFor();
  await page.keyboard.press('w');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Weight' }).fill('2.5');
  await page.keyboard.press('Enter');
  await messages(page).getByText('build-1 has weight 2.5.').waitFor();
  expect((await known('build-1'))?.weight).toBe(2.5);

  await page.keyboard.press('s');
  await page.getByRole('option', { name: /In turn/ }).click();
  await messages(page).getByText('New sessions go by "In turn".').waitFor();
  expect((await ui.client.connections.view({})).strategy).toBe('round-robin');
  await page.keyboard.press('u');
  await until('the strategy before', async () => (await ui.client.connections.view({})).strategy === 'peak-ewma');

  await page.keyboard.press('r');
  await messages(page).getByText('Dialling build-1 anew.').waitFor();
  await page.getByRole('region', { name: 'Events, newest first' }).getByText('a person asked for a new connection').first().waitFor();
  await page.context().close();
});

test('M changes the name and the bounds of its connections, and says which field is wrong', { timeout }, async () => {
  const host = await added();
  const page = await ui.open(`/connections/hosts/${host.id}`);
  await row(page, 'build-1').waitFor();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Modify build-1' });
  await dialog.getByLabel('Connections at most').fill('1');
  await dialog.getByText('There cannot be more connections at least than at most.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Save host' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Connections at most').fill('20');
  await dialog.getByRole('button', { name: 'Save host' }).click();
  await messages(page).getByText('Saved build-1.').waitFor();
  expect((await known('build-1'))?.limits.maxSockets).toBe(20);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing in %s, and at 1024 px nothing is pushed out of the window', { timeout }, async (theme) => {
  const host = await added();
  const page = await ui.open(`/connections/hosts/${host.id}`, { theme, reducedMotion: true });
  await page.getByRole('table', { name: 'Connections' }).waitFor();
  await page.getByRole('region', { name: 'Events, newest first' }).getByText('connecting → ready').first().waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Address').fill('wss://build-2:4700');
  await page.getByRole('dialog').getByLabel('CA file').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.getByRole('form', { name: 'Load test' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('l');
  await page.setViewportSize({ width: 1024, height: 768 });
  const outside = await page.evaluate<number>(
    '[...document.querySelectorAll("button")].filter((one) => one.getBoundingClientRect().right > innerWidth).length',
  );
  expect(outside).toBe(0);
  await page.context().close();
});

test('a viewer sees hosts and numbers, is told why nothing can be done, and no key acts', { timeout }, async () => {
  const host = await added();
  const page = await ui.openViewer(`/connections/hosts/${host.id}`);
  await row(page, 'build-1').waitFor();
  await page.getByText('You look as a viewer; an operator adds and steers hosts.').waitFor();
  for (const key of ['d', 'e', 'w', 'n', 'm', 'Delete']) await page.keyboard.press(key);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.getByRole('button', { name: /^(Drain|Eject|Re-admit|Reconnect build|Weight|Modify|Remove|Add)/ }).count()).toBe(0);
  expect((await known('build-1'))?.admin).toBe('active');
  await page.context().close();
});

test('the pages printed no error', () => {
  expect(ui.problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([]);
});
