/** New task: errors stand at their fields, Ctrl-Enter starts, the last choice is there again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addRepository } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  await addRepository(ui.client, sandbox, 'api');
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

test('a command task is written, mended, started and remembered', async () => {
  const page = await ui.open('/');
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'New task' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: /Agent/ }).click();
  await page.getByRole('option', { name: /Command/ }).click();
  await dialog.getByRole('textbox', { name: 'Command' }).fill('npm test | tee log');
  await dialog.getByRole('textbox', { name: 'Money' }).fill('-1');
  await page.keyboard.press('Control+Enter');
  await dialog.getByText('Say what to do.').waitFor();
  await dialog.getByText(/works only in a shell/).waitFor();
  await dialog.getByText('An amount above 0.').waitFor();
  await dialog.getByRole('textbox', { name: 'Money' }).fill('2');
  await dialog.getByRole('textbox', { name: 'Command' }).fill(`"${process.execPath}" -e "console.log('did it')"`);
  await dialog.getByRole('textbox', { name: 'What to do' }).fill('Print that it is done\nand nothing else');
  await dialog.getByRole('button', { name: 'Add a step after it' }).click();
  await dialog.getByRole('textbox', { name: 'Then, step 2' }).fill('Once more');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/agents\/ses_/);
  const session = await until('the session', async () => (await ui.client.sessions.list({})).sessions.find((one) => one.title === 'Print that it is done'));
  expect(session).toMatchObject({ agent: { kind: 'command', command: [process.execPath, '-e', "console.log('did it')"] }, limits: { maxUsd: 2 } });
  expect((await ui.client.tasks.get({ id: session.taskId })).plan.nodes.map((node) => node.title)).toEqual(['Print that it is done', 'Once more']);

  await page.goto(`${ui.url}/#/`);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('c');
  await dialog.waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Money' }).inputValue()).toBe('2');
  expect(await dialog.getByRole('textbox', { name: 'What to do' }).inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});
