/** Backups: whole, compact copies of the database in `backups/` beside it, made before each migration and once a day. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';

/** Copies kept of each schema. */
const KEEP = 2;
const NAME = /^acc-v(\d+)-(\d{8}T\d{6}\d{3}Z)\.db$/;

export type Backup = { readonly path: string; readonly version: number; /** When it was made, sortable. */ readonly stamp: string };

const folderOf = (file: string): string => path.join(path.dirname(file), 'backups');
const stampOf = (at: number): string => new Date(at).toISOString().replaceAll(/[-:.]/g, '');

/** The backups of a database, newest first. */
export function listBackups(file: string): Backup[] {
  try {
    const folder = folderOf(file);
    return readdirSync(folder)
      .flatMap((name): Backup[] => {
        const [, version, stamp] = NAME.exec(name) ?? [];
        return version !== undefined && stamp !== undefined ? [{ path: path.join(folder, name), version: Number(version), stamp }] : [];
      })
      .toSorted((a, b) => (a.stamp < b.stamp ? 1 : -1));
  } catch {
    return []; // no folder yet
  }
}

/** Path of the newest backup of a database; null when there is none. */
export function newestBackup(file: string): string | null {
  return listBackups(file)[0]?.path ?? null;
}

/** True when a backup was made at or after `at` (milliseconds since the epoch). */
export function backedUpSince(file: string, at: number): boolean {
  return listBackups(file).some((backup) => backup.stamp >= stampOf(at));
}

/**
 * Copies an open database, which others may write meanwhile, and removes all but the two newest copies of each schema.
 * @param version schema of the copy, part of its name
 * @param now milliseconds since the epoch
 * @returns the copy's path
 */
export function backUp(db: Database.Database, version: number, now: number): string {
  const folder = folderOf(db.name);
  mkdirSync(folder, { recursive: true });
  const target = path.join(folder, `acc-v${version}-${stampOf(now)}.db`);
  const part = `${target}.part`;
  // Under its name only when it is whole: a copy that was cut off must never be taken for a backup.
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(path.join(folder, name));
  db.prepare('vacuum into ?').run(part);
  renameSync(part, target);
  const same = listBackups(db.name).filter((backup) => backup.version === version);
  for (const old of same.slice(KEEP)) rmSync(old.path, { force: true });
  return target;
}
