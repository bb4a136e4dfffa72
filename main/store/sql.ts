/**
 * The one writing connection: cached statements, transactions that nest by joining, the global revision, and the store's health.
 *
 *   ok ──write fails──► full | locked ──a write succeeds──► ok
 *   any ──SQLite finds the file broken──► damaged (stays until the file is replaced)
 */
import Database from 'better-sqlite3';
import { FaultError } from '#shared/lib/fault.ts';
import { asStoreError, storeFault, troubleOf } from './faults.ts';
import { Columns, type Param } from './rows.ts';
import type { StoreState } from './store.ts';

/** How often a store in trouble is tried again, in milliseconds. */
const PROBE_MS = 2000;

export class Sql {
  readonly file: string;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<Param[]>>();
  readonly #listeners = new Set<() => void>();
  readonly #beforeCommit: (() => void)[] = [];
  #afterCommit: (() => void)[] = [];
  #depth = 0;
  /** What failed inside the current transaction. */
  #doom: { readonly error: unknown } | null = null;
  #rev: number;
  #dirty = false;
  #wrote = false;
  #state: StoreState = { state: 'ok', detail: '' };
  #probe: NodeJS.Timeout | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
    this.file = db.name;
    this.#rev = this.get((row) => row.num('value'), "select cast(value as integer) as value from meta where key = 'rev'") ?? 0;
  }

  state(): StoreState {
    return this.#state;
  }
  /** Marks the file as broken; nothing but replacing it leads back. */
  damaged(why: string): void {
    this.#state = { state: 'damaged', detail: storeFault('damaged', this.file, why).fix ?? why };
  }
  rev(): number {
    return this.#rev;
  }
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  all<T>(read: (row: Columns) => T, sql: string, ...params: Param[]): T[] {
    return this.#guard(() => {
      const rows: T[] = [];
      for (const row of this.#prepare(sql).all(...params)) if (typeof row === 'object' && row !== null) rows.push(read(new Columns(row)));
      return rows;
    });
  }
  get<T>(read: (row: Columns) => T, sql: string, ...params: Param[]): T | null {
    return this.#guard(() => {
      const row = this.#prepare(sql).get(...params);
      return typeof row === 'object' && row !== null ? read(new Columns(row)) : null;
    });
  }
  /** @returns the number of rows changed. Only inside a transaction. */
  run(sql: string, ...params: Param[]): number {
    this.#inside();
    this.#wrote = true;
    return this.#guard(() => this.#prepare(sql).run(...params).changes);
  }
  /** Inserts a row of a table with an integer key and answers that key. Only inside a transaction. */
  insertId(sql: string, ...params: Param[]): number {
    this.#inside();
    return this.#guard(() => Number(this.#prepare(sql).run(...params).lastInsertRowid));
  }

  /** The revision of every row this transaction changes. Only inside a transaction. */
  nextRev(): number {
    this.#inside();
    this.#dirty = true;
    return this.#rev + 1;
  }
  /** Runs once after the current transaction is on disk, not at all when it is rolled back. */
  afterCommit(act: () => void): void {
    this.#inside();
    this.#afterCommit.push(act);
  }
  /** Runs at the end of every transaction, still inside it. */
  beforeEveryCommit(act: () => void): void {
    this.#beforeCommit.push(act);
  }

  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return this.#nested(work);
    this.#begin();
    let value: T;
    try {
      value = work();
      // A part that failed inside must not be kept in half, even when the caller caught its error.
      this.#refuseHalf();
      this.#guard(() => {
        for (const act of this.#beforeCommit) act();
        if (this.#dirty) this.run("insert into meta values ('rev', ?) on conflict do update set value = excluded.value", String(this.#rev + 1));
        this.#prepare('commit').run();
      });
    } catch (error) {
      this.#rollback();
      throw error;
    }
    this.#committed();
    return value;
  }

  close(): void {
    if (this.#probe) clearTimeout(this.#probe);
    this.#statements.clear();
    // A reader that is still open would keep the log from being written back when the last connection goes.
    try {
      if (!this.#db.readonly && this.#state.state !== 'damaged') this.#reclaim();
    } finally {
      this.#db.close();
    }
  }

  #nested<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } catch (error) {
      this.#doom ??= { error };
      throw error;
    } finally {
      this.#depth--;
    }
  }

  #refuseHalf(): void {
    if (this.#doom === null) return;
    const { error } = this.#doom;
    throw error instanceof Error ? error : new Error(String(error));
  }

  #begin(): void {
    this.#guard(() => this.#prepare('begin immediate').run());
    this.#depth = 1;
    this.#doom = null;
    this.#dirty = false;
    this.#wrote = false;
    this.#afterCommit = [];
  }

  #rollback(): void {
    this.#depth = 0;
    // SQLite rolls back by itself on some errors (a full disk): then there is nothing left to roll back.
    if (this.#db.open && this.#db.inTransaction) this.#prepare('rollback').run();
  }

  #committed(): void {
    this.#depth = 0;
    const changed = this.#dirty;
    if (changed) this.#rev++;
    if (this.#wrote && (this.#state.state === 'full' || this.#state.state === 'locked')) {
      if (this.#state.state === 'full') this.#reclaim();
      this.#state = { state: 'ok', detail: '' };
    }
    const acts = this.#afterCommit;
    this.#afterCommit = [];
    for (const act of acts) apart(act);
    if (changed) for (const listener of this.#listeners) apart(listener);
  }

  #inside(): void {
    if (this.#depth === 0) throw new Error('a write outside a transaction');
  }

  #prepare(sql: string): Database.Statement<Param[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare<Param[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#notice(error);
      throw asStoreError(error, this.file);
    }
  }

  #notice(error: unknown): void {
    const trouble = troubleOf(error);
    if (trouble === null || !(error instanceof Error)) return;
    if (trouble === 'damaged') return this.damaged(error.message);
    if (this.#state.state === 'damaged') return;
    const fault = storeFault(trouble, this.file, error.message);
    this.#state = { state: trouble, detail: `${fault.message} ${fault.fix ?? ''}`.trim() };
    this.#tryAgain();
  }

  /** Writes the log back into the database and empties it: on a full disk the log itself holds most of the room. */
  #reclaim(): void {
    try {
      this.#db.pragma('wal_checkpoint(truncate)');
    } catch (error) {
      if (troubleOf(error) === null) throw error; // it stays in the log, and is read from there
    }
  }

  /** A small write now and then, so that the state is right again as soon as there is room, even when nobody writes. */
  #tryAgain(): void {
    this.#probe ??= setTimeout(() => {
      this.#probe = null;
      if (!this.#db.open || this.#state.state === 'ok' || this.#state.state === 'damaged') return;
      // Whoever asks may wait for a lock; a look must not hold everything up.
      const patience = Number(this.#db.pragma('busy_timeout', { simple: true }));
      this.#db.pragma('busy_timeout = 0');
      try {
        if (this.#state.state === 'full') this.#reclaim();
        this.transaction(() => {
          this.nextRev();
          // Needs new pages, as the writes that failed did.
          this.run("insert or replace into meta values ('probe', hex(zeroblob(32768)))");
          this.run("delete from meta where key = 'probe'");
        });
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
      } finally {
        this.#db.pragma(`busy_timeout = ${patience}`);
      }
    }, PROBE_MS).unref();
  }
}

/** Runs what follows a commit. What it throws is a defect of its own: it must not make a write that is on disk look as if it had failed. */
function apart(act: () => void): void {
  try {
    act();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
