/** What the engine says of whole series: direction, season, changes, forecast, anomalies in words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentOf, RowReader } from '#metrics/trends/csv.ts';
import { analyse, compareToBaseline, type Point } from '#metrics/trends/index.ts';
import { TrendSummary } from '#shared/domain/trend.ts';
import { labelled, randomOf } from '#test/support/labelled-series.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);
const series = (n: number, f: (i: number) => number): Point[] => Array.from({ length: n }, (_, i) => [START + i * HOUR, f(i)] as const);

test('a slow climb under a daily season: slope within its interval, season of a day, no false staircase', () => {
  const random = randomOf(4);
  const summary = analyse(series(24 * 28, (i) => 200 + (5 * i) / 24 + 40 * Math.sin((2 * Math.PI * i) / 24) + 6 * random.normal()));
  expect(summary.slope?.perDay).toBeCloseTo(5, 0);
  expect(summary.slope?.low).toBeLessThan(5);
  expect(summary.slope?.high).toBeGreaterThan(5);
  expect(summary.slope?.p).toBeLessThan(0.001);
  expect(summary.slope?.r2).toBeGreaterThan(0.9);
  expect(summary.season?.periodMs).toBe(DAY);
  expect(summary.changePoints.length).toBeLessThanOrEqual(1);
});

test('pure noise has no trend, no season and no change', { timeout: 120_000 }, () => {
  let trends = 0;
  let seasons = 0;
  let changes = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomOf(seed);
    const summary = analyse(series(500, () => 50 + random.normal()));
    trends += (summary.slope?.p ?? 1) < 0.01 ? 1 : 0;
    seasons += summary.season ? 1 : 0;
    changes += summary.changePoints.length;
  }
  expect(trends).toBeLessThanOrEqual(2);
  expect(seasons).toBeLessThanOrEqual(1);
  expect(changes).toBeLessThanOrEqual(2);
});

test('a step is one change point, at its place and of its height', () => {
  const random = randomOf(7);
  const summary = analyse(series(600, (i) => (i < 350 ? 20 : 26) + random.normal()));
  expect(summary.changePoints).toHaveLength(1);
  const [change] = summary.changePoints;
  expect(Math.abs((change?.at ?? 0) - (START + 350 * HOUR))).toBeLessThanOrEqual(3 * HOUR);
  expect(change?.before).toBeCloseTo(20, 0);
  expect(change?.after).toBeCloseTo(26, 0);
  expect(change?.confidence).toBeGreaterThan(0.99);
});

test('a strong season, with days off in it, is no change of the level; a step under it is one', { timeout: 60_000 }, () => {
  const week = (step: number): Point[] => {
    const random = randomOf(21);
    return series(24 * 70, (i) => {
      const day = Math.floor(i / 24);
      const size = day % 7 >= 5 || day === 31 || day === 45 ? 0.5 : 1;
      return 1000 + size * (800 + 700 * Math.sin((2 * Math.PI * i) / 24)) + 60 * random.normal() + (i >= 24 * 40 ? step : 0);
    });
  };
  expect(analyse(week(0)).changePoints).toEqual([]);
  const changes = analyse(week(400)).changePoints;
  expect(changes).toHaveLength(1);
  expect(Math.abs((changes[0]?.at ?? 0) - (START + 40 * DAY))).toBeLessThanOrEqual(DAY);
  expect((changes[0]?.after ?? 0) - (changes[0]?.before ?? 0)).toBeGreaterThan(250);
});

test('the forecast band holds about nine in ten of the values that came', { timeout: 120_000 }, () => {
  let inside = 0;
  let all = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomOf(seed);
    const points = series(24 * 24, (i) => 100 + 20 * Math.sin((2 * Math.PI * i) / 24) + 0.05 * i + 4 * random.normal());
    const past = points.slice(0, -24);
    for (const told of analyse(past, { horizon: 24 }).forecast) {
      const came = points.find(([at]) => at === told.at)?.[1] ?? Number.NaN;
      all++;
      if (came >= told.low && came <= told.high) inside++;
    }
  }
  expect(all).toBe(12 * 24);
  expect(inside / all).toBeGreaterThan(0.82);
  expect(inside / all).toBeLessThan(0.99);
});

test('an incident is told in a sentence with its time and size', () => {
  const { times, values, incident } = labelled('spike', 2);
  const summary = analyse(times.map((at, i) => [at, values[i] ?? null] as const));
  const onset = times[incident?.from ?? 0] ?? 0;
  const found = summary.anomalies.find((anomaly) => anomaly.from === onset);
  expect(found?.sentence).toMatch(/2026-01-1\d \d\d:\d\d UTC.*the value rose .*: 1\d\d.* where .* was usual \(\+/);
  expect(found?.actual).toBeGreaterThan(found?.expected ?? Infinity);
});

test('whatever the points, the summary keeps its shape', { timeout: 180_000 }, () => {
  const point = fc.tuple(
    fc.oneof(fc.integer({ min: -1e14, max: 1e14 }), fc.integer({ min: 0, max: 50 })),
    fc.option(fc.oneof(fc.double(), fc.integer({ min: 0, max: 5 }))),
  );
  fc.assert(
    fc.property(fc.array(point, { maxLength: 120 }), (points) => {
      const summary = TrendSummary.parse(analyse(points));
      expect(summary.n).toBeLessThanOrEqual(points.length);
    }),
    { numRuns: 40 },
  );
});

test('nothing, one value and two values: nothing is made up', () => {
  for (const n of [0, 1, 2]) {
    const summary = analyse(series(n, () => 1));
    expect(summary).toMatchObject({ n, slope: null, season: null, forecast: [], changePoints: [], anomalies: [] });
  }
});

test('a regression against a baseline is told with its direction', () => {
  const random = randomOf(3);
  const before = series(80, () => 100 + 5 * random.normal());
  const after = series(40, () => 112 + 5 * random.normal());
  const worse = compareToBaseline(before, after, 'less');
  expect(worse?.verdict).toBe('worse');
  expect(worse?.shift).toBeGreaterThan(8);
  expect(worse?.sentence).toMatch(/went from \d+.* to \d+.*\+1\d %/);
  expect(compareToBaseline(before, after, 'more')?.verdict).toBe('better');
  expect(compareToBaseline(before, before, 'more')?.verdict).toBe('same');
  expect(compareToBaseline(before.slice(0, 5), after, 'more')).toBeNull();
});

test.each([
  ['1767571200', Date.UTC(2026, 0, 5)],
  ['1767571200000', Date.UTC(2026, 0, 5)],
  ['1767571200000000', Date.UTC(2026, 0, 5)],
  ['1767571200.25', Date.UTC(2026, 0, 5, 0, 0, 0, 250)],
  ['2026-01-05', Date.UTC(2026, 0, 5)],
  ['2026-01-05 10:20', Date.UTC(2026, 0, 5, 10, 20)],
  ['2026-01-05T10:20:30.5Z', Date.UTC(2026, 0, 5, 10, 20, 30, 500)],
  ['2026-01-05T10:20:30+02:00', Date.UTC(2026, 0, 5, 8, 20, 30)],
  ['2026/1/5 01:02:03', Date.UTC(2026, 0, 5, 1, 2, 3)],
  ['17', 17_000],
])('the moment %s', (text, at) => expect(momentOf(text)).toBe(at));

test.each([
  ['a header, commas', ['timestamp,value', '2026-01-05 00:00:00,1.5'], [1.5]],
  ['no header', ['2026-01-05 00:00:00,1.5', '2026-01-05 00:05:00,-2e3'], [1.5, -2000]],
  ['columns the other way round', ['value;timestamp;label', '7;1767571200;0'], [7]],
  ['tabs and quotes', ['"timestamp"\t"value"', '"2026-01-05"\t"3"'], [3]],
  ['missing values', ['timestamp,value', '1,', '2,NaN', '3,abc', '4,5'], [null, null, null, 5]],
  ['values alone', ['3', '4', '', '5'], [3, 4, 5]],
  ['a first value that is missing', ['2026-01-05 00:00:00,NaN', '2026-01-05 00:05:00,2'], [null, 2]],
])('reads %s', (_name, lines, expected) => {
  const reader = new RowReader();
  const rows = lines.map((line) => reader.read(line)).filter((row) => row !== null);
  expect(rows.map((row) => row.value)).toEqual(expected);
  expect(rows.every((row) => Number.isFinite(row.at))).toBe(true);
});
