/** Overview: what needs me, what runs, the figures and where they come from; a first run that teaches. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ruleOf } from '../../support/metrics/alerts.ts';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addAskingAgent, addRepository, askToEdit, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { startUi, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

test('a first run shows the machine and the two ways to begin; adding a repository opens its first task', async () => {
  const page = await ui.open('/');
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
  await page.getByRole('button', { name: 'Take the tour' }).waitFor();
  await page.getByRole('region', { name: 'This machine' }).getByText('git', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Folder of the repository' }).fill('/there/is/nothing/here');
  await page.getByRole('button', { name: 'Add a repository' }).click();
  await page.locator('code', { hasText: /^[A-Z_]+$/ }).waitFor();
  await page.getByRole('textbox', { name: 'Folder of the repository' }).fill(sandbox.repo({ name: 'api' }).path);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New task' }).waitFor();
});

test('permissions come first, then changes to review, then failures; each acts by key', async () => {
  await addAskingAgent(ui.client);
  const web = await addRepository(ui.client, sandbox, 'web');
  const failed = await startCommand(ui.client, web.id, 'Rename colour tokens', programs.fail());
  await whenStatus(ui.client, failed, 'failed');
  const edited = await startCommand(ui.client, web.id, 'Retry failed uploads', programs.edit('upload.ts', 'export {};\n'));
  await whenStatus(ui.client, edited, 'finished');
  const { sessionId } = await askToEdit(ui.client, web.id, 'Draft release notes', 'NOTES.md');

  const page = await ui.open('/');
  const rows = page.getByRole('grid', { name: 'Needs you' }).getByRole('row');
  await rows.filter({ hasText: 'Retry failed uploads' }).waitFor();
  const kinds = await rows.evaluateAll((all) => all.map((row) => row.firstElementChild?.textContent));
  expect(kinds).toEqual(['Permission', 'Review', 'Failed']);

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.keyboard.press('a');
  await whenStatus(ui.client, sessionId, 'finished');
  expect((await ui.client.permissions.list({ waiting: false })).permissions.find((one) => one.sessionId === sessionId)).toMatchObject({ status: 'allowed' });
});

test('D archives a failure, and U brings it back', async () => {
  const page = await ui.open('/');
  const row = page.getByRole('grid', { name: 'Needs you' }).getByRole('row', { name: /Rename colour tokens/ });
  await row.waitFor();
  while ((await page.getByRole('button', { name: 'Archive' }).count()) === 0) await page.keyboard.press('j');
  await page.keyboard.press('d');
  await row.waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await row.waitFor();
});

test('an alert that fires stands under "Needs you" with its severity and counts at Analytics; Enter leads to it, A acknowledges it', async () => {
  const rule = await ui.client.analytics.saveRule(ruleOf({ name: 'Sessions end', metric: 'session_ended', threshold: 0, severity: 'warning' }));
  const page = await ui.open('/');
  const row = page.getByRole('grid', { name: 'Needs you' }).getByRole('row', { name: /Sessions end/ });
  await row.getByText('Warning', { exact: true }).waitFor();
  await row.getByText(/above the limit of 0/).waitFor();
  const room = page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /Analytics/ });
  await room.getByText('1 alert firing').waitFor();

  const act = page.getByRole('button', { name: 'Acknowledge' });
  while ((await act.count()) === 0) await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const opened = page.getByRole('grid', { name: 'Alerts' }).getByRole('row', { name: /Sessions end/, selected: true });
  await opened.getByText('Told nowhere but here.').waitFor();
  await page.goBack();
  await row.waitFor();
  while ((await act.count()) === 0) await page.keyboard.press('j');
  await page.keyboard.press('a');
  await row.waitFor({ state: 'detached' });
  expect(await room.getByText('firing').count()).toBe(0);
  expect((await ui.client.analytics.alerts({})).alerts).toMatchObject([{ ruleName: 'Sessions end', endedAt: null }]);
  expect((await ui.client.analytics.alerts({})).alerts[0]?.acknowledgedBy).not.toBeNull();
  await ui.client.analytics.removeRule({ id: rule.id });
});

test('running sessions show what they do and open by a click', async () => {
  const web = (await ui.client.sessions.list({})).sessions[0];
  const id = await startCommand(ui.client, web?.repositoryId ?? '', 'Keyboard navigation', programs.work());
  const page = await ui.open('/');
  const row = page.getByRole('grid', { name: 'Running sessions' }).getByRole('row', { name: /Keyboard navigation/ });
  await row.waitFor();
  await row.click();
  await page.waitForURL(new RegExp(id));
});

test('a figure without enough data says what is missing, and every figure says where it comes from', async () => {
  const page = await ui.open('/');
  const figures = page.getByRole('region', { name: 'Figures' });
  await figures.getByText(/not enough data: needs 10/).waitFor();
  await figures.getByRole('button', { name: /Merged today/ }).click();
  const origin = page.getByRole('dialog', { name: /Merged today, where this comes from/ });
  await origin.getByText('Formula').waitFor();
  await page.keyboard.press('Escape');
  await origin.waitFor({ state: 'detached' });
});

test('the chart has its table behind it', async () => {
  const page = await ui.open('/');
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByRole('columnheader', { name: 'Tool calls' }).waitFor();
});
