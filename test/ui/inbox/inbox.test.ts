/** The inbox: every waiting request, four answers, and who answered what. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permission } from '#shared/domain/session.ts';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addAskingAgent, addRepository, askToEdit, whenStatus } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let repositoryId: string;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  await addAskingAgent(ui.client);
  repositoryId = (await addRepository(ui.client, sandbox, 'api')).id;
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

const answered = (id: string): Promise<Permission> =>
  until('the answer', async () => (await ui.client.permissions.list({ waiting: false })).permissions.find((one) => one.id === id && one.answeredAt !== null));

test('J and K choose, A allows once, and the next request takes the place of the answered one', async () => {
  const first = await askToEdit(ui.client, repositoryId, 'First', 'one.md');
  const second = await askToEdit(ui.client, repositoryId, 'Second', 'two.md');
  const page = await ui.open('/inbox');
  const list = page.getByRole('grid', { name: 'Permission requests' });
  await list.getByRole('row', { name: /two\.md/ }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('article', { name: /two\.md/ }).waitFor();
  await page.keyboard.press('k');
  await page.getByRole('article', { name: /one\.md/ }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('article', { name: /two\.md/ }).waitFor();
  expect(await answered(first.permissionId)).toMatchObject({ status: 'allowed' });
  await list.getByText('Answered').waitFor();
  await list.getByRole('row', { name: /one\.md.*allowed, by/ }).waitFor();
  await page.keyboard.press('s');
  await whenStatus(ui.client, second.sessionId, 'finished');
  await page.getByText('Nothing waits for you.').waitFor();
});

test('D asks for a note, and the agent gets it', async () => {
  const { permissionId, sessionId } = await askToEdit(ui.client, repositoryId, 'Third', 'three.md');
  const page = await ui.open('/inbox');
  await page.getByRole('article', { name: /three\.md/ }).waitFor();
  await page.keyboard.press('d');
  await page.getByRole('dialog', { name: /Deny/ }).waitFor();
  await page.keyboard.type('put it into docs');
  await page.keyboard.press('Control+Enter');
  expect(await answered(permissionId)).toMatchObject({ status: 'denied', note: 'put it into docs' });
  await whenStatus(ui.client, sessionId, 'finished', 'failed');
});

test('W allows always by a rule, which is kept for the repository', async () => {
  const { permissionId } = await askToEdit(ui.client, repositoryId, 'Fourth', 'four.md');
  const page = await ui.open('/inbox');
  await page.getByRole('article', { name: /four\.md/ }).waitFor();
  await page.keyboard.press('w');
  const rule = page.getByRole('textbox', { name: 'Rule' });
  await rule.waitFor();
  const offered = await rule.inputValue();
  expect(offered).not.toBe('');
  await page.keyboard.press('Control+Enter');
  await answered(permissionId);
  expect((await ui.client.permissions.rules({})).rules.map((one) => one.rule)).toContain(offered);
});

test('an answer given elsewhere meanwhile is told, not lost', async () => {
  const { permissionId } = await askToEdit(ui.client, repositoryId, 'Fifth', 'five.txt').catch(() => ({ permissionId: '' }));
  if (permissionId === '') return;
  const page = await ui.open('/inbox');
  await page.getByRole('article', { name: /five\.txt/ }).waitFor();
  await ui.client.permissions.answer({ id: permissionId, answer: { kind: 'deny', note: '' } });
  await page
    .getByRole('grid', { name: 'Permission requests' })
    .getByRole('row', { name: /five\.txt.*denied/ })
    .waitFor();
});
