/** The whole desktop with nothing replaced but Electron's runtime: bundle, preload, port, core, agent host, store. */
import { expect, onTestFinished, test } from 'vitest';
import { launchDesktop, standInOnly } from '#test/support/desktop/launch.ts';

const LONG = { timeout: 90_000 };

test('the tour runs from the first window to a change for review, and survives a killed core', async (ctx) => {
  const desktop = await launchDesktop();
  onTestFinished(() => desktop.close());
  const { page } = desktop;
  await page.getByRole('button', { name: 'Take the tour' }).click(LONG);
  if (standInOnly !== undefined) ctx.skip(standInOnly);
  const { Tray, Notification, BrowserWindow, utilityProcess } = desktop.standIn();
  BrowserWindow.getAllWindows()[0]?.blur();

  await expect.poll(() => Tray.all[0]?.toolTip, LONG).toContain('1 to review');
  await expect.poll(() => Notification.shown.map(({ title }) => title), LONG).toEqual([expect.stringContaining('is ready for review')]);

  const [first] = utilityProcess.all;
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => utilityProcess.all.length, LONG).toBe(2);
  await expect.poll(() => Tray.all[0]?.toolTip, LONG).toContain('1 to review');

  Notification.shown[0]?.emit('click');
  await expect.poll(() => page.url(), LONG).toMatch(/#\/review\/chg_/);
  // The page has come back by itself: its files are read through the new core.
  await page
    .getByRole('button', { name: /approve/i })
    .first()
    .waitFor(LONG);
  expect(Notification.shown).toHaveLength(1);
});
