/** Settings and diagnostics: saved together and taken back, rules removed, findings with what to do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox } from '../../support/repos.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';
import { addAskingAgent, addRepository, askToEdit } from '../../support/ui-seed.ts';

let ui: Ui;
const sandbox = makeSandbox();
beforeAll(async () => {
  ui = await startUi();
}, 180_000);
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('limits and agents are saved together; undo brings back what was', async () => {
  const before = await ui.client.system.settings({});
  const page = await ui.open('/settings');
  await page.getByRole('textbox', { name: 'Sessions at once' }).fill('3');
  await page.getByRole('textbox', { name: 'Budget a day' }).fill('20');
  await page.getByRole('button', { name: 'Add ACP agent' }).click();
  const agent = page.getByRole('group', { name: 'ACP agent 1' });
  await agent.getByRole('textbox', { name: 'ACP agent' }).fill('gemini');
  await agent.getByRole('textbox', { name: 'Command that speaks ACP' }).fill('gemini --experimental-acp');
  const env = page.getByRole('textbox', { name: 'Environment for agents' });
  await env.fill('GITHUB_TOKEN=secret');
  await page.getByText('Names only').waitFor();
  expect(await page.getByRole('button', { name: 'Save settings' }).isDisabled()).toBe(true);
  await env.fill('GITHUB_TOKEN, AWS_PROFILE');
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Control+s');
  await page.getByText('Saved the settings.').waitFor();
  const stored = await ui.client.system.settings({});
  expect(stored).toMatchObject({
    governor: { global: 3 },
    budget: { perDayUsd: 20 },
    agents: { acp: [{ name: 'gemini', command: ['gemini', '--experimental-acp'] }], passEnv: ['GITHUB_TOKEN', 'AWS_PROFILE'] },
  });
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the settings as they were', async () => JSON.stringify(await ui.client.system.settings({})) === JSON.stringify(before));
  await until(
    'the field as it was',
    async () => (await page.getByRole('textbox', { name: 'Sessions at once' }).inputValue()) === String(before.governor.global),
  );
  await page.context().close();
});

test('what is no number cannot be saved', async () => {
  const page = await ui.open('/settings', { theme: 'dark' });
  await page.getByRole('textbox', { name: 'Sessions at once' }).fill('many');
  await page.getByText('A whole number from 0 to 1000.').waitFor();
  expect(await page.getByRole('button', { name: 'Save settings' }).isDisabled()).toBe(true);
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('a rule made by an answer is listed and can be taken back', async () => {
  await addAskingAgent(ui.client);
  const { id } = await addRepository(ui.client, sandbox, 'ruled');
  const { permissionId } = await askToEdit(ui.client, id, 'Rule it', 'rule.txt');
  await ui.client.permissions.answer({ id: permissionId, answer: { kind: 'allow-always', rule: 'Edit(docs/**)' } });
  const page = await ui.open('/settings');
  await page.getByText('Edit(docs/**)').waitFor();
  await page.getByRole('button', { name: 'Remove rule Edit(docs/**)' }).click();
  await until('no rule', async () => (await ui.client.permissions.rules({})).rules.length === 0);
  await page.getByText('No rules.', { exact: false }).waitFor();
  await page.context().close();
});

test('the theme changes at once', async () => {
  const page = await ui.open('/settings');
  await page.getByText('Dark', { exact: true }).click();
  await until('the dark theme', async () => (await page.locator('html').getAttribute('data-theme')) === 'dark');
  await page.context().close();
});

test('diagnostics names what is there, clean in both themes', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const page = await ui.open('/diagnostics', { theme });
    await page.getByText('Node', { exact: true }).waitFor();
    await page.getByText('git', { exact: true }).waitFor();
    expect(await axeProblems(page), theme).toEqual([]);
    await page.context().close();
  }
});

test('no page printed an error', () => {
  expect(ui.problems).toEqual([]);
});
