/** What a person sees without looking at the window: the tray's counts and the notifications that lead to the right view. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '#shared/domain/settings.ts';
import { launchDesktop, standInOnly, type Desktop } from '#test/support/desktop/launch.ts';
import { alertRow, changeRow, permissionRow, sessionRow } from '#test/support/desktop/rows.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(standInOnly !== undefined)('tray and notifications', () => {
  let desktop: Desktop;
  const script = new Script({ permissions: [permissionRow({ title: 'asked before the app was opened' })] });
  const electron = () => desktop.standIn();
  const tray = () => electron().Tray.all[0];
  const shown = () => electron().Notification.shown;
  const window = () => electron().BrowserWindow.getAllWindows()[0];

  beforeAll(async () => {
    desktop = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore } });
    window()?.blur();
  });
  afterAll(async () => {
    await desktop.close();
    script.remove();
  });

  test('what waited before is counted in the tray and not told again', async () => {
    await expect.poll(() => tray()?.toolTip, LONG).toBe('Automatic Claude Code: 1 waiting for permission');
    expect(shown()).toHaveLength(0);
    expect(tray()?.menu?.getMenuItemById('waiting')?.label).toBe('Permissions: 1 waiting');
  });

  test('a permission request is told once, and a click on it opens the inbox in front', async () => {
    const permission = permissionRow({ sessionTitle: 'Add a cache', title: 'Run npm install' });
    script.send({ permissions: [permission] });
    script.send({ permissions: [permission] });
    await expect.poll(() => shown().length, LONG).toBe(1);
    expect(shown()[0]).toMatchObject({ title: 'Add a cache asks for permission', body: 'Run npm install' });
    await expect.poll(() => tray()?.toolTip, LONG).toBe('Automatic Claude Code: 2 waiting for permission');
    window()?.minimize();
    shown()[0]?.emit('click');
    await expect.poll(() => desktop.page.url(), LONG).toMatch(/#\/inbox$/);
    expect([window()?.isFocused(), window()?.isMinimized()]).toEqual([true, false]);
  });

  test('somebody who looks at the window is not told by the system too', async () => {
    window()?.focus();
    script.send({ permissions: [permissionRow()] });
    await expect.poll(() => tray()?.toolTip, LONG).toBe('Automatic Claude Code: 3 waiting for permission');
    expect(shown()).toHaveLength(1);
    window()?.blur();
  });

  test('a change to review and a failed session lead to themselves', async () => {
    const change = changeRow();
    const session = sessionRow({ status: 'failed', endedAt: 5, statusText: 'The agent ended with exit code 3.' });
    script.send({ changes: [change], sessions: [session, sessionRow(), sessionRow()] });
    await expect.poll(() => shown().length, LONG).toBe(3);
    expect(tray()?.toolTip).toBe('Automatic Claude Code: 3 waiting for permission, 1 to review, 1 failed, 2 running');
    shown()[1]?.emit('click');
    await expect.poll(() => desktop.page.url(), LONG).toContain(`#/review/${change.id}`);
    shown()[2]?.emit('click');
    await expect.poll(() => desktop.page.url(), LONG).toContain(`#/agents/${session.id}`);
    window()?.blur();
  });

  test('the app’s settings say which kinds are told', async () => {
    script.settings({ ...defaultSettings, notify: { ...defaultSettings.notify, review: false } });
    script.send({ changes: [changeRow()], permissions: [permissionRow({ title: 'Run make' })] });
    await expect.poll(() => shown().length, LONG).toBe(4);
    expect(shown()[3]?.body).toBe('Run make');
  });

  test('the tray opens the window and each of its lists', async () => {
    window()?.hide();
    tray()?.emit('click');
    expect(window()?.isVisible()).toBe(true);
    for (const [id, view] of [
      ['failed', '/agents'],
      ['review', '/review'],
      ['waiting', '/inbox'],
      ['running', '/agents'],
    ] as const) {
      tray()?.menu?.getMenuItemById(id)?.click();
      await expect.poll(() => desktop.page.url(), LONG).toMatch(new RegExp(`#${view}$`));
    }
    tray()?.menu?.getMenuItemById('open')?.click();
    expect(window()?.isFocused()).toBe(true);
  });

  test('everything the tray offers is also in the application menu', async () => {
    const menu = electron().Menu.getApplicationMenu();
    for (const view of ['/', '/agents', '/inbox', '/review', '/settings', '/diagnostics']) {
      menu?.getMenuItemById(`go${view}`)?.click();
      await expect.poll(() => desktop.page.url(), LONG).toMatch(new RegExp(`#${view}$`));
    }
    expect(menu?.getMenuItemById('quit')?.label).toBe('Quit');
  });
});

describe.skipIf(standInOnly !== undefined)('alerts that were told while nobody listened', () => {
  test('are shown once when the app starts, in front or not, and not again at the next start', { timeout: 180_000 }, async () => {
    const now = Date.now();
    const script = new Script({ alerts: [alertRow(now - 90_000, { ruleName: 'Shown before' }), alertRow(now - 30_000, { ruleName: 'Missed' })] });
    const own = path.join(script.dataDir, 'desktop');
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, 'told.json'), JSON.stringify({ shownUntil: now - 60_000 }));
    try {
      const first = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore } });
      try {
        await expect.poll(() => first.standIn().Notification.shown.map(({ title }) => title), LONG).toEqual(['Missed']);
      } finally {
        await first.close();
      }
      const second = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore } });
      try {
        await expect.poll(() => second.standIn().Tray.all[0]?.toolTip, LONG).toBe('Automatic Claude Code: nothing running');
        second.standIn().BrowserWindow.getAllWindows()[0]?.focus();
        script.send({ alerts: [alertRow(Date.now(), { ruleName: 'Live' })] });
        await expect.poll(() => second.standIn().Notification.shown.map(({ title }) => title), LONG).toEqual(['Live']);
      } finally {
        await second.close();
      }
    } finally {
      script.remove();
    }
  });
});
