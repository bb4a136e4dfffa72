/** Opens the store: takes ownership, checks the file, migrates, and puts the tables together. */
import { statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { fail, FaultError, ok, type Result } from '#shared/lib/fault.ts';
import { AlertChannel, AlertRule } from '#shared/domain/alert.ts';
import { ReportSchedule } from '#shared/domain/report.ts';
import { Checkpoints } from './checkpoints.ts';
import { DailyBackup } from './daily-backup.ts';
import { asStoreError } from './faults.ts';
import { makeFolder } from './folder.ts';
import { Gauges } from './gauges.ts';
import { Indexer } from './indexer.ts';
import { checkJob } from './insight/jobs.ts';
import { Reader } from './insight/reader.ts';
import type { Measure } from './ledger/fact.ts';
import { History } from './ledger/history.ts';
import { Ledger } from './ledger/ledger.ts';
import { migrate, migrations, schemaOf } from './migrate.ts';
import { takeOwnership, type Owner } from './owner.ts';
import { Pulse } from './pulse.ts';
import { Sql } from './sql.ts';
import type { Store } from './store.ts';
import { changesTable } from './tables/changes.ts';
import { alertTables } from './tables/alerts.ts';
import { dashboardsTable } from './tables/dashboards.ts';
import { decisionsTable } from './tables/decisions.ts';
import { connectionMinutesTable, MINUTE_MS } from './tables/connection-minutes.ts';
import { documentsTable } from './tables/documents.ts';
import { eventsTable } from './tables/events.ts';
import { hostEventsTable } from './tables/host-events.ts';
import { hostsTable } from './tables/hosts.ts';
import { loadTestsTable } from './tables/load-tests.ts';
import { permissionsTable } from './tables/permissions.ts';
import { plansTable } from './tables/plans.ts';
import { reportsTable } from './tables/reports.ts';
import { repositoriesTable } from './tables/repositories.ts';
import { runsTable } from './tables/runs.ts';
import { sessionsTable } from './tables/sessions.ts';
import { settingsTable } from './tables/settings.ts';
import { telemetryTable } from './tables/telemetry.ts';
import { tasksTable } from './tables/tasks.ts';

export type { Store } from './store.ts';

export type StoreOptions = {
  /** Data folder; made when it is not there. The database is `acc.db` in it. */
  readonly dir: string;
  /** Clock in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Reads only, beside the owner: no migration, no ownership. */
  readonly readOnly?: boolean;
  /** What facts are measured by; without it nothing is. */
  readonly measure?: Measure;
};

/** How long a statement waits for another program's lock, in milliseconds: the whole core waits with it. */
const BUSY_MS = 2000;
/** Up to this size a file that was not closed cleanly is checked before use; a larger one is checked by the reading thread meanwhile. */
const CHECK_BYTES = 64 * 1024 * 1024;
/** How long closing may spend on the search index, in milliseconds. */
const FINISH_MS = 200;

/**
 * Opens the store of a data folder.
 * @returns STORE_IN_USE, STORE_TOO_NEW, STORE_DAMAGED, STORE_FULL, STORE_LOCKED, or STORE_NOT_OPENED for anything the file system refuses
 */
export function openStore(options: StoreOptions): Result<Store> {
  const file = path.join(options.dir, 'acc.db');
  let owner: Owner | null = null;
  let db: Database.Database | null = null;
  try {
    if (!options.readOnly) {
      makeFolder(options.dir);
      const taken = takeOwnership(options.dir);
      if (!taken.ok) return taken;
      owner = taken.value;
    }
    const opened = openDatabase(file, options);
    if (!opened.ok) {
      owner?.release();
      return opened;
    }
    db = opened.value.db;
    return ok(buildStore(db, { now: options.now ?? Date.now, owner, unchecked: opened.value.unchecked, measure: options.measure ?? null }));
  } catch (error) {
    db?.close();
    owner?.release();
    const fault = asStoreError(error, file);
    if (fault instanceof FaultError) return { ok: false, fault: fault.fault };
    return fail('STORE_NOT_OPENED', 'The store cannot be opened.', {
      why: error instanceof Error ? error.message : String(error),
      fix: `Check that ${options.dir} is a folder this user may write to, or choose another with --data.`,
    });
  }
}

type Opened = { readonly db: Database.Database; /** The file was not closed cleanly and is too large to be checked on the way. */ readonly unchecked: boolean };

function openDatabase(file: string, options: StoreOptions): Result<Opened> {
  // A clean end writes the log back and empties it.
  const clean = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const db = new Database(file, { timeout: BUSY_MS, readonly: options.readOnly ?? false, fileMustExist: options.readOnly ?? false });
  try {
    db.pragma('foreign_keys = on');
    if (options.readOnly) {
      const [has, knows] = [schemaOf(db), migrations.at(-1)?.version ?? 0];
      if (has === knows) return ok({ db, unchecked: false });
      db.close();
      return fail(has > knows ? 'STORE_TOO_NEW' : 'STORE_TOO_OLD', 'The store belongs to another version of this app.', {
        fix: 'Start the app once with that store.',
      });
    }
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = normal');
    // Busy sessions change the same pages again and again: a longer log writes each back less often. It is written back by `Checkpoints`;
    // this is for when that cannot keep up.
    db.pragma('wal_autocheckpoint = 32000');
    const unchecked = !clean && statSync(file).size > CHECK_BYTES;
    if (!clean && !unchecked) {
      const verdict = String(db.pragma('quick_check(1)', { simple: true }));
      if (verdict !== 'ok') throw new Database.SqliteError(verdict, 'SQLITE_CORRUPT');
    }
    const migrated = migrate(db, (options.now ?? Date.now)());
    if (migrated.ok) return ok({ db, unchecked });
    db.close();
    return migrated;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Puts the tables on an open, migrated connection. */
export function buildStore(db: Database.Database, options: { now: () => number; owner: Owner | null; unchecked: boolean; measure?: Measure | null }): Store {
  const { now, owner } = options;
  const sql = new Sql(db);
  const checking = options.unchecked ? checkBehind(sql) : null;
  const pulse = new Pulse(now);
  const gauges = new Gauges(sql, now);
  const indexer = new Indexer(sql);
  const ledger = new Ledger(sql, options.measure ?? null);
  const history = new History(sql, ledger);
  let closed = false;
  pulse.refill(sql);
  const daily = owner ? new DailyBackup(sql.file, now) : null;
  const checkpoints = owner ? new Checkpoints(sql.file) : null;
  if (checkpoints) sql.beforeEveryCommit(() => checkpoints.count());
  if (owner) indexer.wake();
  return {
    path: sql.file,
    state: () => sql.state(),
    transaction: (work) => sql.transaction(work),
    rev: () => sql.rev(),
    onChanged: (listener) => sql.onChanged(listener),
    settings: settingsTable(sql),
    repositories: repositoriesTable(sql),
    tasks: tasksTable(sql),
    plans: plansTable(sql, ledger),
    sessions: sessionsTable(sql, pulse, gauges, ledger, now),
    runs: runsTable(sql),
    events: eventsTable(sql, pulse, ledger, () => indexer.wake()),
    permissions: permissionsTable(sql, ledger),
    changes: changesTable(sql, ledger, now),
    decisions: decisionsTable(sql, ledger),
    hosts: hostsTable(sql),
    hostEvents: hostEventsTable(sql),
    connectionMinutes: connectionMinutesTable(sql),
    forgetConnections: (before) =>
      sql.transaction(
        () =>
          sql.run('delete from host_events where at < ?', before) + sql.run('delete from connection_minutes where minute < ?', Math.floor(before / MINUTE_MS)),
      ),
    loadTests: loadTestsTable(sql),
    alertRules: documentsTable(sql, 'alert_rules', AlertRule),
    alertChannels: documentsTable(sql, 'alert_channels', AlertChannel),
    alerts: alertTables(sql),
    reportSchedules: documentsTable(sql, 'report_schedules', ReportSchedule),
    reports: reportsTable(sql),
    ledger: {
      after: (seq, limit) => ledger.after(seq, limit),
      last: () => ledger.last(),
      goOnAfter: (seq) => ledger.goOnAfter(seq),
      remove: (upTo, before, limit) => ledger.remove(upTo, before, limit),
      onAdded: (listener) => ledger.onAdded(listener),
      takeHistory: (budgetMs) => history.take(budgetMs),
    },
    telemetry: telemetryTable(sql, ledger),
    dashboards: dashboardsTable(sql),
    close: () => {
      if (closed) return;
      closed = true;
      indexer.close();
      if (owner && sql.state().state === 'ok') {
        try {
          indexer.finish(FINISH_MS);
        } catch (error) {
          if (!(error instanceof FaultError)) throw error;
        }
      }
      daily?.close();
      void checking?.close();
      void checkpoints?.close();
      sql.close();
      owner?.release();
    },
  };
}

/** Reads the whole file on the reading thread; only a verdict of damage is told. */
function checkBehind(sql: Sql): Reader {
  const reader = new Reader(sql.file);
  void reader.ask(checkJob, {}).then((verdict) => {
    if (verdict.ok && verdict.value !== 'ok') sql.damaged(verdict.value);
    return reader.close();
  });
  return reader;
}
