/** Brings what the worlds need: the build, the pinned tools, Chromium. What cannot be had is said, with what to do. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from '../../test/support/chromium.ts';
import { run } from '../lib/run.ts';

/** Something that was not tested, and why. `files` is how many test files it kept from running. */
export type Missing = { readonly what: string; readonly why: string; readonly files: number };

const root = path.resolve(import.meta.dirname, '../..');

/** Builds what changed. */
export async function ensureBuilt(): Promise<boolean> {
  const { code, output } = await run([process.execPath, 'scripts/build.ts'], { cwd: root, seconds: 300 });
  if (output !== '') console.log(output.trimEnd());
  return code === 0;
}

/** Installs the programs of `test/tools` from their own lock, once per lock. */
export async function ensureTools(): Promise<Missing[]> {
  const folder = path.join(root, 'test/tools');
  const stamp = path.join(folder, 'node_modules/.installed');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return [];
  const { code, output } = await run(['npm', 'ci', '--no-audit', '--no-fund'], { cwd: folder, seconds: 300 });
  if (code === 0) {
    writeFileSync(stamp, lock);
    return [];
  }
  return [{ what: 'tests with the real Claude Code CLI', files: 0, why: `npm ci in test/tools failed: ${lastLine(output)}` }];
}

/** Finds Chromium or, as root on Debian, installs it. Returns why there is none, or null when there is one. */
export async function ensureChromium(): Promise<string | null> {
  if (findChromium() !== null) return null;
  const advice = 'no Chromium; install it with `apt-get install chromium` or name one in CHROMIUM_PATH';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return advice;
  console.log('Installing Chromium from the Debian package …');
  const apt = ['-o', 'DPkg::Lock::Timeout=60', '-y', '--no-install-recommends'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update'], { cwd: root, seconds: 120, env });
  const { code, output } = await run(['apt-get', ...apt, 'install', 'chromium'], { cwd: root, seconds: 420, env });
  if (code === 0 && findChromium() !== null) return null;
  return `${advice} (apt-get: ${lastLine(output)})`;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'no output';
}
