/** `acc://` links and second starts: whatever brings a person back to the one window. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/lib/id.ts';
import { launchDesktop, standInOnly, type Desktop } from '#test/support/desktop/launch.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

const LONG = { timeout: 60_000 };
const session = newId('ses');

describe.skipIf(standInOnly !== undefined)('deep links and second starts', () => {
  let desktop: Desktop;
  const script = new Script();
  const app = () => desktop.standIn().app;
  const window = () => desktop.standIn().BrowserWindow.getAllWindows()[0];

  beforeAll(async () => {
    desktop = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore }, args: ['acc://nonsense', `acc://session/${session}`] });
  });
  afterAll(async () => {
    await desktop.close();
    script.remove();
  });

  test('a link on the command line opens its view at the start', () => {
    expect(desktop.page.url()).toContain(`#/agents/${session}`);
    expect(desktop.standIn().control.defaultFor).toEqual(['acc']);
  });

  test('a second start brings the window to the front and hands over its link', async () => {
    window()?.minimize();
    app().emit('second-instance', {}, ['/usr/bin/acc', '--some-switch', 'acc://inbox'], '/');
    await expect.poll(() => desktop.page.url(), LONG).toMatch(/#\/inbox$/);
    expect([window()?.isMinimized(), window()?.isFocused()]).toEqual([false, true]);
  });

  test('a second start without a link only brings the window to the front', () => {
    window()?.hide();
    app().emit('second-instance', {}, ['/usr/bin/acc'], '/');
    expect(window()?.isVisible()).toBe(true);
    expect(desktop.page.url()).toMatch(/#\/inbox$/);
  });

  test('a link that is none of ours changes nothing', async () => {
    app().emit('open-url', { preventDefault: () => undefined }, 'acc://session/../../settings');
    app().emit('open-url', { preventDefault: () => undefined }, 'acc://review');
    await expect.poll(() => desktop.page.url(), LONG).toMatch(/#\/review$/);
  });

  test('a closed window is opened again, at the view of the link', async () => {
    // On macOS the app outlives its window; the same happens to an app that stays in the background.
    app().removeAllListeners('window-all-closed');
    const before = window();
    before?.close();
    await before?.gone;
    app().emit('open-url', { preventDefault: () => undefined }, 'acc://diagnostics');
    await expect.poll(() => window()?.isVisible(), LONG).toBe(true);
    expect(window()).not.toBe(before);
    expect(window()?.webContents.getURL()).toBe('app://ui/#/diagnostics');
  });
});

test.skipIf(standInOnly !== undefined)('when another instance runs, this one ends without a window or a core', async () => {
  const script = new Script();
  const started = launchDesktop({
    dataDir: script.dataDir,
    places: { core: scriptedCore },
    before: ({ control }) => {
      control.lockTaken = true;
    },
  });
  await expect(started).rejects.toThrow('the desktop opened no window');
  expect(script.log()).toEqual([]);
  script.remove();
});
