/**
 * One app owns a store. The proof is an SQLite transaction held open on a tiny second database: the operating system drops its
 * lock when the process ends, however it ends, so a killed owner never blocks the next one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { troubleOf } from './faults.ts';

export type Owner = { release(): void };

/** Takes ownership of the data folder. @returns STORE_IN_USE, naming the owner's process, when another app has it */
export function takeOwnership(dir: string): Result<Owner> {
  const pidFile = path.join(dir, 'core.pid');
  const lock = new Database(path.join(dir, 'core.lock'), { timeout: 500 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (troubleOf(error) !== 'locked') throw error;
    const pid = readPid(pidFile);
    return fail('STORE_IN_USE', `Another app uses this data folder${pid ? `: process ${pid}` : ''}.`, {
      why: `${dir} is held by ${pid ? `process ${pid}` : 'another process'}.`,
      fix: 'Use the app that is open already, close it, or choose another data folder with --data.',
    });
  }
  writeFileSync(pidFile, String(process.pid));
  return ok({ release: () => void lock.close() });
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
