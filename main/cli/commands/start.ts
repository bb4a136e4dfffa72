/** `acc start`: the control center in a window, or served to a browser where a window cannot be had. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { unwrap, type Result } from '#shared/lib/fault.ts';
import { dataDir, makeDataDir } from '#core/data-dir.ts';
import { findElectron } from '../electron-runtime.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { print, printFault } from '../output.ts';
import { startOwnCore, type OwnCore } from '../own-core.ts';
import { readToken } from '../token-file.ts';

/** Tried first when no port is asked for, so that a bookmark keeps working. */
const USUAL_PORT = 4620;
const CLOSE_MS = 4500;

const options = {
  headless: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  'token-file': { type: 'string' },
  'host-name': { type: 'string', multiple: true },
  'no-open': { type: 'boolean' },
} as const;

export async function start(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new UsageError('--port is a number from 0 to 65535');
  const folder = dataDir(values.data);
  unwrap(makeDataDir(folder));
  if (!values.headless) {
    const electron = await findElectron();
    if (electron.ok) return openWindow(electron.value, folder);
    print(`No window: ${electron.fault.message}${electron.fault.why ? ` (${electron.fault.why})` : ''} The browser gets the same control center:`);
  }
  const wanted = {
    dataDir: folder,
    mode: 'headless',
    address: values.host ?? '127.0.0.1',
    ...(values['token-file'] ? { token: readToken(values['token-file']) } : {}),
    hostNames: values['host-name'] ?? [],
  } as const;
  const core = unwrap(await startOnPort(wanted, port));
  const opened = !values['no-open'] && process.stdout.isTTY && openBrowser(core.server.link('operator'));
  if (opened) print('Opened in your browser. Another browser can use this link once:');
  print(core.server.link('operator'));
  await untilAsked();
  // Whatever hangs, a person who asked for the end gets it within five seconds.
  const limit = setTimeout(() => process.exit(Exit.error), CLOSE_MS);
  await core.close();
  clearTimeout(limit);
  return Exit.ok;
}

/** The asked port, or the usual one and then any free one. */
async function startOnPort(wanted: Omit<Parameters<typeof startOwnCore>[0], 'port'>, port: number | undefined): Promise<Result<OwnCore>> {
  const first = await startOwnCore({ ...wanted, port: port ?? USUAL_PORT });
  return !first.ok && first.fault.code === 'PORT_TAKEN' && port === undefined ? startOwnCore({ ...wanted, port: 0 }) : first;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(Exit.interrupted);
        asked = true;
        resolve();
      });
    }
  });
}

async function openWindow(electron: string, folder: string): Promise<ExitCode> {
  const app = path.join(import.meta.dirname, 'desktop', 'main.js');
  const child = spawn(electron, [app, '--data', folder], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      printFault({ code: 'WINDOW_FAILED', message: 'The window could not be opened.', why: error.message, fix: 'Use: npm start -- --headless' }, false);
      resolve(Exit.error);
    });
    child.once('exit', resolve);
  });
  return code === 0 ? Exit.ok : Exit.error;
}

/** @returns false when this machine has no way to open one */
function openBrowser(url: string): boolean {
  const program = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return false;
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  return true;
}
