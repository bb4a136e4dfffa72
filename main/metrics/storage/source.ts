/** Reads metrics.db for the query engine: series by metric and filter, steps, and samples from chunks and hot rows. Only inside `snapshot`. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { MetricKind, Tags } from '#shared/domain/metric.ts';
import type { Filter } from '#shared/domain/query.ts';
import { decodeChunk, lowerBound, type Samples } from '../codec/chunk.ts';

export type SourceSeries = { readonly id: number; readonly tags: Tags; readonly kind: MetricKind };

/** Which columns of a step are needed: each costs time over thousands of rows. */
export type Need = 'sum' | 'ends' | 'last' | 'sketch';
/** A step as it is read; what was not needed is null. Bucket in seconds, lastAt in milliseconds after it. */
export type StepRow = readonly [
  bucket: number,
  n: number,
  sum: number,
  min: number | null,
  max: number | null,
  last: number | null,
  lastAt: number | null,
  sketch: Uint8Array | null,
];

const COLUMNS: Record<Need, string> = {
  sum: 'bucket, n, sum',
  ends: 'bucket, n, sum, min, max',
  last: 'bucket, n, sum, min, max, last, last_at',
  sketch: 'bucket, n, sum, min, max, last, last_at, sketch',
};

const Row = z.object({ id: z.number(), tags: z.string(), kind: MetricKind });
type Known = { readonly count: number; readonly newest: number; readonly series: readonly SourceSeries[] };

/** Metrics whose series are remembered. */
const REMEMBERED = 200;

export class Source {
  readonly #db: Database.Database;
  readonly #known = new Map<string, Known>();
  readonly #size: Database.Statement<[string], readonly [number, number | null]>;
  readonly #series: Database.Statement<[string]>;
  readonly #steps: Record<Need, Database.Statement<[number, number, number, number], StepRow>>;
  readonly #chunks: Database.Statement<[number, number, number], readonly [Uint8Array]>;
  readonly #hot: Database.Statement<[number, number, number], readonly [number, number]>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#size = db.prepare<[string], readonly [number, number | null]>('select count(*), max(id) from series where metric = ?').raw();
    this.#series = db.prepare('select id, tags, kind from series where metric = ? order by id');
    const steps = (need: Need): Database.Statement<[number, number, number, number], StepRow> =>
      db
        .prepare<[number, number, number, number], StepRow>(`select ${COLUMNS[need]} from rollups where series = ? and res = ? and bucket >= ? and bucket < ?`)
        .raw();
    this.#steps = { sum: steps('sum'), ends: steps('ends'), last: steps('last'), sketch: steps('sketch') };
    this.#chunks = db
      .prepare<[number, number, number], readonly [Uint8Array]>('select data from chunks where series = ? and start_at < ? and end_at >= ? order by start_at')
      .raw();
    this.#hot = db.prepare<[number, number, number], readonly [number, number]>('select at, value from hot where series = ? and at >= ? and at < ?').raw();
  }

  /** Everything `work` reads is as it was at one moment: a sample that is sealed meanwhile is neither missed nor read twice. */
  snapshot<T>(work: () => T): T {
    return this.#db.transaction(work).deferred();
  }

  series(metric: string, where: readonly Filter[]): SourceSeries[] {
    const passes = ({ tags }: SourceSeries): boolean => where.every(({ tag, op, values }) => values.includes(tags[tag] ?? '') === (op === 'is'));
    return this.#all(metric).filter(passes);
  }

  /** @param ms length of the steps  @param from inclusive, @param to exclusive, both multiples of it */
  steps(series: number, ms: number, from: number, to: number, need: Need): readonly StepRow[] {
    return this.#steps[need].all(series, ms / 1000, from / 1000, to / 1000);
  }

  /** Sealed samples from `from` to before `to`, sorted by time. */
  *sealed(series: number, from: number, to: number): Iterable<Samples> {
    for (const [data] of this.#chunks.all(series, to, from)) {
      const { at, value } = decodeChunk(data);
      const first = lowerBound(at, from);
      const end = lowerBound(at, to);
      yield { at: at.subarray(first, end), value: value.subarray(first, end) };
    }
  }

  /** Samples that are not sealed yet, sorted by time. */
  hot(series: number, from: number, to: number): readonly (readonly [at: number, value: number])[] {
    return this.#hot.all(series, from, to);
  }

  #all(metric: string): readonly SourceSeries[] {
    const [count = 0, newest] = this.#size.get(metric) ?? [];
    const known = this.#known.get(metric);
    if (known && known.count === count && known.newest === newest) return known.series;
    const series = this.#series.all(metric).map((row) => {
      const { id, tags, kind } = Row.parse(row);
      return { id, tags: Tags.parse(JSON.parse(tags)), kind };
    });
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(metric, { count, newest: newest ?? 0, series });
    return series;
  }
}
