/**
 * Starts the desktop for a spec: under Electron itself when its runtime is there, else on the stand-in over real Chromium.
 * A spec that reads what only the stand-in records (tray, notifications, dialogs) says so with `standInOnly`.
 */
import type * as Electron from 'electron';
import { existsSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Places } from '#desktop/places.ts';
import type * as StandIn from '../electron/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Electron's program, when its runtime has been fetched. */
export const electronProgram = findProgram();
/** Why a spec is skipped under the real Electron; undefined when it can run. */
export const standInOnly = electronProgram === null ? undefined : 'reads what only the Electron stand-in records';

type Evaluate = <R, A>(run: (electron: typeof Electron, arg: A) => R | Promise<R>, arg: A) => Promise<R>;

export type Desktop = {
  readonly page: Page;
  readonly dataDir: string;
  /** Runs a function with Electron's module in the main process. It may use nothing from around it: it can be sent as text. */
  readonly evaluate: Evaluate;
  /** What the stand-in recorded; throws under the real Electron. */
  readonly standIn: () => typeof StandIn;
  readonly close: () => Promise<void>;
};

export type LaunchOptions = {
  readonly args?: readonly string[];
  /** Data folder to use; the spec removes it. Without one a fresh folder is made and removed. */
  readonly dataDir?: string;
  /** Parts to replace, such as a scripted core. Only the stand-in can. */
  readonly places?: Partial<Places>;
  /** Called before the app starts, with the stand-in's controls. */
  readonly before?: (standIn: typeof StandIn) => void;
};

/** Starts the app and waits for its window. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<Desktop> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'acc-desktop-'));
  const args = ['--data', dataDir, ...(options.args ?? [])];
  const started = electronProgram === null ? await onStandIn(args, options) : await onElectron(electronProgram, args);
  return {
    ...started,
    dataDir,
    close: async () => {
      await started.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Started = Pick<Desktop, 'page' | 'evaluate' | 'standIn' | 'close'>;

async function onElectron(executablePath: string, args: readonly string[]): Promise<Started> {
  const app = await _electron.launch({ executablePath, args: [root, ...args], timeout: 60_000 });
  return {
    page: await app.firstWindow(),
    evaluate: (run, arg) => app.evaluate(run as never, arg as never),
    standIn: () => {
      throw new Error('not on the stand-in');
    },
    close: () => app.close(),
  };
}

async function onStandIn(args: readonly string[], { places, before }: LaunchOptions): Promise<Started> {
  // Electron's module and ours hold the state of one app; each launch is a new app.
  vi.resetModules();
  const standIn = await import('../electron/index.ts');
  const electron = await import('electron');
  const { startDesktop } = await import('#desktop/start.ts');
  const { placesFrom } = await import('#desktop/places.ts');
  before?.(standIn);
  await startDesktop({ ...placesFrom(path.join(root, 'main/desktop')), ...places }, args);
  const [window] = standIn.BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('the desktop opened no window');
  await new Promise<void>((resolve) => (window.isVisible() ? resolve() : window.once('show', () => resolve())));
  return {
    page: window.webContents.page,
    evaluate: async (run, arg) => run(electron, arg),
    standIn: () => standIn,
    close: async () => {
      standIn.app.quit();
      await standIn.app.ended;
    },
  };
}

function findProgram(): string | null {
  const folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const named = path.join(folder, 'path.txt');
  const program = existsSync(named) ? path.join(folder, 'dist', readFileSync(named, 'utf8')) : null;
  return program !== null && existsSync(program) ? program : null;
}
