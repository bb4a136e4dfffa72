/**
 * One temporary folder for a whole run of tests or benches: `TMPDIR` of everything it starts, removed at its end with what a killed
 * process left. As vitest's global setup it also says what tests forgot.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @returns removes the folder, and tells what of ours was still in it */
export function ownTempFolder(): () => string[] {
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(path.join(tmpdir(), 'acc-run-'));
  process.env['TMPDIR'] = folder;
  return () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    const left = readdirSync(folder).filter((name) => name.startsWith('acc-'));
    // Something that was just killed may still be closing its files.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return left;
  };
}

export function setup(): () => void {
  const close = ownTempFolder();
  return () => {
    const left = close();
    if (left.length > 0) process.stderr.write(`Tests left behind, removed now: ${left.join(', ')}\n`);
  };
}
