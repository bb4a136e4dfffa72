/**
 * Questions to the analytics, from asking in the core to the whole answer: a chart of a day beside the same question to plain rows in the
 * same SQLite, a dashboard of ten tiles over 30 days, and percentiles put together from 1440 stored minutes.
 */
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Metrics, Point } from '#metrics/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { Query, type Answer } from '#shared/domain/query.ts';
import { generator, normal } from '#test/support/metrics/series.ts';
import { bounded, compared, type Bench } from '../lib/figure.ts';
import { BATCH, benchMetrics, pour } from '../lib/metrics.ts';
import { median, percentile } from '../lib/stats.ts';

const NOW = 1_770_000_000_000;
const DAY = 86_400_000;
const CHARTS = 300;
const DASHBOARDS = 40;
const WIDTH = 1000;

export const bench: Bench = {
  name: 'metrics-query',
  title: 'Questions to the analytics',
  async run(say) {
    const { metrics, dir, remove } = await benchMetrics(() => NOW);
    const plain = new Database(path.join(dir, 'plain.db'));
    try {
      say('two days of a sample a second, and 100 series of a sample a minute for 30 days');
      const level = secondsOf();
      await pour(metrics, batched(level));
      await pour(metrics, batched(minutesOf()));
      const latencies = minuteOfLatencies();
      await pour(metrics, batched(latencies));
      fillPlain(plain, level);

      say('a chart of a day');
      const chart = Query.parse({ metric: 'bench.level', range: { kind: 'last', ms: DAY }, points: WIDTH });
      const ours = await timed(metrics, chart, CHARTS);
      const rows = plainTimes(plain, CHARTS / 5);

      say('a dashboard');
      const boards: number[] = [];
      for (let i = 0; i <= DASHBOARDS; i++) {
        const began = performance.now();
        for (const answer of await Promise.all(tiles().map((tile) => metrics.query(tile)))) expectFull(unwrap(answer), 10);
        if (i > 0) boards.push(performance.now() - began);
      }

      say('percentiles of 1440 minutes');
      const worst = Math.max(...(await Promise.all((['p50', 'p95', 'p99'] as const).map((aggregate) => errorOf(metrics, aggregate, latencies)))));
      const peer = { name: 'plain rows in SQLite', version: String(plain.prepare('select sqlite_version()').pluck().get()), value: percentile(rows, 0.99) };
      return [
        bounded('a chart of 24 h of one series of 86,400 samples, 99th percentile', 'ms', percentile(ours, 0.99), 5, CHARTS),
        compared('the same beside plain rows, 99th percentile', 'ms', percentile(ours, 0.99), peer, 0.2, CHARTS),
        bounded('a dashboard of 10 tiles of 10 series over 30 days, median', 'ms', median(boards), 100, DASHBOARDS),
        bounded('the same, 95th percentile', 'ms', percentile(boards, 0.95), 150, DASHBOARDS),
        bounded('error of p50, p95 and p99 merged from 1440 minutes, worst', '%', worst * 100, 1, latencies.length),
      ];
    } finally {
      plain.close();
      await remove();
    }
  },
};

function secondsOf(): Point[] {
  const random = generator(3);
  let level = 500;
  return Array.from({ length: 2 * 86_400 }, (_, i) => {
    level = Math.max(0, level + normal(random) * 3);
    return { metric: 'bench.level', kind: 'gauge', tags: {}, at: NOW - 2 * DAY + i * 1000, value: Math.round(level * 10) / 10 };
  });
}

const KINDS = ['counter', 'counter', 'counter', 'counter', 'gauge', 'gauge', 'gauge', 'gauge', 'distribution', 'distribution'] as const;

function* minutesOf(): Iterable<Point> {
  const random = generator(5);
  for (let minute = 0; minute < 30 * 1440; minute++) {
    for (const [tile, kind] of KINDS.entries()) {
      for (let host = 0; host < 10; host++) {
        const value = Math.round(100 * Math.exp(0.5 * normal(random))) / 10;
        yield { metric: `bench.tile${tile}`, kind, tags: { host: `host-${host}`, model: 'any' }, at: NOW - 30 * DAY + minute * 60_000 + host * 7, value };
      }
    }
  }
}

const tiles = (): Query[] =>
  KINDS.map((_, tile) => Query.parse({ metric: `bench.tile${tile}`, by: ['host'], range: { kind: 'last', ms: 30 * DAY }, points: 300 }));

/** Log-normal, at a level that drifts over the day, so that no minute is like the day. */
function minuteOfLatencies(): Point[] {
  const random = generator(7);
  return Array.from({ length: 1440 * 60 }, (_, i) => ({
    metric: 'bench.latency',
    kind: 'distribution',
    tags: {},
    at: NOW - (NOW % DAY) - 2 * DAY + i * 1000,
    value: (20 + 15 * Math.sin((i / 86_400) * 2 * Math.PI)) * Math.exp(0.8 * normal(random)),
  }));
}

function* batched(samples: Iterable<Point>): Iterable<Point[]> {
  let batch: Point[] = [];
  for (const sample of samples) {
    batch.push(sample);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function timed(metrics: Metrics, query: Query, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count + 20; i++) {
    const began = performance.now();
    const answer = unwrap(await metrics.query(query));
    if (i >= 20) times.push(performance.now() - began);
    expectFull(answer, 1);
  }
  return times;
}

function expectFull({ series }: Answer, count: number): void {
  if (series.length !== count || series.some(({ points }) => points.length < 200))
    throw new Error(`${series.length} series of ${series[0]?.points.length} points`);
}

function fillPlain(db: Database.Database, samples: readonly Point[]): void {
  db.pragma('journal_mode = wal');
  db.exec('create table samples (series integer not null, at integer not null, value real not null, primary key (series, at)) strict, without rowid');
  const insert = db.prepare('insert into samples values (1, ?, ?)');
  db.transaction(() => samples.forEach(({ at, value }) => insert.run(at, value)))();
}

/** The same chart from rows: in as many steps, with what a line of them needs. On this thread, without the way to another one. */
function plainTimes(db: Database.Database, count: number): number[] {
  const query = db.prepare(
    'select at / 60000 * 60000 as step, count(*), sum(value), min(value), max(value) from samples where series = 1 and at >= ? and at < ? group by step',
  );
  return Array.from({ length: count }, () => {
    const began = performance.now();
    const rows = query.raw().all(NOW - DAY, NOW);
    if (rows.length < 1440) throw new Error(`${rows.length} rows`);
    return performance.now() - began;
  });
}

async function errorOf(metrics: Metrics, aggregate: 'p50' | 'p95' | 'p99', samples: readonly Point[]): Promise<number> {
  const from = samples[0]?.at ?? 0;
  // Steps of a minute: the total is merged from 1440 of them.
  const answer = unwrap(
    await metrics.query(Query.parse({ metric: 'bench.latency', aggregate, range: { kind: 'between', from, to: from + DAY }, points: 1441 })),
  );
  const sorted = samples.map(({ value }) => value).toSorted((a, b) => a - b);
  const exact = sorted[Math.floor({ p50: 0.5, p95: 0.95, p99: 0.99 }[aggregate] * (sorted.length - 1))] ?? Number.NaN;
  if (answer.resolution !== '1m' || answer.total.n !== samples.length) throw new Error(`${answer.resolution}, ${answer.total.n} samples`);
  return Math.abs((answer.total.value ?? Number.NaN) / exact - 1);
}
