/** The core as a process: started with its data folder, restarted after a crash, stopped with the app. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launchDesktop, standInOnly, type Desktop } from '#test/support/desktop/launch.ts';
import { sessionRow } from '#test/support/desktop/rows.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

const LONG = { timeout: 60_000 };
const isAlive = (pid: number): boolean => spawnSync('kill', ['-0', String(pid)]).status === 0;

async function launch(core = scriptedCore): Promise<{ desktop: Desktop; script: Script }> {
  const script = new Script();
  const desktop = await launchDesktop({ dataDir: script.dataDir, places: { core } });
  // Last in, first out: the app ends before its folder goes.
  onTestFinished(() => script.remove());
  onTestFinished(() => desktop.close());
  return { desktop, script };
}
const pidsOf = (script: Script): number[] => script.log().flatMap(({ pid, started }) => (started === undefined ? [] : [pid]));
/** Streams the cores have served, the desktop's own and the page's. */
const seatsOf = (script: Script, pid: number | undefined): number => script.log().filter((entry) => entry.pid === pid && entry.watch !== undefined).length;

describe.skipIf(standInOnly !== undefined)('the core process', () => {
  test('serves the page and the desktop, and ends with the app', async () => {
    const { desktop, script } = await launch();
    await script.until('both follow the live stream', () => seatsOf(script, pidsOf(script)[0]) >= 2);
    expect(script.log()[0]?.started).toEqual(['--data', script.dataDir]);
    const [pid = 0] = pidsOf(script);
    await desktop.close();
    expect(isAlive(pid)).toBe(false);
    expect(desktop.standIn().control.exitCode).toBe(0);
  });

  test('a crash is a restart: page and desktop come back to the new core by themselves', async () => {
    const { desktop, script } = await launch();
    const tray = () => desktop.standIn().Tray.all[0]?.toolTip;
    await script.until('both follow the live stream', () => seatsOf(script, pidsOf(script)[0]) >= 2);
    script.crash();
    await script.until('a second core', () => pidsOf(script).length === 2);
    await script.until('both follow the new one', () => seatsOf(script, pidsOf(script)[1]) >= 2);
    script.send({ sessions: [sessionRow()] });
    await expect.poll(tray, LONG).toBe('Automatic Claude Code: 1 running');
    expect(isAlive(pidsOf(script)[0] ?? 0)).toBe(false);
    await desktop.close();
    expect(isAlive(pidsOf(script)[1] ?? 0)).toBe(false);
  });

  test('a core that dies at once is tried again with growing waits, and the tray says so', async () => {
    const { desktop, script } = await launch(path.join(import.meta.dirname, '../support/desktop/broken-core.ts'));
    const tray = () => desktop.standIn().Tray.all[0]?.toolTip;
    const times = () => script.log().flatMap(({ at }) => (at === undefined ? [] : [at]));
    await expect.poll(() => times().length, LONG).toBeGreaterThanOrEqual(4);
    const [first = 0, second = 0, third = 0, fourth = 0] = times();
    expect(fourth - third).toBeGreaterThan(1000);
    expect(fourth - third).toBeGreaterThan(second - first);
    await expect.poll(tray, LONG).toBe('Automatic Claude Code: the core is not running');
    await desktop.close();
  });

  test('a core that ignores the request to end is killed', async () => {
    const { desktop, script } = await launch(path.join(import.meta.dirname, '../support/desktop/stubborn-core.ts'));
    await script.until('it has started', (log) => log.length > 0);
    const pid = script.log()[0]?.pid ?? 0;
    await desktop.close();
    expect(isAlive(pid)).toBe(false);
  });
});
