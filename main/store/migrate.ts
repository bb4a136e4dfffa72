/** Brings a database to this version's schema: numbered steps, forward only, each in one transaction, a backup before the first. */
import type Database from 'better-sqlite3';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { backUp } from './backup.ts';
import { spine } from './migrations/0001-spine.ts';
import { hosts } from './migrations/0002-hosts.ts';
import { analytics } from './migrations/0003-analytics.ts';

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

export const migrations: readonly Migration[] = [spine, hosts, analytics];

/** The schema a database has: 0 for an empty one. */
export function schemaOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/**
 * @param steps the migrations to know, in order; the last one's version is the schema of this program
 * @returns STORE_TOO_NEW when a newer program wrote the database; nothing was touched then
 * @throws SqliteError when a step fails: the database is as it was before that step
 */
export function migrate(db: Database.Database, now: number, steps: readonly Migration[] = migrations): Result<{ from: number; to: number }> {
  const from = schemaOf(db);
  const to = steps.at(-1)?.version ?? 0;
  if (from > to) {
    return fail('STORE_TOO_NEW', 'A newer version of this app wrote the store.', {
      why: `Its schema is ${from}, this version knows up to ${to}.`,
      fix: 'Start the newer version, or choose another data folder with --data.',
    });
  }
  if (from > 0 && from < to) backUp(db, from, now);
  for (const step of steps.filter((candidate) => candidate.version > from)) {
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
    }).exclusive();
  }
  return ok({ from, to });
}
