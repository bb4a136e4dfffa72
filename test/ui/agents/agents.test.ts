/** Agents: groups, board, filter, selection, and the acts on one or many. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addRepository, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let repositoryId: string;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  const settings = await ui.client.system.settings({});
  await ui.client.system.saveSettings({ ...settings, retry: { attempts: 1, backoffSeconds: 0 } });
  repositoryId = (await addRepository(ui.client, sandbox, 'api')).id;
  const ended = [
    await startCommand(ui.client, repositoryId, 'Rename tokens', programs.fail()),
    await startCommand(ui.client, repositoryId, 'Fix the parser', programs.fail()),
  ];
  for (const id of ended) await whenStatus(ui.client, id, 'failed');
  const running = await startCommand(ui.client, repositoryId, 'Watch the build', programs.work());
  await whenStatus(ui.client, running, 'running');
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

test('sessions stand in groups by state, the running before the failed', async () => {
  const page = await ui.open('/agents');
  const list = page.getByRole('grid', { name: 'Sessions' });
  await list.getByText('Failed, 2').waitFor();
  const headings = await list.getByText(/^(Running|Failed), \d+$/).allTextContents();
  expect(headings).toEqual(['Running, 1', 'Failed, 2']);
  await page.getByRole('complementary', { name: 'Session facts' }).getByText('Watch the build').first().waitFor();
});

test('the filter keeps what has all its words, and says when nothing has', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('row', { name: /Rename tokens/ }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('failed parser');
  await page.getByRole('row', { name: /Rename tokens/ }).waitFor({ state: 'detached' });
  expect(await page.getByRole('row', { name: /Fix the parser/ }).count()).toBe(1);
  await page.keyboard.type(' nothing like it');
  await page.getByText(/No session has/).waitFor();
});

test('X selects, E archives the ended ones, U brings them back', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('row', { name: /Rename tokens/ }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await page.getByText('2 of 3 selected').waitFor();
  await page.keyboard.press('e');
  await page.getByRole('row', { name: /Rename tokens/ }).waitFor({ state: 'detached' });
  await page.getByRole('status', { name: 'Messages' }).getByText('Archived 2 sessions.').waitFor();
  expect((await ui.client.sessions.list({ archived: true })).sessions).toHaveLength(2);
  await page.keyboard.press('u');
  await page.getByRole('row', { name: /Rename tokens/ }).waitFor();
  expect((await ui.client.sessions.list({ archived: true })).sessions).toHaveLength(0);
});

test('S stops, R resumes where it was', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('row', { name: /Watch the build/ }).waitFor();
  await page.keyboard.press('s');
  await page.getByText('Stopped, 1', { exact: true }).waitFor();
  const stopped = await until('the stopped session', async () => (await ui.client.sessions.list({ status: ['stopped'] })).sessions[0]);
  await page.getByRole('row', { name: /Watch the build/ }).click();
  await page.keyboard.press('r');
  await whenStatus(ui.client, stopped.id, 'running');
});

test('B shows the board, arrows go between columns, Enter opens', async () => {
  const page = await ui.open('/agents');
  await page.getByRole('row', { name: /Watch the build/ }).waitFor();
  await page.keyboard.press('b');
  const board = page.getByRole('grid', { name: 'Sessions by state' });
  await board.getByRole('columnheader', { name: /Running/ }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page
    .getByRole('complementary', { name: 'Session facts' })
    .getByText(/Rename tokens|Fix the parser/)
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/agents\/ses_/);
});

test('focus on the list is not lost when its rows change', async () => {
  const page = await ui.open('/agents');
  const list = page.getByRole('grid', { name: 'Sessions' });
  await list.focus();
  await page.keyboard.press('j');
  const before = await list.getAttribute('aria-activedescendant');
  await startCommand(ui.client, repositoryId, 'One more', programs.work());
  await page.getByRole('row', { name: /One more/ }).waitFor();
  expect(await list.getAttribute('aria-activedescendant')).toBe(before);
  expect(await list.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
});
