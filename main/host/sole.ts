/**
 * One host at a time in a data folder. A killed core's host needs a few seconds to end its agents and write their last events; a new
 * one that read the spool meanwhile would number the same events again. So it waits for the old one, and ends it when it hangs.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { processTable, startOf } from './process/table.ts';

const WAIT_MS = 8000;
const Record = z.object({ pid: z.number().int().positive(), start: z.number() });

/** Takes the folder; resolves when no other host works in it. @returns gives the folder up again */
export async function beSoleHost(dataDir: string): Promise<() => Promise<void>> {
  const file = path.join(dataDir, 'host.pid');
  await mkdir(dataDir, { recursive: true });
  for (const until = Date.now() + WAIT_MS; await lives(file); await pause(50)) {
    if (Date.now() > until) await end(file);
  }
  await writeFile(file, JSON.stringify({ pid: process.pid, start: await startOf(process.pid) }));
  return () => rm(file, { force: true });
}

async function lives(file: string): Promise<boolean> {
  const record = await read(file);
  // A number that was given to another process since says nothing: its start time differs. The table leaves out who has ended.
  return record !== null && (await processTable()).get(record.pid)?.start === record.start;
}

async function end(file: string): Promise<void> {
  const record = await read(file);
  try {
    if (record) process.kill(record.pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}

async function read(file: string): Promise<z.infer<typeof Record> | null> {
  try {
    return Record.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null; // none, or torn by a crash: then nobody holds the folder
  }
}
