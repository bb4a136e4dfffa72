/** Every screen of the frame is clean for axe in light and dark, and moves nothing when motion is reduced. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addAskingAgent, addRepository, askToEdit, programs, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { axeProblems, startUi, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
  await addAskingAgent(ui.client);
  const api = await addRepository(ui.client, sandbox, 'api');
  await startCommand(ui.client, api.id, 'Watch the build', programs.work());
  await whenStatus(ui.client, await startCommand(ui.client, api.id, 'Rename tokens', programs.fail()), 'failed');
  await whenStatus(ui.client, await startCommand(ui.client, api.id, 'Retry uploads', programs.edit('upload.ts', 'export {};\n')), 'finished');
  await askToEdit(ui.client, api.id, 'Draft release notes', 'NOTES.md');
});
afterAll(async () => {
  await ui.close();
  sandbox.close();
});

const screens = [
  { name: 'overview', place: '/', shows: 'Throughput and cost', keys: [] },
  { name: 'inbox', place: '/inbox', shows: 'Waiting, oldest first', keys: [] },
  { name: 'agents', place: '/agents', shows: 'Failed, 1', keys: [] },
  { name: 'board', place: '/agents', shows: 'Failed, 1', keys: ['b'] },
  { name: 'welcome', place: '/welcome', shows: 'This machine', keys: [] },
  { name: 'new task', place: '/', shows: 'Throughput and cost', keys: ['c'] },
  { name: 'palette', place: '/', shows: 'Throughput and cost', keys: ['Control+k'] },
  { name: 'keys', place: '/', shows: 'Throughput and cost', keys: ['?'] },
] as const;

const looks = screens.flatMap((screen) => (['light', 'dark'] as const).map((theme) => ({ ...screen, theme })));

test.each(looks)('axe finds nothing on $name in $theme', async ({ name, place, shows, keys, theme }) => {
  const page = await ui.open(place, { theme, reducedMotion: true });
  await page.getByText(shows).first().waitFor();
  for (const key of keys) await page.keyboard.press(key);
  if (keys.length > 0 && name !== 'board') await page.getByRole('dialog').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test('with reduced motion nothing is animated', async () => {
  const page = await ui.open('/', { reducedMotion: true });
  await page.getByText('Throughput and cost').waitFor();
  const moving = await page.locator('html').evaluate((root) => {
    const running: { effect: { getComputedTiming(): { duration?: unknown } } | null }[] = root.ownerDocument.getAnimations();
    return running.filter((one) => Number(one.effect?.getComputedTiming().duration ?? 0) > 1).length;
  });
  expect(moving).toBe(0);
});
