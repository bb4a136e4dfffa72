/** The review view on real changes in real worktrees: decisions by key, each with its way back, and what happens when they cannot be carried out. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { Change } from '#shared/domain/change.ts';
import { makeSandbox, openRepo, type TestRepo } from '../../support/repos.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';
import { addRepository, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';

let ui: Ui;
let repositoryId: string;
let repo: TestRepo;
const sandbox = makeSandbox();

beforeAll(async () => {
  ui = await startUi();
  const added = await addRepository(ui.client, sandbox, 'web', {
    checks: [{ name: 'Says hello', command: [process.execPath, '-e', "console.log('hello')"], timeoutSeconds: 60 }],
  });
  repositoryId = added.id;
  repo = openRepo(added.path);
}, 180_000);
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});
afterEach(async () => {
  for (const change of (await ui.client.review.list({ waiting: true })).changes) await ui.client.review.reject({ id: change.id });
});

/** A change of one file, waiting for review. */
async function change(title: string, file: string, text: string): Promise<Change> {
  const sessionId = await startCommand(ui.client, repositoryId, title, programs.edit(file, text));
  await whenStatus(ui.client, sessionId, 'finished');
  return until(`the change of "${title}"`, async () => (await ui.client.review.list({ waiting: true })).changes.find((one) => one.sessionId === sessionId));
}
const statusOf = async (id: string): Promise<string> => (await ui.client.review.get({ id })).change.status;
const whenDecided = (id: string, wanted: string): Promise<true> => until(`${id} to be ${wanted}`, async () => (await statusOf(id)) === wanted);
const heading = (page: Page, title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor();

test('a repository inside the change is named as left out', async () => {
  const command = ['sh', '-c', 'git init -q vendor/lib && touch vendor/lib/theirs && echo new > new.txt'];
  await whenStatus(ui.client, await startCommand(ui.client, repositoryId, 'With a nested one', command), 'finished');
  const page = await ui.open('/review');
  await heading(page, 'With a nested one');
  await page.getByText('Left out: vendor/lib, a git repository of its own.').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('A merges into the named branch and opens the next; U takes it back', async () => {
  const one = await change('First change', 'one.txt', 'one\n');
  const two = await change('Second change', 'two.txt', 'two\n');
  const before = repo.git(['rev-parse', 'main']);
  const page = await ui.open('/review');
  await heading(page, 'First change');
  await page.getByRole('button', { name: 'Approve and merge into main' }).waitFor();
  await page.keyboard.press('a');
  await whenDecided(one.id, 'merged');
  expect(repo.git(['show', 'main:one.txt'])).toBe('one');
  await heading(page, 'Second change');
  await page.keyboard.press('u');
  await whenDecided(one.id, 'waiting');
  expect(repo.git(['rev-parse', 'main'])).toBe(before);
  expect(await statusOf(two.id)).toBe('waiting');
  await page.context().close();
});

test('D rejects and keeps the worktree; the decided list takes it back', async () => {
  const one = await change('Not this', 'not.txt', 'no\n');
  const page = await ui.open(`/review/${one.id}`);
  await heading(page, 'Not this');
  await page.keyboard.press('d');
  await whenDecided(one.id, 'rejected');
  expect(openRepo(one.cwd).read('not.txt')).toBe('no\n');
  await page.getByRole('button', { name: 'Undo: Not this' }).click();
  await whenDecided(one.id, 'waiting');
  await page.context().close();
});

test('R sends a note to the same session; its keys are text while it is written', async () => {
  const one = await change('Nearly right', 'nearly.txt', 'almost\n');
  const page = await ui.open(`/review/${one.id}`);
  await heading(page, 'Nearly right');
  await page.keyboard.press('r');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Note to the agent' }).waitFor();
  await page.keyboard.type('add a test');
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('Control+Enter');
  await until('the note at the session', async () => (await ui.client.review.get({ id: one.id })).change.note === 'add a test');
  await page.context().close();
});

test('a diff is drawn side by side and unified under the strict policy, clean for axe in both themes', async () => {
  const text = Array.from({ length: 60 }, (_, i) => `export const value${i} = ${i};\n`).join('');
  repo.write('src/long.ts', text);
  repo.commit('Long file');
  const one = await change('Long file', 'src/long.ts', text.replace('value3 = 3', 'value3 = 33').replace('value50 = 50', 'value50 = 0'));
  for (const theme of ['light', 'dark'] as const) {
    const page = await ui.open(`/review/${one.id}`, { theme });
    await page.getByText('export const value3 = 33;').first().waitFor();
    await page.getByText('unchanged lines').first().waitFor();
    expect(await axeProblems(page), theme).toEqual([]);
    const color = await page
      .locator('.cm-changedLine')
      .first()
      .evaluate((line) => line.computedStyleMap().get('background-color')?.toString());
    expect(color, 'the added line has its ground, so the editor has its styles').not.toBe('rgba(0, 0, 0, 0)');
    await page.keyboard.press('s');
    await page.locator('.cm-merge-a').waitFor();
    await page.keyboard.press('n');
    expect(await axeProblems(page), `${theme} side by side`).toEqual([]);
    await page.context().close();
  }
});

test('V marks a file as viewed and goes on to the next; brackets move through the files', async () => {
  const sessionId = await startCommand(ui.client, repositoryId, 'Two files', [
    process.execPath,
    '-e',
    "for (const f of ['a.txt', 'b.txt']) require('fs').writeFileSync(f, f + '\\n')",
  ]);
  await whenStatus(ui.client, sessionId, 'finished');
  const one = await until('its change', async () => (await ui.client.review.list({ waiting: true })).changes.find((it) => it.sessionId === sessionId));
  const page = await ui.open(`/review/${one.id}`);
  await page.getByRole('region', { name: 'a.txt' }).waitFor();
  await page.keyboard.press('v');
  await page.getByRole('region', { name: 'b.txt' }).waitFor();
  await page.getByText('Files, 1 of 2 viewed').waitFor();
  await page.keyboard.press('[');
  await page.getByRole('region', { name: 'a.txt' }).waitFor();
  await until('the mark in the core', async () => (await ui.client.review.get({ id: one.id })).change.viewed.includes('a.txt'));
  await page.context().close();
});

test('checks run on the change and show what they printed', async () => {
  const one = await change('Checked', 'checked.txt', 'x\n');
  const page = await ui.open(`/review/${one.id}`);
  await page.getByRole('button', { name: 'Run checks' }).click();
  const check = page.getByRole('button', { name: /Says hello/ });
  await check.getByText('passed').first().waitFor();
  await check.click();
  await page.getByRole('region', { name: 'Checks' }).getByText('hello', { exact: true }).waitFor();
  await page.context().close();
});

test('newer files are said before anything is decided, and can be taken for review', async () => {
  const one = await change('Moving', 'moving.txt', 'first\n');
  const page = await ui.open(`/review/${one.id}`);
  await page.getByText('first', { exact: true }).first().waitFor();
  openRepo(one.cwd).write('moving.txt', 'second\n');
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Review the newer files' }).click();
  await page.getByText('second', { exact: true }).first().waitFor();
  expect(await statusOf(one.id)).toBe('waiting');
  await page.context().close();
});

test('a conflict merges nothing, names its files and offers the agent', async () => {
  const one = await change('Says Ada', 'README.md', '# Ada\n');
  const two = await change('Says Grace', 'README.md', '# Grace\n');
  await ui.client.review.approve({ id: one.id });
  const page = await ui.open(`/review/${two.id}`);
  await heading(page, 'Says Grace');
  await page.keyboard.press('a');
  await whenDecided(two.id, 'conflicted');
  await page.getByText('Nothing was merged', { exact: false }).waitFor();
  expect(repo.git(['show', 'main:README.md'])).toBe('# Ada');
  await page.getByRole('button', { name: 'Ask the agent to resolve' }).click();
  expect(await page.getByRole('textbox', { name: 'Note to the agent' }).inputValue()).toContain('README.md');
  await page.context().close();
});

test('no page printed an error', () => {
  expect(ui.problems).toEqual([]);
});
