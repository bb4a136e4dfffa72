/** `acc start`: a window where one can be had, else a browser; what is passed on, and what each trouble says. */
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { findElectron } from '#cli/electron-runtime.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };
let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

/** A program in a folder of its own, in the place of one that is not on every machine. */
function program(name: string, script: string, mode = 0o755): string {
  const folder = path.join(terminal.dataDir, `programs-${name}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, mode);
  return folder;
}

/** No runtime here, and a download that ends as `mirror` lets it. */
const without = (mirror: string): Record<string, string> => ({
  ELECTRON_OVERRIDE_DIST_PATH: path.join(terminal.dataDir, 'no-runtime'),
  ELECTRON_MIRROR: mirror,
  electron_config_cache: path.join(terminal.dataDir, 'cache'),
});

test('where the runtime is there, a window is opened on the data folder, and its end is the end of the command', async () => {
  const told = path.join(terminal.dataDir, 'told');
  const dist = program('electron', `echo "$@" > ${told}`);
  expect(await terminal.run(['start'], { ELECTRON_OVERRIDE_DIST_PATH: dist })).toMatchObject({ code: 0 });
  expect(readFileSync(told, 'utf8').trim()).toMatch(new RegExp(`desktop/main\\.js --data ${terminal.dataDir}$`));
  const crashed = program('electron', 'exit 7');
  expect(await terminal.run(['start'], { ELECTRON_OVERRIDE_DIST_PATH: crashed })).toMatchObject({ code: 1 });
});

test('who ends the command ends the window', async () => {
  const up = path.join(terminal.dataDir, 'up');
  const told = path.join(terminal.dataDir, 'told');
  const dist = program('electron', `trap 'echo term > ${told}; exit 0' TERM; echo up > ${up}; while :; do sleep 0.05; done`);
  const window = terminal.begin(['start'], { ELECTRON_OVERRIDE_DIST_PATH: dist });
  await vi.waitFor(() => accessSync(up), PATIENCE);
  window.child.kill('SIGTERM');
  expect(await window.done).toMatchObject({ code: 0 });
  expect(readFileSync(told, 'utf8')).toBe('term\n');
});

test('a runtime that cannot be run is a fault in words with the other way', async () => {
  const dist = program('electron', '', 0o644);
  const { code, err } = await terminal.run(['start'], { ELECTRON_OVERRIDE_DIST_PATH: dist });
  expect(code).toBe(1);
  expect(err).toContain('WINDOW_FAILED');
  expect(err).toContain('--headless');
});

test('where no runtime can be had, a sentence says why and the browser gets the same', async () => {
  const center = terminal.begin(['start', '--port', '0', '--no-open'], without('http://127.0.0.1:1/'));
  await vi.waitFor(() => expect(center.out()).toMatch(/No window: Electron's runtime is not here and could not be fetched: .+[^]*\?token=/), PATIENCE);
  center.child.kill('SIGTERM');
  expect(await center.done).toMatchObject({ code: 0 });
});

test('a download that does not come to an end is given up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  for (const [name, value] of Object.entries(without(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const begun = performance.now();
  const found = await findElectron(1000);
  expect(found).toMatchObject({
    ok: false,
    fault: { code: 'ELECTRON_MISSING', message: expect.stringContaining('could not be fetched'), fix: expect.stringContaining('--headless') },
  });
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test.skipIf(process.platform !== 'linux' || !has('/usr/bin/script'))(
  'on a terminal the browser opens by itself, and the printed link is another one',
  async () => {
    const opened = path.join(terminal.dataDir, 'opened');
    const bin = program('xdg-open', `echo "$1" > ${opened}`);
    const call = `'${process.execPath}' bin/acc.mjs start --headless --port 0`;
    const center = terminal.beginProgram('/usr/bin/script', ['-qefc', call, '/dev/null'], { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DISPLAY: ':0' });
    await vi.waitFor(() => expect(center.out()).toMatch(/Opened in your browser[^]*\?token=\S+/), PATIENCE);
    const link = await vi.waitFor(() => {
      const text = readFileSync(opened, 'utf8').trim();
      expect(text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
      return text;
    }, PATIENCE);
    expect(center.out()).not.toContain(link);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  },
);

test('an address for others needs a token, and the token comes from a file that can be read', async () => {
  const file = path.join(terminal.dataDir, 'token');
  const start = ['start', '--headless', '--no-open', '--port', '0'];
  expect(await terminal.run([...start, '--host', '0.0.0.0'])).toMatchObject({ code: 1, err: expect.stringContaining('AUTH_REQUIRED') });
  expect(await terminal.run([...start, '--token-file', file])).toMatchObject({ code: 2, err: expect.stringContaining(file) });
  writeFileSync(file, 'short\n');
  expect(await terminal.run([...start, '--token-file', file])).toMatchObject({ code: 2, err: expect.stringContaining('32 characters') });
  writeFileSync(file, `${'t'.repeat(40)}\n`);
  const center = terminal.begin([...start, '--token-file', file]);
  const link = await vi.waitFor(() => {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(center.out())?.[0];
    expect(found).toBeDefined();
    return found ?? '';
  }, PATIENCE);
  const links = await fetch(`${link}/links?role=viewer`, { method: 'POST', headers: { authorization: `Bearer ${'t'.repeat(40)}` } });
  expect(await links.text()).toContain('token=');
});

function has(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
