/** `webContents` over a Chromium page: navigation and popups ask the listeners, the preload runs in an isolated world over CDP. */
import { parse, stringify } from 'devalue';
import type { HandlerDetails, WebPreferences, WindowOpenHandlerResponse } from 'electron';
import { build } from 'esbuild';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { app } from './app.ts';
import { fromHttp, openPage, toHttp } from './browser.ts';
import { ipcMain } from './ipc-main.ts';
import { carry, MessagePortMain } from './ports.ts';
import { applyPermissions } from './session.ts';

const WORLD = 'preload';
const FromPage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post'), channel: z.string(), message: z.unknown(), ports: z.array(z.number()) }),
  z.object({ kind: z.literal('message'), id: z.number(), data: z.unknown() }),
  z.object({ kind: z.literal('close'), id: z.number() }),
]);

/** A frame as listeners of ipcMain see it. Compared by identity, so each context has one. */
type Frame = { readonly url: string; readonly parent: Frame | null };
type Carrier = ReturnType<typeof carry>;
type World = { readonly frame: Frame; readonly ports: Map<number, Carrier> };
export type OpenHandler = (details: Pick<HandlerDetails, 'url'>) => WindowOpenHandlerResponse;

export class WebContents extends EventEmitter {
  readonly #worlds = new Map<number, World>();
  readonly opened: Promise<void>;
  readonly mainFrame: Frame;
  #page: Page | null = null;
  #cdp: CDPSession | null = null;
  #mainFrameId = '';
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  /** Address this process itself asked for: going there is not the page's own wish. */
  #wanted: string | null = null;

  readonly #preferences: WebPreferences;

  constructor(preferences: WebPreferences) {
    super();
    this.#preferences = preferences;
    const current = (): string => this.getURL();
    this.mainFrame = {
      get url() {
        return current();
      },
      parent: null,
    };
    this.opened = this.#open(preferences.preload, preferences.nodeIntegrationInSubFrames ?? false);
    app.emit('web-contents-created', {}, this);
  }

  /** The page itself, for the specs. */
  get page(): Page {
    if (this.#page === null) throw new Error('the page is still being opened');
    return this.#page;
  }

  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  getURL(): string {
    return this.#page === null ? '' : fromHttp(this.#page.url());
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** Asks the product's handler as if the page had opened `url`. */
  askToOpen(url: string): WindowOpenHandlerResponse {
    return this.#openHandler({ url });
  }

  async loadURL(url: string): Promise<void> {
    await this.opened;
    await applyPermissions(this.page, url);
    this.#wanted = url;
    await this.page.goto(toHttp(url));
    this.#wanted = null;
    this.emit('did-finish-load');
  }

  reload(): void {
    void this.page.reload();
  }

  async #open(preload: string | undefined, inSubframes: boolean): Promise<void> {
    const page = await openPage((_request, url) => this.#mayNavigate(url));
    this.#page = page;
    const cdp = await page.context().newCDPSession(page);
    this.#cdp = cdp;
    this.#mainFrameId = (await cdp.send('Page.getFrameTree')).frameTree.frame.id;
    cdp.on('Runtime.executionContextCreated', ({ context }) => this.#worldMade(context));
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.#worldGone(executionContextId));
    cdp.on('Runtime.executionContextsCleared', () => [...this.#worlds.keys()].forEach((id) => this.#worldGone(id)));
    cdp.on('Runtime.bindingCalled', ({ executionContextId, payload }) => this.#called(executionContextId, payload));
    cdp.on('Page.windowOpen', ({ url }) => this.askToOpen(url));
    // Chromium has made the window by the time it tells; what Electron would have refused is closed at once.
    page.on('popup', (popup) => void popup.close());
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed' }));
    page.on('close', () => [...this.#worlds.keys()].forEach((id) => this.#worldGone(id)));
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    if (preload === undefined) return;
    await cdp.send('Runtime.addBinding', { name: 'standInSend', executionContextName: WORLD });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { worldName: WORLD, source: await worldScript(preload, inSubframes) });
  }

  #mayNavigate(url: string): boolean {
    if (url === this.#wanted || url === this.getURL()) return true;
    let prevented = false;
    this.emit('will-navigate', { url, preventDefault: () => (prevented = true) });
    return !prevented;
  }

  #worldMade({ id, name, auxData }: { id: number; name: string; auxData?: { frameId?: string } }): void {
    if (name !== WORLD) return;
    const current = (): string => this.getURL();
    const inner: Frame = {
      get url() {
        return current();
      },
      parent: this.mainFrame,
    };
    this.#worlds.set(id, { frame: auxData?.frameId === this.#mainFrameId ? this.mainFrame : inner, ports: new Map() });
  }

  /** A page that went away took its ends of the ports with it. */
  #worldGone(id: number): void {
    for (const port of this.#worlds.get(id)?.ports.values() ?? []) port.close();
    this.#worlds.delete(id);
  }

  #called(contextId: number, payload: string): void {
    const world = this.#worlds.get(contextId);
    if (world === undefined) return;
    const message = FromPage.parse(parse(payload));
    if (message.kind === 'message') return world.ports.get(message.id)?.message(message.data);
    if (message.kind === 'close') return world.ports.get(message.id)?.close();
    const ports = message.ports.map((id) => {
      const [mine, theirs] = MessagePortMain.pair();
      world.ports.set(
        id,
        carry(mine, id, (carried) => this.#deliver(contextId, carried)),
      );
      return theirs;
    });
    ipcMain.emit(message.channel, { sender: this, senderFrame: world.frame, ports }, message.message);
  }

  #deliver(contextId: number, message: object): void {
    if (!this.#worlds.has(contextId)) return;
    const expression = `standInDeliver(${JSON.stringify(stringify(message))})`;
    // The page may go away while the message is on its way, as it may in Electron.
    this.#cdp?.send('Runtime.evaluate', { contextId, expression }).catch(() => undefined);
  }
}

async function worldScript(preload: string, inSubframes: boolean): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'preload-world.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome140',
  });
  const code = readFileSync(preload, 'utf8');
  return `const inSubframes = ${inSubframes}; const preloadCode = function (require, module, exports) {${code}\n};\n${outputFiles[0]?.text ?? ''}`;
}
