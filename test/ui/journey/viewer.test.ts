/** A page opened with a viewer's link: it shows requests, sessions and changes, offers no acts, and says why. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOwnerFile } from '#server/owner-file.ts';
import { launchChromium } from '../../support/chromium.ts';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addAskingAgent, addRepository, askToEdit, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { axeProblems, PATIENCE, startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  const owner = readOwnerFile(ui.dataDir);
  const response = await fetch(`${ui.url}/links?role=viewer`, { method: 'POST', headers: { authorization: `Bearer ${owner?.token ?? ''}` } });
  browser = await launchChromium();
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto((await response.text()).trim());
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await ui?.close();
  sandbox.close();
});

test('everything is shown, nothing can be done, and the status line says why', { timeout: 180_000 }, async () => {
  await addAskingAgent(ui.client);
  const repository = await addRepository(ui.client, sandbox, 'api');
  const done = await startCommand(ui.client, repository.id, 'Write a file', programs.edit('made.txt', 'one\n'));
  await whenStatus(ui.client, done, 'finished');
  const change = await until('the change', async () => (await ui.client.review.list({})).changes[0]);
  const { sessionId, permissionId } = await askToEdit(ui.client, repository.id, 'Ask first', 'asked.txt');

  await page.goto(`${ui.url}/#/inbox`);
  await page.getByRole('contentinfo').getByText('Viewer: you see everything and cannot act').waitFor();
  await page.getByText('You look as a viewer; an operator answers.').waitFor();
  expect(await page.getByRole('button', { name: /New task/ }).count()).toBe(0);
  await page.keyboard.press('a');
  await page.keyboard.press('c');
  expect(await page.getByRole('dialog').count()).toBe(0);

  await page.goto(`${ui.url}/#/agents/${sessionId}`);
  await page.getByRole('region', { name: 'Permission asked' }).getByText('You look as a viewer; an operator answers.').waitFor();
  await page.getByRole('region', { name: 'Transcript' }).getByText('Task, from you').waitFor();
  expect(await page.getByRole('button', { name: /^(Allow|Deny|Stop|Interrupt|Resume)/ }).count()).toBe(0);
  expect(await page.getByRole('textbox', { name: 'Message to the agent' }).isDisabled()).toBe(true);
  await page.keyboard.press('a');

  await page.goto(`${ui.url}/#/review/${change.id}`);
  await page.getByRole('button', { name: /Side by side|Unified/ }).waitFor();
  expect(await page.getByRole('button', { name: /^(Approve|Reject|Ask for changes)/ }).count()).toBe(0);
  await page.keyboard.press('a');
  await page.keyboard.press('d');

  await page.goto(`${ui.url}/#/agents`);
  await page.getByText('You look as a viewer; an operator steers sessions.').waitFor();
  expect(await page.getByRole('button', { name: /^(Stop|Resume|Archive)/ }).count()).toBe(0);

  expect((await ui.client.permissions.list({})).permissions.map((one) => one.id)).toEqual([permissionId]);
  expect((await ui.client.review.get({ id: change.id })).change.status).toBe('waiting');
});

test('settings, repositories and overview are read by a viewer, their acts rest and say why', { timeout: 180_000 }, async () => {
  const settings = await ui.client.system.settings({});
  const [repository] = (await ui.client.repositories.worktrees({})).worktrees;
  const problems: unknown[] = [];

  await page.goto(`${ui.url}/#/settings`);
  await page.getByText('You look as a viewer; an operator changes these settings.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Claude Code CLI' }).isDisabled()).toBe(true);
  expect(await page.getByRole('textbox', { name: 'Sessions at once' }).isDisabled()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'A session fails' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Add ACP agent' }).isDisabled()).toBe(true);
  // The look of this window is the viewer's own.
  expect(await page.getByRole('radio', { name: 'Compact' }).isDisabled()).toBe(false);
  problems.push(...(await axeProblems(page)));

  await page.goto(`${ui.url}/#/repositories/${repository?.repositoryId ?? ''}`);
  await page.getByText('You look as a viewer; an operator changes these settings.').waitFor();
  await page.getByText('You look as a viewer; an operator archives repositories.').waitFor();
  await page.getByText('You look as a viewer; an operator removes worktrees.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: /^(Add repository|Archive repository|Save settings|Remove)/ }).count()).toBe(0);
  await page.keyboard.press('n');
  expect(await page.getByRole('dialog').count()).toBe(0);
  problems.push(...(await axeProblems(page)));

  await page.goto(`${ui.url}/#/`);
  await page.getByRole('region', { name: 'Needs you' }).getByText('You look as a viewer; an operator acts on these.').waitFor();
  expect(await page.getByRole('button', { name: /^(Allow|Deny|Archive|Resume|Read change)/ }).count()).toBe(0);
  const waiting = (await ui.client.permissions.list({})).permissions.length;
  await page.keyboard.press('a');
  await page.keyboard.press('d');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect((await ui.client.permissions.list({})).permissions).toHaveLength(waiting);

  await page.goto(`${ui.url}/#/welcome`);
  await page.getByText('You look as a viewer; an operator starts the tour.').waitFor();
  expect(await page.getByRole('button', { name: 'Take the tour' }).isDisabled()).toBe(true);
  expect(await ui.client.system.settings({})).toEqual(settings);
  expect(problems).toEqual([]);
});
