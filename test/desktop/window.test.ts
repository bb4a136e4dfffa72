/** The window: opened where it was, shown when it has something to show, closed only when that harms nothing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launchDesktop, standInOnly, type Desktop, type LaunchOptions } from '#test/support/desktop/launch.ts';
import { sessionRow } from '#test/support/desktop/rows.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

const LONG = { timeout: 60_000 };

async function launch(given: { script?: Script; before?: LaunchOptions['before'] } = {}): Promise<{ desktop: Desktop; script: Script }> {
  const script = given.script ?? new Script();
  onTestFinished(() => script.remove());
  const options = { dataDir: script.dataDir, places: { core: scriptedCore } };
  const desktop = await launchDesktop(given.before === undefined ? options : { ...options, before: given.before });
  // Before the folder goes: last in, first out.
  onTestFinished(() => desktop.close());
  return { script, desktop };
}
const windowOf = (desktop: Desktop) => desktop.standIn().BrowserWindow.getAllWindows()[0];

test('the window shows the bundle under its own address', async () => {
  const { desktop } = await launch();
  expect(await desktop.page.title()).toContain('Automatic Claude Code');
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL(), null)).toMatch(/^app:\/\/ui\//);
  await desktop.close();
});

test.skipIf(standInOnly !== undefined)('a bundle that is not there is said, with what to do', async () => {
  const script = new Script();
  onTestFinished(() => script.remove());
  const desktop = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore, renderer: script.dataDir } });
  onTestFinished(() => desktop.close());
  await expect
    .poll(() => desktop.standIn().control.errors, LONG)
    .toEqual([{ title: 'The window could not be loaded', content: expect.stringContaining('npm run build') }]);
});

describe.skipIf(standInOnly !== undefined)('where the window is', () => {
  test('is kept over a restart', async () => {
    const first = await launch();
    windowOf(first.desktop)?.setBounds({ x: 111, y: 77, width: 1000, height: 650 });
    const file = path.join(first.script.dataDir, 'desktop/window.json');
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8'), LONG).toContain('"x":111');
    windowOf(first.desktop)?.setBounds({ y: 99 });
    await first.desktop.close();

    const second = await launch({ script: first.script });
    expect(windowOf(second.desktop)?.getNormalBounds()).toEqual({ x: 111, y: 99, width: 1000, height: 650 });
    windowOf(second.desktop)?.maximize();
    await second.desktop.close();

    const third = await launch({ script: first.script });
    expect(windowOf(third.desktop)?.isMaximized()).toBe(true);
    await third.desktop.close();
  });

  test('is on a screen that is there, and a damaged file does no harm', async () => {
    const first = await launch();
    windowOf(first.desktop)?.setBounds({ x: 4000, y: 100 });
    await first.desktop.close();
    const second = await launch({ script: first.script });
    expect(windowOf(second.desktop)?.getNormalBounds()).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
    await second.desktop.close();
    writeFileSync(path.join(first.script.dataDir, 'desktop/window.json'), '{"bounds":');
    const third = await launch({ script: first.script });
    expect(windowOf(third.desktop)?.isVisible()).toBe(true);
    await third.desktop.close();
  });

  test.each([
    [true, '#0e0f12'],
    [false, '#f8f8fa'],
  ])('its colour before the first paint is that of the theme (dark: %s)', async (isDark, colour) => {
    const { desktop } = await launch({
      before: ({ control }) => {
        control.isDark = isDark;
      },
    });
    expect(windowOf(desktop)?.options).toMatchObject({ show: false, backgroundColor: colour });
    await desktop.close();
  });

  test('a page whose process died is loaded again', async () => {
    const { desktop, script } = await launch();
    const watches = () => script.log().filter(({ watch }) => watch !== undefined).length;
    await expect.poll(watches, LONG).toBeGreaterThanOrEqual(2);
    const before = watches();
    windowOf(desktop)?.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await expect.poll(watches, LONG).toBeGreaterThan(before);
    await desktop.close();
  });
});

describe.skipIf(standInOnly !== undefined)('closing the window', () => {
  const running = async (answers: number[]) => {
    const started = await launch({
      before: ({ control }) => {
        control.answers.push(...answers);
      },
    });
    started.script.send({ sessions: [sessionRow(), sessionRow()] });
    await expect.poll(() => started.desktop.standIn().Tray.all[0]?.toolTip, LONG).toContain('2 running');
    return { ...started, ...started.desktop.standIn() };
  };

  test('with nothing running ends the app', async () => {
    const { desktop } = await launch();
    windowOf(desktop)?.close();
    await desktop.standIn().app.ended;
    expect(desktop.standIn().control.exitCode).toBe(0);
  });

  test('with agents running asks first, and a cancelled question changes nothing', async () => {
    const { desktop, control } = await running([]);
    windowOf(desktop)?.close();
    await expect.poll(() => control.dialogs.length, LONG).toBe(1);
    expect(control.dialogs[0]).toMatchObject({ message: '2 agents are running.', buttons: ['Keep running', 'Stop and quit', 'Cancel'] });
    expect(windowOf(desktop)?.isVisible()).toBe(true);
    await desktop.close();
  });

  test('"Keep running" puts the window away, and another start brings it back', async () => {
    const { desktop, app } = await running([0]);
    windowOf(desktop)?.close();
    await expect.poll(() => windowOf(desktop)?.isVisible(), LONG).toBe(false);
    app.emit('second-instance', {}, ['acc'], '/');
    expect(windowOf(desktop)?.isVisible()).toBe(true);
    await desktop.close();
  });

  test('"Stop and quit" ends the app', async () => {
    const { desktop, app, control } = await running([1]);
    windowOf(desktop)?.close();
    await app.ended;
    expect(control.exitCode).toBe(0);
  });
});
