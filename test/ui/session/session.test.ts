/** The session view on real sessions: what is read, what is answered by keys, what new lines do to a person who reads older ones. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox } from '../../support/repos.ts';
import { axeProblems, PATIENCE, startUi, until, type Ui } from '../../support/ui.ts';
import { addAskingAgent, addRepository, askToEdit, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';

let ui: Ui;
let repositoryId: string;
const sandbox = makeSandbox();

beforeAll(async () => {
  ui = await startUi();
  await addAskingAgent(ui.client);
  repositoryId = (await addRepository(ui.client, sandbox, 'api')).id;
}, 180_000);
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('a finished session tells its task, its output and its end, and is clean for axe in both themes with every tab', async () => {
  const id = await startCommand(ui.client, repositoryId, 'Write a file', programs.edit('made.txt', 'one\ntwo\n'));
  await whenStatus(ui.client, id, 'finished');
  for (const theme of ['light', 'dark'] as const) {
    const page = await ui.open(`/agents/${id}`, { theme });
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Task, from you').waitFor();
    await transcript.getByText('wrote').waitFor();
    await transcript.getByText('Session ended').waitFor();
    await page.getByRole('link', { name: /made\.txt/ }).waitFor();
    for (const tab of ['Checks', 'Subagents', 'Telemetry', 'Details', 'Changes']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).waitFor();
      expect(await axeProblems(page), `${theme} ${tab}`).toEqual([]);
    }
    await page.context().close();
  }
});

test('A allows the question once, and the file it asked about is written', async () => {
  const { sessionId } = await askToEdit(ui.client, repositoryId, 'Ask first', 'asked.txt');
  const page = await ui.open(`/agents/${sessionId}`);
  await page.getByRole('region', { name: 'Permission asked' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.press('a');
  await page.getByRole('region', { name: 'Transcript' }).getByText('Allowed', { exact: true }).waitFor();
  await page.getByRole('link', { name: /asked\.txt/ }).waitFor();
  expect(await page.getByRole('region', { name: 'Permission asked' }).count()).toBe(0);
  await page.context().close();
});

test('D asks for a note, typing in it triggers no keys, and the note reaches the agent as the reason', async () => {
  const { sessionId, permissionId } = await askToEdit(ui.client, repositoryId, 'Deny this', 'denied.txt');
  const page = await ui.open(`/agents/${sessionId}`);
  await page.getByRole('region', { name: 'Permission asked' }).waitFor();
  await page.keyboard.press('d');
  await page.getByRole('textbox', { name: 'Note to the agent' }).waitFor();
  await page.keyboard.type('add a test instead');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Transcript' }).getByText('Denied', { exact: true }).waitFor();
  const { permissions } = await ui.client.permissions.list({ waiting: false });
  expect(permissions.find((one) => one.id === permissionId)).toMatchObject({ status: 'denied', note: 'add a test instead' });
  await page.context().close();
});

test('scrolled away from the end nothing moves; the new lines are counted and one press shows them', async () => {
  const id = await startCommand(ui.client, repositoryId, 'Works on', programs.work());
  await whenStatus(ui.client, id, 'running');
  await until('a screen full of lines', async () => (await ui.client.sessions.get({ id })).session.items > 40);
  const page = await ui.open(`/agents/${id}`, { height: 600 });
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript
    .getByText(/step \d+/)
    .last()
    .waitFor();
  await transcript.focus();
  await page.keyboard.press('Home');
  const first = transcript.getByText('Task, from you');
  await first.waitFor();
  const before = await first.boundingBox();
  const fresh = page.getByRole('button', { name: /\d+ new/ });
  await fresh.waitFor();
  expect((await first.boundingBox())?.y).toBe(before?.y);
  await fresh.click();
  await fresh.waitFor({ state: 'detached' });
  await until('the end in sight', () => transcript.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 60));
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await whenStatus(ui.client, id, 'stopped');
  await page.getByText('Stopped by you', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await page.context().close();
});

test('a message written with Ctrl-Enter resumes an ended session', async () => {
  const { sessionId, permissionId } = await askToEdit(ui.client, repositoryId, 'Talk on', 'talk.txt');
  await ui.client.permissions.answer({ id: permissionId, answer: { kind: 'allow-once' } });
  await whenStatus(ui.client, sessionId, 'finished');
  const page = await ui.open(`/agents/${sessionId}`);
  const box = page.getByRole('textbox', { name: 'Message to the agent' });
  await box.fill('answer Good morning to you');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('region', { name: 'Transcript' }).getByText('Good morning to you', { exact: true }).waitFor({ timeout: PATIENCE });
  expect(await box.inputValue()).toBe('');
  await page.context().close();
});

test('no page printed an error', () => {
  expect(ui.problems).toEqual([]);
});
