/** Writes sealed chunks. Those of one series never overlap: samples that come late go into the chunk their time belongs to. */
import type Database from 'better-sqlite3';
import { decodeChunk, encodeChunk, lowerBound, type Samples } from '../codec/chunk.ts';
import { CHUNK } from './limits.ts';
import type { Series } from './series.ts';

type Home = readonly [id: number, n: number, data: Uint8Array];

export class Chunks {
  readonly #insert: Database.Statement<(number | Uint8Array)[]>;
  readonly #delete: Database.Statement<[number]>;
  readonly #home: Database.Statement<[number, number], Home>;
  readonly #next: Database.Statement<[number, number], readonly [number | null]>;
  /** The chunk `has` read last: repeated samples come in runs. */
  #read: { readonly id: number; readonly samples: Samples } | null = null;

  constructor(db: Database.Database) {
    this.#insert = db.prepare('insert into chunks (series, start_at, end_at, n, min, max, sum, last, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('delete from chunks where id = ?');
    this.#home = db.prepare<[number, number], Home>('select id, n, data from chunks where series = ? and start_at <= ? order by start_at desc limit 1').raw();
    this.#next = db.prepare<[number, number], readonly [number | null]>('select min(start_at) from chunks where series = ? and start_at > ?').raw();
  }

  /** @param samples sorted by time; they go where they belong among the chunks there are. */
  add(series: Series, samples: Samples): void {
    const { at } = samples;
    let from = 0;
    while (from < at.length && (at[from] ?? 0) <= series.sealedTo) {
      const time = at[from] ?? 0;
      const next = this.#next.get(series.id, time)?.[0] ?? Number.POSITIVE_INFINITY;
      let to = from + 1;
      while (to < at.length && (at[to] ?? 0) < next && (at[to] ?? 0) <= series.sealedTo) to++;
      this.#into(series, this.#home.get(series.id, time), part(samples, from, to));
      from = to;
    }
    if (from === at.length) return;
    const rest = part(samples, from, at.length);
    // A chunk that never filled up takes more, so that slow series do not end in crumbs.
    const last = rest.at.length < CHUNK ? this.#home.get(series.id, series.sealedTo) : undefined;
    this.#into(series, last && last[1] + rest.at.length <= CHUNK ? last : undefined, rest);
    series.sealedTo = at[at.length - 1] ?? series.sealedTo;
  }

  /** True when a sealed sample of this time has this value. */
  has(series: Series, at: number, value: number): boolean {
    const home = this.#home.get(series.id, at);
    if (!home) return false;
    if (this.#read?.id !== home[0]) this.#read = { id: home[0], samples: decodeChunk(home[2]) };
    const { samples } = this.#read;
    for (let i = lowerBound(samples.at, at); samples.at[i] === at; i++) if (samples.value[i] === value) return true;
    return false;
  }

  /** Forgets what `has` read: chunks may have changed. */
  forget(): void {
    this.#read = null;
  }

  #into(series: Series, home: Home | undefined, samples: Samples): void {
    if (!home) return this.#write(series, samples);
    this.#delete.run(home[0]);
    this.#write(series, merged(decodeChunk(home[2]), samples));
  }

  /** In parts of about `CHUNK`, none of which begins in the middle of a millisecond. */
  #write(series: Series, samples: Samples): void {
    const { at } = samples;
    const parts = Math.max(1, Math.floor(at.length / CHUNK));
    let from = 0;
    for (let i = 1; i <= parts && from < at.length; i++) {
      let to = i === parts ? at.length : Math.max(from + 1, Math.round((at.length * i) / parts));
      while (to < at.length && at[to] === at[to - 1]) to++;
      this.#row(series, part(samples, from, to));
      from = to;
    }
  }

  #row(series: Series, samples: Samples): void {
    const { at, value } = samples;
    let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const each of value) {
      if (each < min) min = each;
      if (each > max) max = each;
      sum += each;
    }
    this.#insert.run(series.id, at[0] ?? 0, at.at(-1) ?? 0, at.length, min, max, sum, value.at(-1) ?? 0, encodeChunk(samples));
  }
}

const part = ({ at, value }: Samples, from: number, to: number): Samples => ({ at: at.subarray(from, to), value: value.subarray(from, to) });

/** Two sorted runs as one; at the same time the first run's come first. */
export function merged(a: Samples, b: Samples): Samples {
  const at = new Float64Array(a.at.length + b.at.length);
  const value = new Float64Array(at.length);
  let [i, j] = [0, 0];
  for (let to = 0; to < at.length; to++) {
    const takeA = j >= b.at.length || (i < a.at.length && (a.at[i] ?? 0) <= (b.at[j] ?? 0));
    at[to] = (takeA ? a.at[i] : b.at[j]) ?? 0;
    value[to] = (takeA ? a.value[i++] : b.value[j++]) ?? 0;
  }
  return { at, value };
}
