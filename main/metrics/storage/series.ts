/** The series there are, with what the writing thread has to know of each. Their number is bounded, in all and for each metric. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { MetricKind, MetricName, Tags } from '#shared/domain/metric.ts';
import { SERIES_IN_ALL, SERIES_PER_METRIC, type Refusal } from './limits.ts';

export type Series = {
  readonly id: number;
  readonly metric: string;
  readonly tags: Tags;
  readonly kind: MetricKind;
  /** Time of the newest sample, and end of the newest chunk; -Infinity when there is none. */
  lastAt: number;
  sealedTo: number;
  /** Samples at the newest time, as far as this process saw them. */
  atLast: number;
  /** Samples in no chunk. */
  hot: number;
};

const Row = z.object({
  id: z.number(),
  metric: z.string(),
  tags: z.string(),
  kind: MetricKind,
  lastAt: z.number().nullable(),
  sealedTo: z.number().nullable(),
  hot: z.number(),
});

export class SeriesBook {
  readonly #db: Database.Database;
  readonly #byKey = new Map<string, Series>();
  readonly #perMetric = new Map<string, number>();
  readonly #insert: Database.Statement<[string, string, string]>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#insert = db.prepare('insert into series (metric, tags, kind) values (?, ?, ?)');
    this.load();
  }

  get size(): number {
    return this.#byKey.size;
  }

  all(): Iterable<Series> {
    return this.#byKey.values();
  }

  /** Series of the metrics that have most, the largest first. */
  largest(count: number): { metric: string; series: number }[] {
    return [...this.#perMetric]
      .map(([metric, series]) => ({ metric, series }))
      .toSorted((a, b) => b.series - a.series)
      .slice(0, count);
  }

  /** Reads everything anew: at the start, and after a transaction that failed. */
  load(): void {
    this.#byKey.clear();
    this.#perMetric.clear();
    const rows = this.#db
      .prepare(
        `select id, metric, tags, kind, max(coalesce(c.ends, h.ends), coalesce(h.ends, c.ends)) as lastAt, c.ends as sealedTo, coalesce(h.n, 0) as hot from series
         left join (select series, max(end_at) as ends from chunks group by series) c on c.series = id
         left join (select series, max(at) as ends, count(*) as n from hot group by series) h on h.series = id`,
      )
      .all();
    for (const row of rows) {
      const { id, metric, tags, kind, lastAt, sealedTo, hot } = Row.parse(row);
      const none = Number.NEGATIVE_INFINITY;
      this.#keep(`${metric}\n${tags}`, {
        id,
        metric,
        tags: Tags.parse(JSON.parse(tags)),
        kind,
        lastAt: lastAt ?? none,
        sealedTo: sealedTo ?? none,
        atLast: 0,
        hot,
      });
    }
  }

  /** The series of a key (see `Columns`), made when it is new. Only inside a transaction. */
  find(key: string, kind: MetricKind): Series | Refusal {
    const known = this.#byKey.get(key);
    if (known) return known;
    const cut = key.indexOf('\n');
    const metric = MetricName.safeParse(key.slice(0, cut));
    const tags = Tags.safeParse(JSON.parse(key.slice(cut + 1)));
    if (!metric.success || !tags.success) return 'bad-name';
    if (this.#byKey.size >= SERIES_IN_ALL) return 'series-full';
    if ((this.#perMetric.get(metric.data) ?? 0) >= SERIES_PER_METRIC) return 'metric-full';
    const id = Number(this.#insert.run(metric.data, key.slice(cut + 1), kind).lastInsertRowid);
    const none = Number.NEGATIVE_INFINITY;
    return this.#keep(key, { id, metric: metric.data, tags: tags.data, kind, lastAt: none, sealedTo: none, atLast: 0, hot: 0 });
  }

  /** Forgets a series of which nothing is stored any more. */
  drop(series: Series): void {
    this.#byKey.delete(`${series.metric}\n${JSON.stringify(series.tags)}`);
    this.#perMetric.set(series.metric, (this.#perMetric.get(series.metric) ?? 1) - 1);
  }

  #keep(key: string, series: Series): Series {
    this.#byKey.set(key, series);
    this.#perMetric.set(series.metric, (this.#perMetric.get(series.metric) ?? 0) + 1);
    return series;
  }
}
