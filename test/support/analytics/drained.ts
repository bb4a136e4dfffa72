/** Whether everything in a store's ledger, history included, has come into its metrics.db. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** @returns how many rows were drained; null while some are missing */
export function drained(dataDir: string): number | null {
  const [ledger, history] = numbers(path.join(dataDir, 'acc.db'), [
    "select coalesce((select seq from sqlite_sequence where name = 'metric_outbox'), 0)",
    'select count(*) from metric_history',
  ]);
  const file = path.join(dataDir, 'metrics.db');
  if (!existsSync(file)) return null;
  const [cursor] = numbers(file, ["select coalesce((select value from meta where key = 'cursor'), 0)"]);
  return history === 0 && cursor === ledger ? (cursor ?? null) : null;
}

export function numbers(file: string, queries: readonly string[]): number[] {
  const db = new Database(file, { readonly: true });
  try {
    return queries.map((sql) => Number(db.prepare(sql).pluck().get()));
  } catch {
    // Not made yet.
    return queries.map(() => -1);
  } finally {
    db.close();
  }
}
