/** Where the host keeps files for a moment: in its own data, so that what a killed host left is found and removed by the next one. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Empties the folder and opens it. Only the sole host of `dataDir` may call this: what lies there belongs to nobody any more. */
export async function openScratch(dataDir: string): Promise<string> {
  const folder = path.join(dataDir, 'tmp');
  // A git of the killed host may still be writing there.
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
