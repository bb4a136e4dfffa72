/** Backups: whole copies of the database in `backups/` beside it, made before each migration and kept newest first. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';

const KEEP = 5;
const NAME = /^acc-v\d+-\d{8}T\d{6}\d{3}Z\.db$/;

const folderOf = (file: string): string => path.join(path.dirname(file), 'backups');

function backups(file: string): string[] {
  try {
    const folder = folderOf(file);
    // The time of writing is the end of the name, so versions do not disturb the order.
    const time = (name: string): string => name.slice(name.lastIndexOf('-'));
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .toSorted((a, b) => (time(a) < time(b) ? 1 : -1))
      .map((name) => path.join(folder, name));
  } catch {
    return []; // no folder yet
  }
}

/** Path of the newest backup of a database; null when there is none. */
export function newestBackup(file: string): string | null {
  return backups(file)[0] ?? null;
}

/**
 * Writes a whole, compact copy of an open database and removes all but the newest five.
 * @param version schema of the copy, part of its name
 * @param now milliseconds since the epoch
 * @returns the copy's path
 */
export function backUp(db: Database.Database, version: number, now: number): string {
  mkdirSync(folderOf(db.name), { recursive: true });
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
  const target = path.join(folderOf(db.name), `acc-v${version}-${stamp}.db`);
  db.prepare('vacuum into ?').run(target);
  for (const old of backups(db.name).slice(KEEP)) rmSync(old, { force: true });
  return target;
}
