/** Repositories: looked at before they are added, settings that are saved whole and can be taken back, worktrees that go by one act. */
import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox } from '../../support/repos.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';
import { addRepository, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';

let ui: Ui;
const sandbox = makeSandbox();
beforeAll(async () => {
  ui = await startUi();
}, 180_000);
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('a path is looked at while it is written, and what cannot be added says why', async () => {
  const repo = sandbox.repo({ name: 'fresh' });
  repo.write('loose.txt', 'not committed');
  const page = await ui.open('/repositories');
  await page.getByRole('main').getByText('Agents work in repositories you add here', { exact: false }).waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'Path of the folder' });
  await field.fill(`${repo.path}/nowhere`);
  await dialog
    .locator('code')
    .filter({ hasText: /^[A-Z_]+$/ })
    .waitFor();
  await field.fill(repo.path);
  await dialog.getByText('1 file, agents do not see them in worktrees').waitFor();
  await dialog.getByText('main', { exact: true }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'fresh' }).waitFor();
  await page.context().close();
});

test('commands are split without a shell, what cannot be saved cannot be pressed, and undo brings the settings back', async () => {
  const { id } = await addRepository(ui.client, sandbox, 'set-up');
  const page = await ui.open(`/repositories/${id}`);
  const setup = page.getByRole('textbox', { name: 'Set-up command' });
  await setup.fill('npm ci && npm run build');
  await setup.blur();
  await page.getByText('works only in a shell', { exact: false }).waitFor();
  expect(await page.getByRole('button', { name: 'Save settings' }).isDisabled()).toBe(true);
  await setup.fill('npm ci "--cache dir"');
  await page.getByRole('button', { name: 'Add check' }).click();
  const check = page.getByRole('group', { name: 'Check 1' });
  await check.getByRole('textbox', { name: 'Name' }).fill('Tests');
  await check.getByRole('textbox', { name: 'Command' }).fill('npm test');
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Control+s');
  await page.getByText('Saved the settings of set-up.').waitFor();
  expect(await settingsOf(id)).toMatchObject({ setupCommand: ['npm', 'ci', '--cache dir'], checks: [{ name: 'Tests', command: ['npm', 'test'] }] });
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the settings as they were', async () => (await settingsOf(id)).checks.length === 0);
  await until('the form as it was', async () => (await setup.inputValue()) === '');
  await page.context().close();
});

test('a worktree whose repository is gone goes after it was named and confirmed', async () => {
  const repo = await addRepository(ui.client, sandbox, 'vanished');
  const sessionId = await startCommand(ui.client, repo.id, 'Left behind', programs.edit('left.txt', 'x\n'));
  await whenStatus(ui.client, sessionId, 'finished');
  const change = await until('its change', async () => (await ui.client.review.list({ waiting: true })).changes.find((one) => one.sessionId === sessionId));
  await ui.client.review.reject({ id: change.id });
  rmSync(repo.path, { recursive: true });
  const page = await ui.open(`/repositories/${repo.id}`);
  await page.getByRole('button', { name: 'Remove 1 orphaned worktree…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(change.cwd).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep' }).click();
  expect(existsSync(change.cwd)).toBe(true);
  await page.getByRole('button', { name: 'Remove 1 orphaned worktree…' }).click();
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await page.getByText('Removed 1 orphaned worktree of vanished.').waitFor();
  expect(existsSync(change.cwd)).toBe(false);
  await page.context().close();
});

test('worktrees of decided work are removed by one act; waiting work keeps its own and says why', async () => {
  const { id } = await addRepository(ui.client, sandbox, 'trees');
  const changes = [];
  for (const title of ['Done with', 'Still waiting']) {
    const sessionId = await startCommand(ui.client, id, title, programs.edit(`${title}.txt`, 'x\n'));
    await whenStatus(ui.client, sessionId, 'finished');
    changes.push(await until('its change', async () => (await ui.client.review.list({ waiting: true })).changes.find((one) => one.sessionId === sessionId)));
  }
  const [done, waiting] = changes;
  if (!done || !waiting) throw new Error('two changes were made');
  await ui.client.review.reject({ id: done.id });
  const page = await ui.open(`/repositories/${id}`);
  await page.getByRole('region', { name: 'Worktrees' }).getByText('Kept:', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Remove 1 worktree' }).click();
  await page.getByText('Removed 1 worktree of trees; its branch stays.', { exact: false }).waitFor();
  expect(existsSync(done.cwd)).toBe(false);
  expect(existsSync(waiting.cwd)).toBe(true);
  await page.context().close();
});

test('archiving takes a repository off the list and undo brings it back', async () => {
  const { id } = await addRepository(ui.client, sandbox, 'old');
  const page = await ui.open(`/repositories/${id}`, { theme: 'dark' });
  await page.getByRole('heading', { level: 1, name: 'old' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  const row = page.getByRole('grid', { name: 'Repositories' }).getByText('old', { exact: true });
  await row.waitFor();
  await page.getByRole('button', { name: 'Archive repository' }).click();
  await row.waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await row.waitFor();
  await page.context().close();
});

test('no page printed an error', () => {
  expect(ui.problems).toEqual([]);
});

/** The stored settings, from the stream every view reads. */
async function settingsOf(id: string) {
  for await (const delta of await ui.client.live.watch({})) {
    const found = delta.repositories?.find((one) => one.id === id);
    if (found) return found.settings;
  }
  throw new Error(`no repository ${id}`);
}
