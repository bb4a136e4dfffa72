/** One writing back of the log, in three steps: what takes long lets the writer go on, and the rest holds it up for moments only. */
import Database from 'better-sqlite3';
import { z } from 'zod';

/** How long the last step waits for the writer, and the writer for readers, in milliseconds. */
const PATIENCE_MS = 5;

const Outcome = z.array(z.object({ busy: z.number(), log: z.number(), checkpointed: z.number() })).length(1);

/** @returns pages of the log that were not written back */
export function writeBack(file: string): number {
  const db = new Database(file, { fileMustExist: true, timeout: PATIENCE_MS });
  try {
    // A writer that never rests adds pages meanwhile, and a log is begun anew only when all of it was written back: the second
    // finds few, the third, with the writer waiting, hardly any.
    db.pragma('wal_checkpoint(passive)');
    db.pragma('wal_checkpoint(passive)');
    const [outcome] = Outcome.parse(db.pragma('wal_checkpoint(full)'));
    return outcome ? outcome.log - outcome.checkpointed : 0;
  } finally {
    db.close();
  }
}
