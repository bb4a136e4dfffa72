/**
 * The one writer of metrics.db: takes batches of samples, each wholly or not at all.
 *
 *   sample ──append──► hot row ──600 of a series, or a day old──► chunk + steps of every resolution ──age──► gone
 *
 * A sample is either a hot row or in a chunk and in every step, never both and never neither, because it moves in one transaction.
 */
import type Database from 'better-sqlite3';
import type { Samples } from '../codec/chunk.ts';
import { Chunks, merged } from './chunks.ts';
import { KINDS, type Columns } from './columns.ts';
import { CountBook, type Counts } from './counts.ts';
import { Hot } from './hot.ts';
import { AHEAD_MS, CHUNK, MOST_AT_ONCE, OLDEST_MS, type Refusal } from './limits.ts';
import { Rollups } from './rollups.ts';
import { SeriesBook, type Series } from './series.ts';

export type Batch = { readonly columns: Columns; /** Number of the last outbox row in it; null outside the outbox. */ readonly cursor: number | null };

/** Sees each sample that was stored, after its commit. */
export type Witness = (series: Series, samples: Samples) => void;

export class Writer {
  readonly #db: Database.Database;
  readonly #series: SeriesBook;
  readonly #chunks: Chunks;
  readonly #hot: Hot;
  readonly #rollups: Rollups;
  readonly #counts: CountBook;
  readonly #times: Database.Statement<[number, number, number, number]>;
  readonly #setCursor: Database.Statement<[number]>;
  #cursor: number;
  #taken: { series: Series; samples: Samples }[] = [];

  constructor(db: Database.Database) {
    this.#db = db;
    this.#series = new SeriesBook(db);
    this.#chunks = new Chunks(db);
    this.#hot = new Hot(db);
    this.#rollups = new Rollups(db);
    this.#counts = new CountBook(db);
    this.#times = db.prepare('update series set first_at = min(coalesce(first_at, ?), ?), last_at = ? where id = ?');
    this.#setCursor = db.prepare("insert into meta values ('cursor', ?) on conflict do update set value = excluded.value");
    this.#cursor = this.#readCursor();
  }

  get series(): SeriesBook {
    return this.#series;
  }

  get cursor(): number {
    return this.#cursor;
  }

  counts(): Record<string, number> {
    return this.#counts.all();
  }

  /**
   * Stores batches in one transaction: their samples and their cursors, or nothing.
   * @param now milliseconds since the epoch
   * @returns what was counted for each batch
   * @throws SqliteError when nothing could be stored
   */
  append(batches: readonly Batch[], now: number, witness?: Witness): Counts[] {
    const taken: Counts[] = [];
    this.#transaction(() => {
      for (const { columns, cursor } of batches) {
        if (cursor !== null && cursor <= this.#cursor) this.#counts.add('duplicate', columns.at.length);
        else {
          this.#store(columns, now);
          if (cursor !== null) this.#setCursor.run((this.#cursor = cursor));
        }
        this.#hot.flush();
        taken.push(this.#counts.flush());
      }
    });
    if (witness) for (const { series, samples } of this.#taken) witness(series, samples);
    return taken;
  }

  /** Seals the hot rows of series that have one from before a time. @returns true when there may be more */
  sealOlder(than: number, now: number, most = 50): boolean {
    const rows = this.#db.prepare<[number, number], number>('select series from hot group by series having min(at) < ? limit ?').pluck().all(than, most);
    const due = new Set(rows);
    if (due.size > 0) {
      this.#transaction(() => {
        for (const series of this.#series.all()) if (due.has(series.id)) this.#seal(series, this.#hot.of(series.id), now);
      });
    }
    return due.size === most;
  }

  #transaction(work: () => void): void {
    this.#taken = [];
    try {
      this.#db.transaction(work).immediate();
    } catch (error) {
      // What is known in memory is as far as the transaction had come: it is read anew from what is stored.
      this.#hot.forget();
      this.#counts.forget();
      this.#series.load();
      this.#cursor = this.#readCursor();
      throw error;
    }
  }

  #readCursor(): number {
    return Number(this.#db.prepare("select value from meta where key = 'cursor'").pluck().get() ?? 0);
  }

  #store(columns: Columns, now: number): void {
    const { keys, kinds, series: places, at, value } = columns;
    // Samples of a series side by side, in the order they came.
    const begins = new Uint32Array(keys.length + 1);
    for (const place of places) begins[place + 1] = (begins[place + 1] ?? 0) + 1;
    for (let i = 1; i <= keys.length; i++) begins[i] = (begins[i] ?? 0) + (begins[i - 1] ?? 0);
    const next = begins.slice();
    const sorted = { at: new Float64Array(at.length), value: new Float64Array(at.length) };
    for (let i = 0; i < at.length; i++) {
      const place = places[i] ?? 0;
      const to = next[place] ?? 0;
      next[place] = to + 1;
      sorted.at[to] = at[i] ?? 0;
      sorted.value[to] = value[i] ?? 0;
    }
    for (const [place, key] of keys.entries()) {
      const from = begins[place] ?? 0;
      const to = begins[place + 1] ?? from;
      const samples = { at: sorted.at.subarray(from, to), value: sorted.value.subarray(from, to) };
      const fit = this.#fitting(samples, kinds[place] === 0, now);
      if (fit.at.length === 0) continue;
      const series = this.#series.find(key, KINDS[kinds[place] ?? 1] ?? 'gauge');
      if (typeof series === 'string') this.#counts.add(series, fit.at.length);
      else this.#take(series, fit, now);
    }
  }

  /** Those samples whose time and value can be true; the others are counted. */
  #fitting({ at, value }: Samples, counter: boolean, now: number): Samples {
    let kept = 0;
    for (let i = 0; i < at.length; i++) {
      const time = at[i] ?? 0;
      const each = value[i] ?? 0;
      const refusal = refusalOf(time, each, counter, now);
      if (refusal !== null) {
        this.#counts.add(refusal, 1);
        continue;
      }
      at[kept] = time;
      // Hot rows hold no negative zero: SQLite keeps whole numbers without their sign of zero.
      value[kept++] = each === 0 ? 0 : each;
    }
    return kept === at.length ? { at, value } : { at: at.subarray(0, kept), value: value.subarray(0, kept) };
  }

  #take(series: Series, came: Samples, now: number): void {
    const inOrder = sortedFrom(came.at, series.lastAt);
    const samples = inOrder ? came : this.#placed(series, came);
    if (inOrder) series.atLast = 1;
    const count = samples.at.length;
    if (count === 0) return;
    this.#counts.add('stored', count);
    const newest = Math.max(series.lastAt, samples.at[count - 1] ?? 0);
    if (series.hot + count >= CHUNK) {
      series.lastAt = newest;
      this.#seal(series, series.hot === 0 ? samples : merged(this.#hot.of(series.id), samples), now);
    } else {
      this.#putHot(series, samples, inOrder);
      series.lastAt = newest;
    }
    this.#taken.push({ series, samples });
  }

  /** Counts what is not in order, sorts it, and leaves out gauges that are stored already. */
  #placed(series: Series, { at, value }: Samples): Samples {
    const order = Uint32Array.from(at, (_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
    const sorted = { at: new Float64Array(at.length), value: new Float64Array(at.length) };
    this.#chunks.forget();
    let newest = series.lastAt;
    let [outOfOrder, late] = [0, 0];
    for (const time of at) {
      if (time < newest) outOfOrder++;
      if (time <= series.sealedTo) late++;
      if (time > newest) newest = time;
    }
    let kept = 0;
    let crowd = { at: series.lastAt, n: series.atLast };
    for (const place of order) {
      const time = at[place] ?? 0;
      const each = value[place] ?? 0;
      const repeated =
        series.kind === 'gauge' && ((sorted.at[kept - 1] === time && sorted.value[kept - 1] === each && kept > 0) || this.#isStored(series, time, each));
      if (repeated) {
        this.#counts.add('duplicate', 1);
        continue;
      }
      if (time !== crowd.at) crowd = { at: time, n: 0 };
      if (++crowd.n > MOST_AT_ONCE) {
        this.#counts.add('crowded', 1);
        continue;
      }
      sorted.at[kept] = time;
      sorted.value[kept++] = each;
    }
    this.#counts.add('out-of-order', outOfOrder);
    this.#counts.add('late', late);
    series.atLast = crowd.at >= series.lastAt ? crowd.n : series.atLast;
    return { at: sorted.at.subarray(0, kept), value: sorted.value.subarray(0, kept) };
  }

  #isStored(series: Series, at: number, value: number): boolean {
    if (at > series.lastAt) return false;
    return this.#hot.has(series.id, at, value) || (at <= series.sealedTo && this.#chunks.has(series, at, value));
  }

  #putHot(series: Series, { at, value }: Samples, inOrder: boolean): void {
    let n = 0;
    for (let i = 0; i < at.length; i++) {
      const time = at[i] ?? 0;
      if (i > 0 && at[i - 1] === time) n++;
      else n = inOrder && time > series.lastAt ? 0 : this.#ordinalAt(series, time);
      this.#hot.put(series.id, time, n, value[i] ?? 0);
    }
    series.hot += at.length;
  }

  #ordinalAt(series: Series, at: number): number {
    if (at > series.lastAt) return 0;
    this.#hot.flush();
    return this.#hot.ordinal(series.id, at);
  }

  #seal(series: Series, samples: Samples, now: number): void {
    if (series.hot > 0) this.#hot.delete(series.id);
    series.hot = 0;
    this.#chunks.add(series, samples);
    this.#rollups.add(series, samples, now);
    const first = samples.at[0] ?? series.lastAt;
    this.#times.run(first, first, series.lastAt, series.id);
  }
}

/** True when the times go up and all are after `newest`. */
function sortedFrom(at: Float64Array, newest: number): boolean {
  let before = newest;
  for (const time of at) {
    if (time <= before) return false;
    before = time;
  }
  return true;
}

function refusalOf(at: number, value: number, counter: boolean, now: number): Refusal | null {
  if (!Number.isFinite(value) || !Number.isInteger(at)) return 'not-a-number';
  if (at < now - OLDEST_MS) return 'too-old';
  if (at > now + AHEAD_MS) return 'ahead';
  return counter && value < 0 ? 'negative-counter' : null;
}
