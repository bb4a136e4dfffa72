/** `app`: lifecycle, paths, the instance lock. */
import type { App } from 'electron';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeBrowser } from './browser.ts';
import { control } from './control.ts';
import { closeAllWindows } from './window-list.ts';

type Used = 'enableSandbox' | 'exit' | 'getPath' | 'isReady' | 'quit' | 'requestSingleInstanceLock' | 'setAsDefaultProtocolClient' | 'setPath';

class StandInApp extends EventEmitter implements Pick<App, Used> {
  readonly isPackaged = false;
  readonly name = 'Automatic Claude Code';
  sandboxed = false;
  #ready = false;
  /** Requests to quit, one after another: a refused one may be followed by one that is not. */
  #quits = Promise.resolve();
  #over = false;
  readonly #paths = new Map<string, string>();
  /** Settles when the app has ended. */
  readonly ended = new Promise<void>((resolve) => this.once('quit', () => resolve()));

  async whenReady(): Promise<void> {
    await Promise.resolve();
    this.#ready = true;
  }

  isReady(): boolean {
    return this.#ready;
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  }

  setPath(name: string, folder: string): void {
    if (!existsSync(folder)) throw new Error(`Failed to set path '${name}' to ${folder}: it does not exist`);
    this.#paths.set(name, folder);
  }

  getPath(name: string): string {
    const known = this.#paths.get(name) ?? mkdtempSync(path.join(tmpdir(), 'acc-electron-'));
    this.#paths.set(name, known);
    return known;
  }

  requestSingleInstanceLock(): boolean {
    return !control.lockTaken;
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    control.defaultFor.push(scheme);
    return true;
  }

  quit(): void {
    this.#quits = this.#quits.then(() => this.#quit());
  }

  exit(code = 0): void {
    control.exitCode = code;
    void closeBrowser().then(() => this.emit('quit'));
  }

  /** As Electron does it: every listener may refuse, and a refusal leaves the app running. */
  async #quit(): Promise<void> {
    if (this.#over || !this.#allows('before-quit') || !(await closeAllWindows()) || !this.#allows('will-quit')) return;
    this.#over = true;
    await closeBrowser();
    control.exitCode ??= 0;
    this.emit('quit');
  }

  #allows(name: string): boolean {
    let prevented = false;
    this.emit(name, { preventDefault: () => (prevented = true) });
    return !prevented;
  }
}

export const app = new StandInApp();
