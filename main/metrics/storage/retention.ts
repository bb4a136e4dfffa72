/** Removes what is older than it is kept, a little at a time, so that samples that come in never wait long. */
import type Database from 'better-sqlite3';
import { KEEP_RAW_MS, RESOLUTIONS } from './limits.ts';
import type { Writer } from './writer.ts';

/** Rows of one transaction, and pages given back at once. */
const ROWS = 5000;
const PAGES = 1000;

export class Retention {
  readonly #db: Database.Database;
  readonly #writer: Writer;

  constructor(db: Database.Database, writer: Writer) {
    this.#db = db;
    this.#writer = writer;
  }

  /**
   * One portion of work.
   * @param now milliseconds since the epoch; a clock that jumped ahead must not be trusted here (see `SteadyClock`)
   * @returns true when more is waiting
   */
  step(now: number): boolean {
    // A day in hot rows is enough: after it a sample belongs to the steps, before it would be too old to be kept.
    if (this.#writer.sealOlder(now - 24 * 3_600_000, now)) return true;
    const run = (sql: string, ...parameters: number[]): number => this.#db.prepare<number[]>(sql).run(...parameters).changes;
    if (run('delete from chunks where id in (select id from chunks where end_at < ? limit ?)', now - KEEP_RAW_MS, ROWS / 10) > 0) return true;
    for (const { ms, keepMs } of RESOLUTIONS) {
      const before = Math.floor((now - keepMs) / 1000);
      for (const { id } of this.#writer.series.all()) {
        // By key, series for series: the table has no order by time alone.
        if (run('delete from rollups where series = ? and res = ? and bucket < ?', id, ms / 1000, before - ms / 1000) > ROWS) return true;
      }
    }
    this.#dropEmpty();
    return this.#giveBack();
  }

  /** Gives room back to the disk once a quarter of the file is empty; less than that is soon needed again. */
  #giveBack(): boolean {
    const pagesOf = (what: string): number => Number(this.#db.pragma(what, { simple: true }));
    const free = pagesOf('freelist_count');
    if (free < Math.max(PAGES, pagesOf('page_count') / 4)) return false;
    this.#db.pragma(`incremental_vacuum(${PAGES})`);
    return pagesOf('freelist_count') < free;
  }

  /** Series of which nothing is left make room for others. */
  #dropEmpty(): void {
    const unused = this.#db
      .prepare<[], number>(
        `select id from series where not exists (select 1 from hot where series = id)
         and not exists (select 1 from chunks where series = id) and not exists (select 1 from rollups where series = id)`,
      )
      .pluck();
    const gone = new Set(unused.all());
    if (gone.size === 0) return;
    const remove = this.#db.prepare<[number]>('delete from series where id = ?');
    this.#db.transaction(() => gone.forEach((id) => remove.run(id)))();
    for (const series of this.#writer.series.all()) if (gone.has(series.id)) this.#writer.series.drop(series);
  }
}

/** How far a clock may run ahead of the time that really passed, in milliseconds. */
const SLACK_MS = 3_600_000;

/** A wall clock that is not believed when it jumps ahead: years of data must not be deleted because somebody set the date. */
export class SteadyClock {
  readonly #wall: number;
  readonly #began = performance.now();

  /** @param wall the time now, milliseconds since the epoch */
  constructor(wall: number) {
    this.#wall = wall;
  }

  /** @param wall what the clock says */
  read(wall: number): number {
    return Math.min(wall, this.#wall + (performance.now() - this.#began) + SLACK_MS);
  }
}
