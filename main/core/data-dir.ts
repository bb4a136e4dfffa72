/** Where the app keeps its data when nothing else is said. */
import { accessSync, constants } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '#store/folder.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

const NAME = 'automatic-claude-code';

/** @param explicit the value of `--data`; relative paths count from the current folder */
export function dataDir(explicit: string | undefined): string {
  if (explicit) return path.resolve(explicit);
  if (process.env['ACC_DATA']) return path.resolve(process.env['ACC_DATA']);
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Application Support', NAME);
  if (process.platform === 'win32') return path.join(process.env['APPDATA'] ?? os.homedir(), NAME);
  return path.join(process.env['XDG_DATA_HOME'] || path.join(os.homedir(), '.local', 'share'), NAME);
}

/** Makes a data folder, before anything is started that would stumble over it in its own way. @returns DATA_FOLDER_UNUSABLE */
export function makeDataDir(dir: string): Result<void> {
  try {
    makeFolder(dir);
    accessSync(dir, constants.W_OK | constants.X_OK);
    return ok(undefined);
  } catch (error) {
    return fail('DATA_FOLDER_UNUSABLE', `The data folder ${dir} cannot be used.`, {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Choose a folder that this user may write to with --data.',
    });
  }
}
