/** One writing back of the log, while the writer goes on. */
import Database from 'better-sqlite3';
import { z } from 'zod';

/**
 * A log is begun anew only when all of it was written back, and a writer that never rests always adds pages. From this length on it is made
 * to wait for the last of them: for as long as the disk takes for a few pages.
 */
const LONG_PAGES = 12_000;
/** How long that waits for the writer, and the writer for readers, in milliseconds. */
const PATIENCE_MS = 5;

const Outcome = z.array(z.object({ busy: z.number(), log: z.number(), checkpointed: z.number() })).length(1);

/** @returns pages of the log that were not written back */
export function writeBack(file: string): number {
  const db = new Database(file, { fileMustExist: true, timeout: PATIENCE_MS });
  try {
    const step = (mode: 'passive' | 'full'): { log: number; left: number } => {
      const [outcome] = Outcome.parse(db.pragma(`wal_checkpoint(${mode})`));
      return { log: outcome?.log ?? 0, left: (outcome?.log ?? 0) - (outcome?.checkpointed ?? 0) };
    };
    const first = step('passive');
    if (first.log < LONG_PAGES) return first.left;
    // Once more, so that the writer waits for as little as possible.
    step('passive');
    return step('full').left;
  } finally {
    db.close();
  }
}
