/** Questions of an agent, asked by the real Claude Code on a scripted model: chosen by a digit, written, skipped; in the session, the inbox and the overview. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findClaude, useClaude } from '../../support/claude-cli.ts';
import { startModel, type Model } from '../../support/model/server.ts';
import { makeSandbox } from '../../support/repos.ts';
import { axeProblems, startUi, until, type Ui } from '../../support/ui.ts';
import { addRepository, whenStatus } from '../../support/ui-seed.ts';

const cli = findClaude();

describe.skipIf(!cli.found)('questions', () => {
  let ui: Ui;
  let model: Model;
  let repositoryId: string;
  const sandbox = makeSandbox();

  beforeAll(async () => {
    model = await startModel();
    ui = await startUi();
    await useClaude(ui.client, cli, model.url, sandbox.root);
    repositoryId = (await addRepository(ui.client, sandbox, 'api')).id;
  }, 180_000);
  afterAll(async () => {
    await ui?.close();
    await model?.close();
    sandbox.close();
  });

  /** A session whose agent asks for a port. */
  async function asking(title: string): Promise<string> {
    const agent = { kind: 'claude-code' as const, name: '', command: [], model: '' };
    const { sessionId } = await ui.client.tasks.create({ repositoryId, title, text: 'scenario:question', agent });
    await until('the question', async () => (await ui.client.permissions.list({})).permissions.some((one) => one.sessionId === sessionId));
    return sessionId;
  }

  test('in the session a digit chooses and Ctrl-Enter sends', async () => {
    const id = await asking('By digit');
    const page = await ui.open(`/agents/${id}`);
    const card = page.getByRole('region', { name: 'Question asked' });
    await card.getByRole('group', { name: /Which port shall it use\?/ }).waitFor();
    await card.getByText('The other one').waitFor();
    expect(await card.getByRole('button', { name: 'Reply' }).isDisabled()).toBe(true);
    expect(await axeProblems(page)).toEqual([]);
    await page.keyboard.press('2');
    expect(await card.getByRole('radio', { name: /8080/ }).isChecked()).toBe(true);
    await page.keyboard.press('Control+Enter');
    await whenStatus(ui.client, id, 'finished');
    await page
      .getByRole('region', { name: 'Transcript' })
      .getByText(/You said: .*8080/s)
      .waitFor();
    expect(model.turns.at(-1)?.results.join()).toContain('8080');
    await page.context().close();
  });

  test('in the inbox it is a question among the requests; own words take the place of a choice', async () => {
    const id = await asking('By words');
    const page = await ui.open('/inbox');
    await page.getByRole('row', { name: /Which port.*Question/ }).waitFor();
    await page.keyboard.press('1');
    await page.getByRole('textbox', { name: /Own answer/ }).fill('9443, 2 above it');
    expect(await page.getByRole('radio', { name: '80 The usual one' }).isChecked()).toBe(false);
    expect(await axeProblems(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await whenStatus(ui.client, id, 'finished');
    expect(model.turns.at(-1)?.results.join()).toContain('9443, 2 above it');
    await page.getByRole('article').getByText('9443, 2 above it').waitFor();
    await page.context().close();
  });

  test('the overview names it, and D skips it with a note that the agent reads', async () => {
    const id = await asking('Skipped');
    const page = await ui.open('/');
    await page.getByRole('row', { name: /Question.*Which port/ }).waitFor();
    await page.keyboard.press('d');
    await page.getByRole('dialog', { name: /Skip/ }).waitFor();
    await page.keyboard.type('you choose');
    await page.keyboard.press('Control+Enter');
    await whenStatus(ui.client, id, 'finished');
    expect(model.turns.at(-1)?.results).toEqual(['you choose']);
    await page.context().close();
  });
});
