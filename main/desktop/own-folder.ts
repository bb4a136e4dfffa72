/** The folder of the shell's own state (lock, window state) inside a data folder that was named on the command line. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** Makes `desktop` in the data folder, and what leads to it. @returns its path, or DATA_FOLDER_UNUSABLE */
export function ownFolder(dataDir: string): Result<string> {
  const own = path.join(path.resolve(dataDir), 'desktop');
  try {
    // The first one that is missing alone: where even that is refused with "no such file" (/proc), the rest would be tried without end.
    let first = own;
    while (!existsSync(path.dirname(first))) first = path.dirname(first);
    if (!existsSync(first)) mkdirSync(first, { mode: 0o700 });
    mkdirSync(own, { recursive: true, mode: 0o700 });
    return ok(own);
  } catch (error) {
    return fail('DATA_FOLDER_UNUSABLE', `The data folder ${dataDir} cannot be used.`, {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Choose a folder that this user may write to with --data.',
    });
  }
}
