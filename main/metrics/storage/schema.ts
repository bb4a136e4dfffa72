/** What stands in metrics.db: numbered steps, forward only, each in one transaction. docs/users/analytics-data.md explains every column. */
import type Database from 'better-sqlite3';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

type Step = { readonly version: number; readonly sql: string };

const first: Step = {
  version: 1,
  sql: `
    create table series (
      id integer primary key autoincrement,
      metric text not null,
      tags text not null,
      kind text not null check (kind in ('counter', 'gauge', 'distribution')),
      first_at integer,
      last_at integer,
      unique (metric, tags)
    ) strict;
    -- Samples that are in no chunk yet, and therefore in no rollup.
    create table hot (
      series integer not null references series (id),
      at integer not null,
      n integer not null,
      value real not null,
      primary key (series, at, n)
    ) strict, without rowid;
    create table chunks (
      id integer primary key,
      series integer not null references series (id),
      start_at integer not null,
      end_at integer not null,
      n integer not null,
      min real not null,
      max real not null,
      sum real not null,
      last real not null,
      data blob not null
    ) strict;
    create unique index chunks_by_time on chunks (series, start_at, end_at);
    -- res and bucket are seconds; first_at and last_at milliseconds after the bucket's start.
    create table rollups (
      series integer not null references series (id),
      res integer not null,
      bucket integer not null,
      n integer not null,
      sum real not null,
      min real not null,
      max real not null,
      first real not null,
      last real not null,
      first_at integer not null,
      last_at integer not null,
      sketch blob,
      primary key (series, res, bucket)
    ) strict, without rowid;
    create table counts (what text primary key, n integer not null) strict, without rowid;
    create table meta (key text primary key, value integer not null) strict, without rowid;
  `,
};

const steps: readonly Step[] = [first];

/**
 * Brings an open database to this version's schema.
 * @returns METRICS_TOO_NEW when a newer program wrote it; nothing was touched then
 * @throws SqliteError when a step fails: the database is as it was before that step
 */
export function migrate(db: Database.Database): Result<void> {
  const has = Number(db.pragma('user_version', { simple: true }));
  const knows = steps.at(-1)?.version ?? 0;
  if (has > knows) {
    return fail('METRICS_TOO_NEW', 'A newer version of this app wrote the analytics.', {
      why: `Their schema is ${has}, this version knows up to ${knows}.`,
      fix: 'Start the newer version, or choose another data folder with --data.',
    });
  }
  for (const step of steps.filter(({ version }) => version > has)) {
    db.transaction(() => {
      // The other thread may have made the tables while this one waited for its turn.
      if (Number(db.pragma('user_version', { simple: true })) >= step.version) return;
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
    }).exclusive();
  }
  return ok(undefined);
}
