/** A transcript that is read at its end stays at its end when something takes room from it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../../support/repos.ts';
import { addRepository, startCommand, whenStatus } from '../../support/ui-seed.ts';
import { startUi, until, type Ui } from '../../support/ui.ts';

let ui: Ui;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = makeSandbox();
  ui = await startUi();
}, 180_000);
afterAll(async () => {
  await ui?.close();
  sandbox.close();
});

test('the last line stays in sight when the transcript becomes lower', { timeout: 180_000 }, async () => {
  const repository = await addRepository(ui.client, sandbox, 'api');
  const slowly = "let n = 0; const timer = setInterval(() => { console.log('step', ++n); if (n === 40) clearInterval(timer); }, 60)";
  const id = await startCommand(ui.client, repository.id, 'Forty lines', [process.execPath, '-e', slowly]);
  await whenStatus(ui.client, id, 'finished');
  const page = await ui.open(`/agents/${id}`, { height: 700 });
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.getByText('Session ended').waitFor();
  const left = (): Promise<number> => transcript.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  await until('the end', async () => (await left()) < 2);
  const before = await transcript.evaluate((box) => box.clientHeight);
  await page.setViewportSize({ width: 1440, height: 660 });
  await until('a lower transcript', async () => (await transcript.evaluate((box) => box.clientHeight)) < before);
  await until('the end in sight again', async () => (await left()) < 2);
  expect(await transcript.getByText('Session ended').isVisible()).toBe(true);
});
