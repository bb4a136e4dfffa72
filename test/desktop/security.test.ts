/** Electron's security checklist, line by line (https://www.electronjs.org/docs/latest/tutorial/security). Line 19, fuses, is in package.test.ts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { launchDesktop, standInOnly, type Desktop } from '#test/support/desktop/launch.ts';
import { Script, scriptedCore } from '#test/support/desktop/script.ts';

let desktop: Desktop;
const script = new Script();

beforeAll(async () => {
  desktop = await launchDesktop({ dataDir: script.dataDir, places: { core: scriptedCore } });
});
afterAll(async () => {
  await desktop.close();
  script.remove();
});

const inPage = (code: string): Promise<unknown> => desktop.page.evaluate(code);
const address = (): Promise<string> => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? '', null);
const fetches = (url: string): Promise<unknown> => inPage(`fetch(${JSON.stringify(url)}).then((answer) => answer.status, () => 'refused')`);

test('1: only content of the app is loaded; nothing goes to the network', async () => {
  expect(await fetches('https://example.org/')).toBe('refused');
  expect(
    await inPage(
      `new Promise((done) => { const image = new Image(); image.onload = () => done('loaded'); image.onerror = () => done('refused'); image.src = 'http://example.org/x.png' })`,
    ),
  ).toBe('refused');
  expect(await inPage(`import('https://example.org/x.js').then(() => 'loaded', () => 'refused')`)).toBe('refused');
  if (standInOnly === undefined) expect(desktop.standIn().control.outgoing.filter((url) => !url.startsWith('ws:'))).toEqual([]);
});

describe('2, 3, 4, 6, 8, 9, 10, 11: the window’s preferences', () => {
  test.each([
    ['nodeIntegration', false],
    ['nodeIntegrationInWorker', false],
    ['nodeIntegrationInSubFrames', false],
    ['contextIsolation', true],
    ['sandbox', true],
    ['webSecurity', true],
    ['allowRunningInsecureContent', false],
    ['experimentalFeatures', false],
    ['enableBlinkFeatures', undefined],
    ['webviewTag', false],
  ] as const)('%s is %s', async (name, value) => {
    const found = await desktop.evaluate(({ BrowserWindow }, key) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // Documented as private in the types, and the only way to ask a window what it was made with.
      const preferences =
        contents !== undefined && 'getLastWebPreferences' in contents && typeof contents.getLastWebPreferences === 'function'
          ? contents.getLastWebPreferences()
          : {};
      return Object.entries(preferences).find(([one]) => one === key)?.[1];
    }, name);
    expect(found ?? undefined).toBe(value);
  });

  test('the sandbox is switched on for every process', (ctx) => {
    ctx.skip(standInOnly !== undefined, standInOnly);
    expect(desktop.standIn().app.sandboxed).toBe(true);
  });
});

test('5: permissions are refused, but for writing to the clipboard', async () => {
  const state = (name: string): Promise<unknown> => inPage(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`);
  for (const name of ['geolocation', 'notifications', 'midi', 'camera', 'microphone', 'clipboard-read'])
    expect([name, await state(name)]).toEqual([name, 'denied']);
  expect(await state('clipboard-write')).toBe('granted');
});

test('5: the request handler answers as the check handler does, and devices are refused', async (ctx) => {
  ctx.skip(standInOnly !== undefined, standInOnly);
  const { requestHandler, deviceHandler } = desktop.standIn().session.defaultSession;
  const ask = (url: string, permission: string): Promise<boolean> =>
    new Promise((resolve) => requestHandler?.({ getURL: () => url } as never, permission as never, resolve, {} as never));
  expect(await ask('app://ui/', 'clipboard-sanitized-write')).toBe(true);
  expect(await ask('app://ui/', 'media')).toBe(false);
  expect(await ask('https://example.org/', 'clipboard-sanitized-write')).toBe(false);
  expect(deviceHandler?.({} as never)).toBe(false);
});

test('7: the policy is strict: files of our own only, no inline script, no eval, no frames', async () => {
  const policy = await inPage(`fetch('/').then((answer) => answer.headers.get('content-security-policy'))`);
  expect(policy).toBe("default-src 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; form-action 'none'");
  expect(
    await inPage(
      `(() => { const tag = document.createElement('script'); tag.textContent = 'window.inlineRan = true'; document.head.append(tag); return 'inlineRan' in window })()`,
    ),
  ).toBe(false);
  // Set up by the page itself, not by the debugger, which is allowed what the page is not.
  expect(
    await inPage(`new Promise((done) => { addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
      const frame = document.createElement('iframe'); frame.src = 'https://example.org/'; document.body.append(frame) })`),
  ).toBe('frame-src');
});

test('12: no webview can be attached', async () => {
  const prevented = await desktop.evaluate(({ BrowserWindow }) => {
    let refused = false;
    BrowserWindow.getAllWindows()[0]?.webContents.emit('will-attach-webview', { preventDefault: () => (refused = true) }, {}, {});
    return refused;
  }, null);
  expect(prevented).toBe(true);
});

test.each(['https://example.org/', 'http://example.org/', 'data:text/html,x', 'file:///etc/passwd', 'app://other/'])(
  '13: the page cannot navigate to %s',
  async (url) => {
    await inPage(`window.before = true; location.href = ${JSON.stringify(url)}`).catch(() => undefined);
    // A navigation that had been let through would have replaced this page, and what it had set, a little later.
    expect(await inPage(`new Promise((done) => setTimeout(() => done(window.before), 200))`)).toBe(true);
    expect(await address()).toMatch(/^app:\/\/ui\//);
  },
);

test('13: a redirect is refused', async () => {
  const prevented = await desktop.evaluate(({ BrowserWindow }) => {
    let refused = false;
    BrowserWindow.getAllWindows()[0]?.webContents.emit('will-redirect', { url: 'app://ui/', preventDefault: () => (refused = true) });
    return refused;
  }, null);
  expect(prevented).toBe(true);
});

test('14: no window opens but the one', async () => {
  await inPage(`window.open('app://ui/', '_blank') && undefined`);
  await inPage(`window.open('about:blank') && undefined`);
  await expect.poll(() => desktop.page.context().pages().length, { timeout: 30_000 }).toBe(1);
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null)).toBe(1);
});

test('15: only web addresses and this machine’s servers reach the system’s browser', async (ctx) => {
  ctx.skip(standInOnly !== undefined, standInOnly);
  const { control } = desktop.standIn();
  control.openedOutside.length = 0;
  const wanted = ['https://example.org/docs', 'http://localhost:3000/', 'http://127.0.0.1:8080/x'];
  const refused = [
    'file:///etc/passwd',
    'http://example.org/',
    'javascript:alert(1)',
    'smb://host/share',
    'https://user:secret@example.org/',
    'ms-settings:',
    'not an address',
  ];
  const handled = desktop.standIn().BrowserWindow.getAllWindows()[0]?.webContents;
  for (const url of [...refused, ...wanted]) expect(handled?.askToOpen(url)).toEqual({ action: 'deny' });
  expect(control.openedOutside).toEqual(wanted);
  await inPage(`window.open('https://example.org/from-the-page', '_blank', 'noopener') && undefined`);
  await expect.poll(() => control.openedOutside.at(-1), { timeout: 30_000 }).toBe('https://example.org/from-the-page');
});

test('16: Electron is pinned to the one version that was tested', () => {
  const Manifest = z.object({ devDependencies: z.object({ electron: z.string() }) });
  const root = path.resolve(import.meta.dirname, '../..');
  const { electron } = Manifest.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))).devDependencies;
  const installed = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, 'node_modules/electron/package.json'), 'utf8')));
  expect(electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(installed.version).toBe(electron);
});

describe('17: a message is taken only from our page in the top frame, with one port and nothing else', () => {
  const send = (frame: 'page' | 'inner' | 'foreign' | 'gone', message: unknown, ports: number) => {
    const { ipcMain, BrowserWindow, MessageChannelMain } = desktop.standIn();
    const sender = BrowserWindow.getAllWindows()[0]?.webContents;
    const channels = Array.from({ length: ports }, () => new MessageChannelMain());
    const closed = channels.map(({ port1 }) => new Promise<string>((resolve) => port1.once('close', () => resolve('closed'))));
    const frames = {
      page: sender?.mainFrame,
      inner: { url: 'app://ui/', parent: sender?.mainFrame },
      foreign: { url: 'https://example.org/', parent: null },
      gone: null,
    };
    ipcMain.emit('acc:connect', { sender, senderFrame: frames[frame], ports: channels.map(({ port2 }) => port2) }, message);
    return closed;
  };
  const connects = (): number => script.log().filter(({ message }) => message !== undefined).length;

  test.each([
    ['a frame inside the page', 'inner', null, 1],
    ['a foreign page', 'foreign', null, 1],
    ['a frame that is gone', 'gone', null, 1],
    ['a message of another shape', 'page', { role: 'admin' }, 1],
    ['two ports', 'page', null, 2],
  ] as const)('%s', async (ctx, frame, message, ports) => {
    void ctx;
    if (standInOnly !== undefined) return;
    const before = connects();
    for (const closed of send(frame, message, ports)) expect(await closed).toBe('closed');
    expect(connects()).toBe(before);
  });

  test('a frame inside the page has no preload that could send', async () => {
    const heard = await inPage(`new Promise((done) => {
      const frame = document.createElement('iframe'); document.body.append(frame);
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('close', () => done('closed')); port1.onmessage = () => done('answered');
      frame.contentWindow.postMessage('acc:connect', '*', [port2]); frame.remove(); setTimeout(() => done('silence'), 500) })`);
    expect(heard).not.toBe('answered');
  });
});

test('18: the page is served by app://, and file:// cannot be read', async () => {
  expect(await address()).toMatch(/^app:\/\/ui\//);
  expect(await fetches('file:///etc/passwd')).toBe('refused');
});

test('18: nothing outside the bundle is served', async () => {
  for (const name of [
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/%00',
    '/index.html%2f..',
    '/no-such-file.js',
    '/.stamps',
  ]) {
    expect([name, await fetches(name)]).toEqual([name, expect.toSatisfy((status) => status === 403 || status === 404 || status === 'refused')]);
  }
  expect(await inPage(`fetch('/', { method: 'POST' }).then(({ status }) => status)`)).toBe(405);
  expect(await inPage(`fetch('/index.html', { method: 'HEAD' }).then((answer) => answer.status + answer.headers.get('x-content-type-options'))`)).toBe(
    '200nosniff',
  );
});

test('20: the page sees nothing of Electron or Node', async () => {
  const names = ['require', 'process', 'module', 'global', 'Buffer', 'electron', 'ipcRenderer', 'standInSend', 'acc'];
  expect(await inPage(`${JSON.stringify(names)}.filter((name) => name in window)`)).toEqual([]);
});
