/** Where the app keeps its data when nothing else is said. */
import os from 'node:os';
import path from 'node:path';

const NAME = 'automatic-claude-code';

/** @param explicit the value of `--data`; relative paths count from the current folder */
export function dataDir(explicit: string | undefined): string {
  if (explicit) return path.resolve(explicit);
  if (process.env['ACC_DATA']) return path.resolve(process.env['ACC_DATA']);
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Application Support', NAME);
  if (process.platform === 'win32') return path.join(process.env['APPDATA'] ?? os.homedir(), NAME);
  return path.join(process.env['XDG_DATA_HOME'] || path.join(os.homedir(), '.local', 'share'), NAME);
}
