/** `BrowserWindow`: a Chromium page with the manners of a window. */
import type { BrowserWindow as RealWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { WebContents } from './web-contents.ts';
import { windowList } from './window-list.ts';

type Used =
  | 'focus'
  | 'getNormalBounds'
  | 'hide'
  | 'isDestroyed'
  | 'isFocused'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'minimize'
  | 'restore'
  | 'setBounds'
  | 'show';

export class BrowserWindow extends EventEmitter implements Pick<RealWindow, Used> {
  static #focused: BrowserWindow | null = null;
  static readonly all: BrowserWindow[] = [];
  readonly webContents: WebContents;
  readonly options: BrowserWindowConstructorOptions;
  readonly gone: Promise<void>;
  #gone: () => void = () => undefined;
  #bounds: Rectangle;
  #visible: boolean;
  #minimized = false;
  #maximized = false;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { contextIsolation, nodeIntegration, sandbox } = options.webPreferences ?? {};
    if (contextIsolation === false || nodeIntegration === true || sandbox === false) throw new Error('the stand-in runs isolated, sandboxed pages only');
    this.options = options;
    this.#visible = options.show ?? true;
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.gone = new Promise((resolve) => {
      this.#gone = resolve;
    });
    this.webContents = new WebContents(options.webPreferences ?? {});
    windowList.push(this);
    BrowserWindow.all.push(this);
  }

  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.all.filter((window) => !window.isDestroyed());
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.opened;
    await this.webContents.page.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height });
    await this.webContents.loadURL(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.#visible = true;
    this.focus();
    this.emit('show');
  }
  hide(): void {
    this.#visible = false;
    this.blur();
    this.emit('hide');
  }
  focus(): void {
    BrowserWindow.#focused = this;
    this.emit('focus');
  }
  blur(): void {
    if (BrowserWindow.#focused === this) BrowserWindow.#focused = null;
    this.emit('blur');
  }
  minimize(): void {
    this.#minimized = true;
    this.blur();
  }
  restore(): void {
    this.#minimized = false;
  }
  maximize(): void {
    this.#maximized = true;
    this.emit('resize');
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('resize');
    this.emit('move');
  }
  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }
  isVisible(): boolean {
    return this.#visible;
  }
  isFocused(): boolean {
    return BrowserWindow.#focused === this;
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** As if the person closed it: listeners may refuse. */
  close(): void {
    if (this.#destroyed) return;
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.#destroyed = true;
    this.blur();
    windowList.splice(windowList.indexOf(this), 1);
    void this.webContents.opened
      .then(() => this.webContents.page.close())
      .then(() => {
        this.#gone();
        this.emit('closed');
        if (windowList.length === 0) app.emit('window-all-closed');
      });
  }
}
