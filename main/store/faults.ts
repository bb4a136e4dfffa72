/** Turns what SQLite throws into the product's own faults. */
import Database from 'better-sqlite3';
import { FaultError, type Fault } from '#shared/lib/fault.ts';
import { newestBackup } from './backup.ts';

export type StoreTrouble = 'full' | 'locked' | 'damaged';

/** Which state of the store an SQLite error stands for; null when it is not about the store's health. */
export function troubleOf(error: unknown): StoreTrouble | null {
  // Files beside the database (the lock, a backup) meet the full disk without SQLite.
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return 'full';
  if (!(error instanceof Database.SqliteError)) return null;
  const code = error.code;
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE' || code === 'SQLITE_IOERR_SHMSIZE') return 'full';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'locked';
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_IOERR')) return 'damaged';
  return null;
}

/** The fault a person sees for a store in trouble. `file` is the database, `why` what SQLite said. */
export function storeFault(trouble: StoreTrouble, file: string, why: string): Fault {
  if (trouble === 'full') {
    return {
      code: 'STORE_FULL',
      message: 'The disk that holds the store is full: nothing of this change was kept.',
      why,
      fix: `Free some room on the disk of ${file}; the app goes on by itself.`,
    };
  }
  if (trouble === 'locked') {
    return {
      code: 'STORE_LOCKED',
      message: 'Another program holds the store: nothing of this change was kept.',
      why,
      fix: `Close whatever has ${file} open (a database browser, a backup program) and try again.`,
    };
  }
  const backup = newestBackup(file);
  return {
    code: 'STORE_DAMAGED',
    message: 'The store is damaged.',
    why,
    fix: backup
      ? `Quit the app, move ${file} aside and copy the newest backup to its place: ${backup}`
      : `Quit the app and move ${file} aside; there is no backup yet, so the app begins with an empty store. Worktrees and branches are not touched.`,
  };
}

/** The same error as a FaultError when it is about the store, otherwise as it came. */
export function asStoreError(error: unknown, file: string): unknown {
  const trouble = troubleOf(error);
  if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_READONLY')) {
    const fix = 'Act through the app that owns the data folder.';
    return new FaultError({ code: 'STORE_READ_ONLY', message: 'This store was opened for reading only.', fix }, { cause: error });
  }
  if (trouble === null || !(error instanceof Error)) return error;
  return new FaultError(storeFault(trouble, file, error.message), { cause: error });
}
