/**
 * The whole way through the built product, by keyboard only: the tour with a command agent, and the real Claude Code on the scripted
 * model from a new task over its permission to a merge and back. What git and the store hold at the end is what counts.
 */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findClaude, offlineEnv } from '../../support/claude-cli.ts';
import { startModel, type Model } from '../../support/model/server.ts';
import { makeSandbox, type Sandbox, type TestRepo } from '../../support/repos.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

const TEST_MS = 240_000;
const cli = findClaude();
let ui: Ui;
let sandbox: Sandbox;
let model: Model;

beforeAll(async () => {
  sandbox = makeSandbox();
  model = await startModel();
  ui = await startUi();
}, TEST_MS);
afterAll(async () => {
  await ui?.close();
  await model?.close();
  sandbox.close();
});

const hasFocus = async (page: Page, target: Locator): Promise<boolean> => (await target.and(page.locator(':focus')).count()) > 0;

/** Presses Tab (or Shift+Tab) until it has the focus. @throws when a whole round does not meet it */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    if (await hasFocus(page, target)) return;
  }
  throw new Error(`${key} never came to ${String(target)}`);
}

const changeOf = async (sessionId: string) => (await ui.client.review.list({ waiting: false })).changes.find((one) => one.sessionId === sessionId);
const sessionIn = (page: Page): string => /ses_[0-9a-z]+/.exec(page.url())?.[0] ?? '';

test('first run: the machine is looked at, the tour is watched, its change is read, merged and taken back', { timeout: TEST_MS }, async () => {
  const page = await ui.open('/');
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'git identity' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Take the tour' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/agents\/ses_/);
  const sessionId = sessionIn(page);
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.getByText('Looking at src/greet.js').waitFor();
  await transcript.getByText('Session ended').waitFor();
  await page.getByRole('link', { name: /src\/greet\.js/ }).waitFor();

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: /Approve and merge into main/ }).waitFor();
  await page.keyboard.press(']');
  await page.getByText('Says goodbye to somebody').waitFor();
  await page.keyboard.press('v');
  await page.getByText('Files, 1 of 3 viewed').waitFor();
  await page.keyboard.press('a');
  await page.getByText('Merged "Say goodbye too" into main.').waitFor();
  expect(await changeOf(sessionId)).toMatchObject({ status: 'merged', rounds: 0 });
  await page.keyboard.press('u');
  await page.getByText('"Say goodbye too" waits for review again.').waitFor();
  expect(await changeOf(sessionId)).toMatchObject({ status: 'waiting' });
  await page.context().close();
  expect(ui.problems).toEqual([]);
});

/** Puts a CLI into the settings that talks to the scripted model only. */
async function useClaude(program: string): Promise<void> {
  const home = path.join(sandbox.root, 'home');
  const env = Object.entries(offlineEnv(model.url, home)).map(([name, value]) => `export ${name}='${value}'`);
  const file = path.join(sandbox.root, 'claude-offline');
  writeFileSync(file, `#!/bin/sh\n${env.join('\n')}\nexec '${program}' "$@"\n`);
  chmodSync(file, 0o755);
  const settings = await ui.client.system.settings({});
  await ui.client.system.saveSettings({ ...settings, agents: { ...settings.agents, claudePath: file } });
}

/** A new task of Claude Code, written and started without the mouse. @returns its session, whose view is shown */
async function startTask(page: Page, text: string): Promise<string> {
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'New task' }).waitFor();
  await until('the field for what to do', () => hasFocus(page, page.getByRole('textbox', { name: 'What to do' })));
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/agents\/ses_/);
  return sessionIn(page);
}

test.skipIf(!cli.found)(
  `Claude Code: a task, its permission, its change, a note, a merge and back${cli.found ? '' : ` (${cli.skip})`}`,
  { timeout: TEST_MS },
  async () => {
    await useClaude(cli.found ? cli.path : '');
    const repo: TestRepo = sandbox.repo({ name: 'journey' });
    const { id } = await ui.client.repositories.add({ path: repo.path });
    const before = repo.git(['rev-parse', 'main']);
    const page = await ui.open(`/repositories/${id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const sessionId = await startTask(page, 'scenario:bash cmd=touch+made.txt');
    await page.getByRole('region', { name: 'Permission asked' }).waitFor();
    await page.keyboard.press('a');
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Allowed', { exact: true }).waitFor();
    await page.getByRole('link', { name: /made\.txt/ }).waitFor();
    expect(existsSync(path.join(repo.path, 'made.txt'))).toBe(false);

    await page.goto(`${ui.url}/#/review/${(await until('the change', () => changeOf(sessionId))).id}`);
    await page.getByRole('button', { name: /Approve and merge into main/ }).waitFor();
    await page.keyboard.press('r');
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await page.keyboard.type('scenario:recall Say what you did.');
    await page.keyboard.press('Control+Enter');
    const change = await until('the change to come back', async () => {
      const one = await changeOf(sessionId);
      return one?.status === 'waiting' && one.rounds === 1 && one;
    });
    expect(model.turns.at(-1)?.heard).toContain('touch+made.txt');
    expect(model.turns.at(-1)?.heard).toContain('Say what you did.');

    await page.goto(`${ui.url}/#/review/${change.id}`);
    await page.getByRole('button', { name: /Approve and merge into main/ }).waitFor();
    await page.keyboard.press('a');
    await page.getByText(/^Merged ".*" into main\.$/).waitFor();
    expect(existsSync(path.join(repo.path, 'made.txt'))).toBe(true);
    expect(repo.git(['rev-parse', 'main'])).not.toBe(before);
    await page.keyboard.press('u');
    await page.getByText(/waits for review again/).waitFor();
    expect(repo.git(['rev-parse', 'main'])).toBe(before);
    expect(existsSync(path.join(repo.path, 'made.txt'))).toBe(false);
    expect(repo.git(['status', '--porcelain'])).toBe('');
    await page.context().close();
    expect(ui.problems).toEqual([]);
  },
);
