/** One build at a time: test worlds and `npm start` may ask for a build at the same moment. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outDir } from './targets.ts';

/** Longest wait for another build in milliseconds. */
const WAIT_MS = 180_000;

/** Runs `work` while no other process builds. A lock whose owner is gone is taken over. @throws after three minutes of waiting */
export async function withBuildLock(work: () => Promise<void>): Promise<void> {
  const file = path.join(outDir, '.lock');
  await mkdir(outDir, { recursive: true });
  const until = Date.now() + WAIT_MS;
  while (!(await take(file))) {
    if (Date.now() > until) throw new Error(`another build holds ${file} for three minutes`);
    await sleep(100);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.write(String(process.pid));
    await handle.close();
    return true;
  } catch {
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // An empty file is a lock whose owner is just writing its number.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
