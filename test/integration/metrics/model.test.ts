/** Whatever comes in, in whatever order, every query tells the same as counting the samples by hand. */
import { expect, test } from 'vitest';
import type { MetricKind } from '#shared/domain/metric.ts';
import type { Aggregate } from '#shared/domain/query.ts';
import { read } from '#metrics/query/read.ts';
import type { Point } from '#metrics/index.ts';
import { Retention } from '#metrics/storage/retention.ts';
import { Source } from '#metrics/storage/source.ts';
import { Writer } from '#metrics/storage/writer.ts';
import { batchOf, scratchDatabase } from '#test/support/metrics/open.ts';
import { generator } from '#test/support/metrics/series.ts';

const NOW = 1_770_000_000_000;
const KINDS: readonly MetricKind[] = ['counter', 'gauge', 'distribution'];
const HOUR = 3_600_000;

/** Samples of two series of each kind over the last days, most in order, some late, some at the same millisecond. */
function made(random: () => number, count: number, spanMs: number): Point[] {
  const start = NOW - spanMs;
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[Math.floor(random() * 3)] ?? 'gauge';
    const lateBy = random() < 0.05 ? random() * spanMs : random() * 3000;
    const at = Math.max(start, Math.floor(start + (spanMs * i) / count - lateBy));
    const value = kind === 'gauge' ? i / 10 : Math.round(1000 * Math.exp(2 * random())) / 10;
    return { metric: `some.${kind}`, kind, tags: { host: random() < 0.7 ? 'a' : 'b' }, at, value };
  });
}

function expected(samples: readonly Point[], aggregate: Aggregate, ms: number): number {
  const values = samples.map(({ value }) => value);
  const sum = values.reduce((a, b) => a + b, 0);
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
  const last = samples.reduce((newest, each) => (each.at >= newest.at ? each : newest)).value;
  const by: Record<Aggregate, number> = {
    sum,
    last,
    rate: (sum * 1000) / ms,
    count: values.length,
    avg: sum / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
  return by[aggregate];
}

const QUANTILES: ReadonlySet<Aggregate> = new Set(['p50', 'p95', 'p99']);
function expectClose(actual: number, wanted: number, aggregate: Aggregate): void {
  const error = Math.abs(actual - wanted) / Math.max(1e-9, Math.abs(wanted));
  expect(error, `${aggregate}: ${actual} for ${wanted}`).toBeLessThan(QUANTILES.has(aggregate) ? 0.0101 : 1e-9);
}

test.each([1, 2, 3, 4, 5, 6])('totals and steps are those of the samples (seed %i)', (seed) => {
  const random = generator(seed);
  const spanMs = (0.1 + random() * 6) * 24 * HOUR;
  const all = made(random, 12_000, spanMs);
  const db = scratchDatabase();
  const writer = new Writer(db);
  const source = new Source(db);
  for (let from = 0; from < all.length;) {
    const size = 1 + Math.floor(random() * (random() < 0.2 ? 3000 : 200));
    writer.append([batchOf(all.slice(from, from + size))], NOW);
    from += size;
  }
  if (seed % 2 === 0) while (new Retention(db, writer).step(NOW));
  for (let round = 0; round < 60; round++) {
    const kind = KINDS[round % 3] ?? 'gauge';
    const from = Math.floor(NOW - spanMs + random() * spanMs * 0.8);
    const to = Math.floor(from + random() * (NOW - from)) + 1;
    const aggregates: Aggregate[] = ['sum', 'rate', 'count', 'avg', 'min', 'max', 'last', 'p50', 'p95', 'p99'];
    const aggregate = aggregates[Math.floor(random() * aggregates.length)] ?? 'sum';
    const points = random() < 0.3 ? 0 : 10 + Math.floor(random() * 500);
    const by = random() < 0.5 ? ['host'] : [];
    const got = read(source, { metric: `some.${kind}`, aggregate, where: [], by, from, to, now: NOW, points, aligned: true, limit: 10, zone: 'UTC' });
    const inRange = all.filter((each) => each.kind === kind && each.at >= from && each.at < to);
    expect(got.total.n).toBe(inRange.length);
    if (inRange.length > 0) expectClose(got.total.value, expected(inRange, aggregate, to - from), aggregate);
    for (const group of got.groups) {
      const theirs = inRange.filter(({ tags }) => by.length === 0 || tags['host'] === group.tags['host']);
      expect(group.total.n).toBe(theirs.length);
      expect(group.at.length).toBeLessThanOrEqual(points);
      const steps = new Map<number, Point[]>();
      for (const each of theirs) {
        const step = Math.floor(each.at / got.stepMs) * got.stepMs;
        steps.set(step, [...(steps.get(step) ?? []), each]);
      }
      for (const [i, at] of group.at.entries()) {
        const inStep = steps.get(at);
        const value = group.value[i] ?? Number.NaN;
        expect(group.n[i]).toBe(inStep?.length ?? 0);
        if (inStep) expectClose(value, expected(inStep, aggregate, got.stepMs), aggregate);
        else expect(value).toBeNaN();
      }
    }
  }
});

test('chunks of a series never overlap, and hold with the hot rows exactly what came', () => {
  const random = generator(99);
  const all = made(random, 20_000, 3 * 24 * HOUR);
  const db = scratchDatabase();
  const writer = new Writer(db);
  for (let from = 0; from < all.length; from += 500) writer.append([batchOf(all.slice(from, from + 500))], NOW);
  const overlaps = db.prepare(
    'select count(*) from chunks a join chunks b on a.series = b.series and a.id <> b.id and a.start_at <= b.end_at and b.start_at <= a.end_at',
  );
  expect(overlaps.pluck().get()).toBe(0);
  const largest = Number(db.prepare('select max(n) from chunks').pluck().get());
  expect(largest).toBeLessThan(1300);
  const stored = Number(db.prepare('select (select sum(n) from chunks) + (select count(*) from hot)').pluck().get());
  const steps = Number(db.prepare('select sum(n) from rollups where res = 86400').pluck().get());
  expect(stored).toBe(all.length);
  expect(steps).toBe(Number(db.prepare('select sum(n) from chunks').pluck().get()));
  expect(writer.counts()).toMatchObject({ stored: all.length });
  expect(writer.counts()['late']).toBeGreaterThan(0);
  expect(writer.counts()['out-of-order']).toBeGreaterThan(writer.counts()['late'] ?? 0);
});
