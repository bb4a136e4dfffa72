import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchDesktop, standInOnly, type Desktop } from '#test/support/desktop/launch.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

let desktop: Desktop;
const script = new Script();
beforeAll(async () => {
  desktop = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore } });
});
afterAll(() => desktop.close());

test('the window shows the bundle', async () => {
  expect(await desktop.page.title()).toBe('Automatic Claude Code');
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL(), null)).toMatch(/^app:\/\/ui\//);
});

test('the page reaches the core through its port', async (ctx) => {
  ctx.skip(standInOnly !== undefined, standInOnly);
  await script.until('two seats at the core: the desktop and the page', (log) => log.filter(({ watch }) => watch !== undefined).length >= 2);
});
