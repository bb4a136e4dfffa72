/** Opens metrics.db, and turns what SQLite throws at it into faults. The only place, with the store, where a database is opened. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { fail, faultOf, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import { troubleOf } from '#store/faults.ts';
import { migrate } from './schema.ts';

/** How long a statement waits for another program's lock, in milliseconds. */
const BUSY_MS = 5000;

/** @returns METRICS_TOO_NEW, or what `metricsFault` says */
export function openForWriting(file: string): Result<Database.Database> {
  let db: Database.Database | null = null;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    db = new Database(file, { timeout: BUSY_MS });
    // Pages that retention empties can be given back; it counts only before the first table.
    db.pragma('auto_vacuum = incremental');
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = normal');
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('cache_size = -16000');
    const migrated = migrate(db);
    if (migrated.ok) return ok(db);
    db.close();
    return migrated;
  } catch (error) {
    db?.close();
    return { ok: false, fault: metricsFault(error, file) };
  }
}

/** @throws SqliteError when it is not there */
export function openForReading(file: string): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  db.pragma('cache_size = -16000');
  db.pragma('mmap_size = 268435456');
  return db;
}

/** METRICS_FULL, METRICS_LOCKED, METRICS_DAMAGED, else METRICS_FAILED. */
export function metricsFault(error: unknown, file: string): Fault {
  const trouble = troubleOf(error);
  const why = error instanceof Error ? error.message : String(error);
  if (trouble === 'full') {
    const fix = `Free some room on the disk of ${file}; the analytics go on by themselves.`;
    return fail('METRICS_FULL', 'The disk that holds the analytics is full: these samples were not kept.', { why, fix }).fault;
  }
  if (trouble === 'locked') {
    const fix = `Close whatever writes to ${file}; reading it beside the app is fine.`;
    return fail('METRICS_LOCKED', 'Another program holds the analytics: these samples were not kept.', { why, fix }).fault;
  }
  if (trouble === 'damaged') {
    const fix = `Quit the app and move ${file} aside: what the events tell is counted anew, measurements from before are gone.`;
    return fail('METRICS_DAMAGED', 'The database of the analytics is damaged.', { why, fix }).fault;
  }
  return faultOf(error, 'METRICS_FAILED', 'The analytics failed.');
}
