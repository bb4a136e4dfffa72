/** Finds the program that opens a window. Electron's npm package holds only a loader; the runtime is fetched once, where it can be. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** How long the download may take before headless mode is the better answer, milliseconds. */
const FETCH_LIMIT = 20_000;
const FIX = 'Run `npm start -- --headless`, or fetch the runtime with `npx install-electron` where its download is reachable.';

/**
 * Path of Electron's program, fetched once when it is missing.
 * @returns `ELECTRON_MISSING` with the reason in one sentence when a window cannot be opened
 */
export async function findElectron(limitMs = FETCH_LIMIT): Promise<Result<string>> {
  const folder = electronFolder();
  if (folder === null) return fail('ELECTRON_MISSING', 'Electron is not installed.', { fix: FIX });
  const found = programIn(folder);
  if (found !== null) return ok(found);
  const problem = await fetchRuntime(folder, limitMs);
  const fetched = programIn(folder);
  if (fetched !== null) return ok(fetched);
  return fail('ELECTRON_MISSING', `Electron's runtime is not here and could not be fetched: ${problem ?? 'its installer left no program'}.`, { fix: FIX });
}

function electronFolder(): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** The program, as Electron's own loader would find it, without importing that loader: it downloads on import. */
function programIn(folder: string): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const named = path.join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8') : null;
  if (name === null && override === undefined) return null;
  const program = path.join(override ?? path.join(folder, 'dist'), name ?? 'electron');
  return existsSync(program) ? program : null;
}

/** Runs Electron's installer. Returns why it failed, or null. */
function fetchRuntime(folder: string, limitMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, [path.join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const keep = (text: string): void => {
      output = (output + text).slice(0, 10_000);
    };
    const timer = setTimeout(() => {
      // Its own group: a download helper must not outlive the wait.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      resolve(`the download took longer than ${Math.round(limitMs / 1000)} s`);
    }, limitMs);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => keep(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : reasonIn(output));
    });
  });
}

/** The first line that names an error, without its class name and stack. */
function reasonIn(output: string): string {
  const line = output.split('\n').find((one) => /error|fail|refused|denied|ENOTFOUND|ECONN/i.test(one)) ?? output.split('\n')[0] ?? '';
  return (
    line
      .replace(/^\s*(\w*Error:\s*)+/, '')
      .trim()
      .replace(/\.$/, '')
      .slice(0, 200) || 'the installer said nothing'
  );
}
