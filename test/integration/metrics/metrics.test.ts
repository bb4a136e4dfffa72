/** The analytics as other rooms use them: what they take, refuse and count, and what they answer. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { unwrap } from '#shared/lib/fault.ts';
import { Query } from '#shared/domain/query.ts';
import type { Catalogue, LiveSecond, Point } from '#metrics/index.ts';
import { scratchDir, scratchMetrics } from '#test/support/metrics/open.ts';

const NOW = 1_770_000_000_000;
const DAY = 86_400_000;
const point = (metric: string, at: number, value: number, tags: Record<string, string> = {}, kind?: Point['kind']): Point => ({
  metric,
  tags,
  at,
  value,
  ...(kind ? { kind } : {}),
});
const between = (metric: string, from: number, to: number, more: object = {}): Query => Query.parse({ metric, range: { kind: 'between', from, to }, ...more });
const many = (count: number, each: (i: number) => Point): Point[] => Array.from({ length: count }, (_, i) => each(i));

test('nothing is started and nothing is made before the first sample', async () => {
  const dir = scratchDir();
  await scratchMetrics({ dir });
  expect(existsSync(path.join(dir, 'metrics.db'))).toBe(false);
});

test('what was acknowledged is there after a restart, and a cursor is stored with its samples once', async () => {
  const dir = scratchDir();
  const first = await scratchMetrics({ dir, now: () => NOW });
  const samples = many(1500, (i) => point('tokens', NOW - 1500 + i, 1, { model: 'm' }, 'counter'));
  expect(unwrap(await first.append(samples, { cursor: 7 }))).toEqual({ counts: { stored: 1500 }, cursor: 7 });
  expect(unwrap(await first.append(samples, { cursor: 7 })).counts).toEqual({ duplicate: 1500 });
  await first.close();
  const second = await scratchMetrics({ dir, now: () => NOW });
  expect(unwrap(await second.cursor())).toBe(7);
  expect(unwrap(await second.append(samples, { cursor: 5 })).counts).toEqual({ duplicate: 1500 });
  expect(unwrap(await second.append([point('tokens', NOW, 1, { model: 'm' }, 'counter')], { cursor: 9 })).cursor).toBe(9);
  const answer = unwrap(await second.query(between('tokens', NOW - DAY, NOW + 1)));
  expect(answer.total).toEqual({ value: 1501, n: 1501, minimum: 1 });
});

test('impossible samples are refused one by one and counted by reason; the others of the batch are kept', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  const batch = [
    point('good', NOW, 1),
    point('good', NOW, Number.NaN),
    point('good', NOW, Number.POSITIVE_INFINITY),
    point('good', NOW + 0.5, 1),
    point('good', NOW - 6 * 366 * DAY, 1),
    point('good', NOW + 3_600_000, 1),
    point('spent', NOW, -1, {}, 'counter'),
    point('Bad name', NOW, 1),
    point('good', NOW, 1, { 'no tag': 'x' }),
    point('good', NOW, 1, { tag: 'x'.repeat(201) }),
  ];
  const counts = { stored: 1, 'not-a-number': 3, 'too-old': 1, ahead: 1, 'negative-counter': 1, 'bad-name': 3 };
  expect(unwrap(await metrics.append(batch)).counts).toEqual(counts);
  expect(unwrap(await metrics.stats())).toMatchObject({ counts, series: 1 });
});

test('a tag with a new value every time ends at a visible limit, and other metrics are not touched by it', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  for (let batch = 0; batch < 5; batch++) unwrap(await metrics.append(many(10_000, (i) => point('wild', NOW - i, 1, { request: `${batch}/${i}` }))));
  unwrap(await metrics.append([point('calm', NOW, 1)]));
  const stats = unwrap(await metrics.stats());
  expect(stats).toMatchObject({ series: 2001, perMetricLimit: 2000, seriesLimit: 20_000, counts: { stored: 2001, 'metric-full': 48_000 } });
  expect(stats.largest[0]).toEqual({ metric: 'wild', series: 2000 });
  const answer = unwrap(await metrics.query(between('wild', NOW - DAY, NOW + 1, { by: ['request'], limit: 20, aggregate: 'count', points: 50 })));
  expect([answer.series.length, answer.dropped, answer.total.n]).toEqual([20, 1980, 2000]);
});

test('a gauge told twice counts once; a counter may count twice in the same millisecond', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  const gauges = many(700, (i) => point('level', NOW - 70_000 + i * 100, i));
  unwrap(await metrics.append(gauges));
  // From hot rows and from a chunk alike.
  expect(unwrap(await metrics.append([...gauges.slice(0, 5), ...gauges.slice(-5)])).counts).toMatchObject({ duplicate: 10 });
  const twice = [point('spent', NOW, 2, {}, 'counter'), point('spent', NOW, 2, {}, 'counter')];
  unwrap(await metrics.append(twice));
  unwrap(await metrics.append(twice));
  expect(unwrap(await metrics.query(between('level', NOW - DAY, NOW + 1))).total.n).toBe(700);
  expect(unwrap(await metrics.query(between('spent', NOW - DAY, NOW + 1))).total).toMatchObject({ value: 8, n: 4 });
});

test('a clock that is set back loses nothing and mixes nothing up', async () => {
  let now = NOW + DAY;
  const metrics = await scratchMetrics({ now: () => now });
  unwrap(await metrics.append(many(1000, (i) => point('level', now - 1000 + i, 1))));
  now = NOW;
  unwrap(await metrics.append(many(1000, (i) => point('level', now - 1000 + i, 2))));
  unwrap(await metrics.tidy());
  expect(unwrap(await metrics.query(between('level', NOW - 2 * DAY, NOW + 1))).total).toMatchObject({ value: 2, n: 1000 });
  expect(unwrap(await metrics.query(between('level', NOW - 2 * DAY, NOW + 2 * DAY))).total).toMatchObject({ value: 1.5, n: 2000 });
  expect(unwrap(await metrics.stats()).counts).toMatchObject({ late: 1000 });
});

test('old samples go step by step: samples after 7 days, minutes after 30, hours after a year; totals stay', async () => {
  const dir = scratchDir();
  const past = await scratchMetrics({ dir, now: () => NOW });
  unwrap(await past.append(many(3000, (i) => point('tokens', NOW - 3000 * 60_000 + i * 60_000, 1, {}, 'counter'))));
  await past.close();
  const rows = (sql: string): number => {
    const db = new Database(path.join(dir, 'metrics.db'), { readonly: true });
    try {
      return Number(db.prepare(sql).pluck().get());
    } finally {
      db.close();
    }
  };
  const left = async (days: number): Promise<number[]> => {
    const metrics = await scratchMetrics({ dir, now: () => NOW + days * DAY });
    unwrap(await metrics.tidy());
    const { total } = unwrap(await metrics.query(between('tokens', NOW - 10 * DAY, NOW + 1)));
    expect(total).toMatchObject({ value: 3000, n: 3000 });
    await metrics.close();
    return [rows('select count(*) from chunks'), ...[60, 300, 3600, 86_400].map((res) => rows(`select count(*) from rollups where res = ${res}`))].map((n) =>
      Math.sign(n),
    );
  };
  expect(await left(1)).toEqual([1, 1, 1, 1, 1]);
  expect(await left(20)).toEqual([0, 1, 1, 1, 1]);
  expect(await left(40)).toEqual([0, 0, 0, 1, 1]);
  expect(await left(400)).toEqual([0, 0, 0, 0, 1]);
  const after = await scratchMetrics({ dir, now: () => NOW + 6 * 366 * DAY });
  unwrap(await after.tidy());
  expect(unwrap(await after.stats()).series).toBe(0);
});

test('filters, groups, and the largest first', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  const hosts = ['a', 'b', 'c', 'd'];
  unwrap(await metrics.append(many(400, (i) => point('spent', NOW - i * 1000, i % 4, { host: hosts[i % 4] ?? '', model: i % 8 < 4 ? 'x' : 'y' }, 'counter'))));
  const ask = async (more: object): Promise<[string | undefined, number | null][]> => {
    const { series } = unwrap(await metrics.query(between('spent', NOW - DAY, NOW + 1, more)));
    return series.map(({ tags, total }) => [tags['host'], total.value]);
  };
  expect(await ask({ by: ['host'] })).toEqual([
    ['d', 300],
    ['c', 200],
    ['b', 100],
    ['a', 0],
  ]);
  expect(await ask({ by: ['host'], limit: 2 })).toEqual([
    ['d', 300],
    ['c', 200],
  ]);
  expect(await ask({ by: ['host'], where: [{ tag: 'host', op: 'is-not', values: ['d', 'a'] }] })).toEqual([
    ['c', 200],
    ['b', 100],
  ]);
  expect(await ask({ where: [{ tag: 'model', op: 'is', values: ['x'] }] })).toEqual([[undefined, 300]]);
  expect(await ask({ where: [{ tag: 'nobody', op: 'is', values: ['x'] }] })).toEqual([]);
});

const catalogue: Catalogue = {
  measured: (name) => (name.startsWith('ended') ? { name, kind: 'counter', unit: 'count', minimum: 10 } : null),
  derived: (name) =>
    name === 'success'
      ? {
          name,
          unit: 'ratio',
          minimum: 10,
          inputs: [
            { metric: 'ended', aggregate: 'sum', where: [{ tag: 'how', op: 'is', values: ['finished'] }] },
            { metric: 'ended', aggregate: 'sum' },
          ],
          evaluate: ([good, all]) => ({ value: all?.value ? (good?.value ?? 0) / all.value : null, n: all?.n ?? 0 }),
        }
      : null,
};

test('a derived metric is its formula over the whole range and in every step, and too little data is no number', async () => {
  const metrics = await scratchMetrics({ now: () => NOW, catalogue });
  const ended = (from: number, count: number, good: number): Point[] =>
    many(count, (i) => point('ended', from + i, 1, { how: i < good ? 'finished' : 'failed', host: from < NOW - DAY ? 'a' : 'b' }));
  unwrap(await metrics.append([...ended(NOW - 2 * DAY, 30, 15), ...ended(NOW - 3_600_000, 6, 6)]));
  const whole = unwrap(await metrics.query(between('success', NOW - 7 * DAY, NOW + 1, { points: 20, by: ['host'] })));
  expect(whole).toMatchObject({ unit: 'ratio', total: { value: 21 / 36, n: 36, minimum: 10 } });
  expect(whole.series.map(({ tags, total }) => [tags['host'], total])).toEqual([
    ['a', { value: 0.5, n: 30, minimum: 10 }],
    ['b', { value: null, n: 6, minimum: 10 }],
  ]);
  const values = whole.series.map(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value])));
  expect(values).toEqual([[0.5], [1]]);
  const empty = unwrap(await metrics.query(between('success', NOW - 90 * DAY, NOW - 60 * DAY)));
  expect(empty.total).toEqual({ value: null, n: 0, minimum: 10 });
  const few = unwrap(await metrics.query(between('ended', NOW - 4_000_000, NOW)));
  expect(few.total).toEqual({ value: null, n: 6, minimum: 10 });
});

test('a range that ends before it begins, a batch that is too large, and a queue that is full are faults in words', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  expect(await metrics.query(between('x', 2, 1))).toMatchObject({ fault: { code: 'METRICS_BAD_RANGE' } });
  expect(await metrics.append(many(10_001, () => point('x', NOW, 1)))).toMatchObject({ fault: { code: 'METRICS_BATCH_TOO_LARGE' } });
  const batch = many(10_000, (i) => point('x', NOW - i, 1));
  const all = await Promise.all(many(25, () => point('x', NOW, 1)).map(() => metrics.append(batch)));
  expect(all.filter((each) => each.ok)).toHaveLength(20);
  expect(all.find((each) => !each.ok)).toMatchObject({ fault: { code: 'METRICS_BUSY' } });
});

test('who watches is told each second of a metric as it grows, and nothing of others', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  const seen: LiveSecond[] = [];
  const stop = metrics.tail(['tokens'], (seconds) => seen.push(...seconds));
  metrics.record(point('tokens', NOW, 2, { model: 'm' }, 'counter'));
  metrics.record(point('other', NOW, 1));
  await expect.poll(() => seen, { timeout: 30_000 }).toEqual([{ metric: 'tokens', tags: { model: 'm' }, at: NOW, n: 1, sum: 2, min: 2, max: 2, last: 2 }]);
  metrics.record(point('tokens', NOW + 1, 5, { model: 'm' }, 'counter'));
  await expect.poll(() => seen.at(-1), { timeout: 30_000 }).toMatchObject({ n: 2, sum: 7, min: 2, max: 5, last: 5 });
  stop();
});

test('a recorded measurement is part of the next answer', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  metrics.record(point('level', NOW, 3));
  expect(unwrap(await metrics.query(Query.parse({ metric: 'level', aggregate: 'last', range: { kind: 'last', ms: 60_000 } }))).total).toMatchObject({
    value: 3,
    n: 1,
  });
});

test('a database of a newer version is refused and not touched', async () => {
  const dir = scratchDir();
  const db = new Database(path.join(dir, 'metrics.db'));
  db.pragma('user_version = 99');
  db.close();
  const metrics = await scratchMetrics({ dir });
  expect(await metrics.append([point('x', Date.now(), 1)])).toMatchObject({ fault: { code: 'METRICS_TOO_NEW', why: expect.stringContaining('99') } });
});

test('a file that is no database is named as damaged, and a new one is begun once it was moved aside', async () => {
  const dir = scratchDir();
  const file = path.join(dir, 'metrics.db');
  writeFileSync(file, 'x'.repeat(10_000));
  const metrics = await scratchMetrics({ dir, now: () => NOW });
  const sample = [point('x', NOW, 1)];
  expect(await metrics.append(sample)).toMatchObject({ fault: { code: 'METRICS_DAMAGED', fix: expect.stringContaining(file) } });
  expect(await metrics.query(between('x', NOW - DAY, NOW + 1))).toMatchObject({ fault: { code: 'METRICS_DAMAGED' } });
  renameSync(file, `${file}.aside`);
  // The thread tried again after its last refusal, before the file was gone.
  await metrics.append(sample);
  expect(unwrap(await metrics.append(sample)).counts).toBeDefined();
  expect(unwrap(await metrics.query(between('x', NOW - DAY, NOW + 1))).total.n).toBe(1);
});

test('samples that come while the database is let go of are stored all the same', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  unwrap(await metrics.append([point('x', NOW, 1)]));
  const closing = metrics.close();
  unwrap(await metrics.append([point('x', NOW, 2)]));
  await closing;
  expect(unwrap(await metrics.query(between('x', NOW - DAY, NOW + 1))).total.n).toBe(2);
});

test('a line of a gauge has at most a point a pixel and keeps its extremes; a pause breaks it; a late sample is seen at once', async () => {
  const metrics = await scratchMetrics({ now: () => NOW });
  const level = (i: number): Point => point('level', NOW - 6 * 3_600_000 + i * 5000, i === 2222 ? 900 : 100 + (i % 7));
  // An hour is missing, and comes later.
  const all = many(4320, level);
  const missing = all.slice(2880, 3600);
  unwrap(await metrics.append([...all.slice(0, 2880), ...all.slice(3600)]));
  const draw = async (): Promise<(number | null)[]> => {
    const { series, total } = unwrap(await metrics.query(between('level', NOW - DAY / 4, NOW + 1, { points: 200, aggregate: 'max' })));
    const points = series[0]?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(200);
    expect(points.length).toBeGreaterThan(50);
    expect(total.value).toBe(900);
    const values = points.map(([, value]) => value);
    expect(values).toContain(900);
    return values;
  };
  expect((await draw()).filter((value) => value === null)).toHaveLength(1);
  unwrap(await metrics.append(missing));
  expect((await draw()).filter((value) => value === null)).toHaveLength(0);
});
