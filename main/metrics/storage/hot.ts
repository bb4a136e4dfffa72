/** Samples that are in no chunk yet, a row each. */
import type Database from 'better-sqlite3';
import type { Samples } from '../codec/chunk.ts';

/** Rows of one statement: most of the cost of a small insert is the call. */
const AT_ONCE = 24;
const ROW = '(?, ?, ?, ?)';

export class Hot {
  readonly #one: Database.Statement<number[]>;
  readonly #many: Database.Statement<number[]>;
  readonly #of: Database.Statement<[number], readonly [number, number]>;
  readonly #delete: Database.Statement<[number]>;
  readonly #ordinal: Database.Statement<[number, number], readonly [number]>;
  readonly #has: Database.Statement<[number, number, number]>;
  readonly #parameters: number[] = [];

  constructor(db: Database.Database) {
    const insert = 'insert into hot (series, at, n, value) values';
    this.#one = db.prepare(`${insert} ${ROW}`);
    this.#many = db.prepare(`${insert} ${Array.from({ length: AT_ONCE }, () => ROW).join()}`);
    this.#of = db.prepare<[number], readonly [number, number]>('select at, value from hot where series = ? order by at, n').raw();
    this.#delete = db.prepare('delete from hot where series = ?');
    this.#ordinal = db.prepare<[number, number], readonly [number]>('select coalesce(max(n) + 1, 0) from hot where series = ? and at = ?').raw();
    this.#has = db.prepare('select 1 from hot where series = ? and at = ? and value = ?');
  }

  /** Keeps one sample until `flush`. @param n how many of the same series and millisecond there are already */
  put(series: number, at: number, n: number, value: number): void {
    this.#parameters.push(series, at, n, value);
    if (this.#parameters.length < 4 * AT_ONCE) return;
    this.#many.run(...this.#parameters);
    this.#parameters.length = 0;
  }

  /** Writes what `put` kept. */
  flush(): void {
    for (let i = 0; i < this.#parameters.length; i += 4) this.#one.run(...this.#parameters.slice(i, i + 4));
    this.#parameters.length = 0;
  }

  /** Forgets what `put` kept: its transaction failed. */
  forget(): void {
    this.#parameters.length = 0;
  }

  /** All of a series, sorted by time. */
  of(series: number): Samples {
    const rows = this.#of.all(series);
    const samples = { at: new Float64Array(rows.length), value: new Float64Array(rows.length) };
    for (let i = 0; i < rows.length; i++) {
      samples.at[i] = rows[i]?.[0] ?? 0;
      samples.value[i] = rows[i]?.[1] ?? 0;
    }
    return samples;
  }

  delete(series: number): void {
    this.#delete.run(series);
  }

  ordinal(series: number, at: number): number {
    return this.#ordinal.get(series, at)?.[0] ?? 0;
  }

  has(series: number, at: number, value: number): boolean {
    return this.#has.get(series, at, value) !== undefined;
  }
}
