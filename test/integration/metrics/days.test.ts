/**
 * "By day" means the days of whoever asks: each day of a chart holds exactly the samples that Intl writes that date for, from single samples
 * and from stored hours, over changes of the clock; and where only steps that lie across a midnight are left, the answer says so.
 */
import { expect, test } from 'vitest';
import { noCatalogue } from '#metrics/query/catalogue.ts';
import { answerQuery } from '#metrics/query/answer.ts';
import { read } from '#metrics/query/read.ts';
import { nextAt } from '#metrics/reports/cron.ts';
import { KEEP_RAW_MS } from '#metrics/storage/limits.ts';
import { Retention } from '#metrics/storage/retention.ts';
import { Source } from '#metrics/storage/source.ts';
import { Writer } from '#metrics/storage/writer.ts';
import { Query, type Answer } from '#shared/domain/query.ts';
import { ok, unwrap } from '#shared/lib/fault.ts';
import { batchOf, scratchDatabase } from '#test/support/metrics/open.ts';
import { generator } from '#test/support/metrics/series.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** After the change of the clock in Europe, before it in America; and the other way round in spring. */
const AUTUMN = Date.parse('2026-10-28T15:12:00Z');
const SPRING = Date.parse('2026-04-01T15:12:00Z');

type Spent = { readonly at: number; readonly value: number };

/** Costs over the days before `now`, some of them within a second of a midnight of the zone. */
function spending(zone: string, now: number, days: number, seed: number): Spent[] {
  const random = generator(seed);
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  const spent: Spent[] = [];
  for (let at = now - days * DAY; at < now; at += Math.floor(random() * 2 * HOUR)) spent.push({ at, value: Math.ceil(random() * 100) });
  for (let hour = Math.ceil((now - days * DAY) / (HOUR / 4)) * (HOUR / 4); hour < now; hour += HOUR / 4) {
    if (date.format(hour) !== date.format(hour - 1)) spent.push({ at: hour, value: 1000 }, { at: hour - 1, value: 10_000 });
  }
  return spent.toSorted((a, b) => a.at - b.at);
}

/** What Intl's dates make of it. */
function byDate(spent: readonly Spent[], zone: string): Record<string, number> {
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  const sums: Record<string, number> = {};
  for (const { at, value } of spent) sums[date.format(at)] = (sums[date.format(at)] ?? 0) + value;
  return sums;
}

/** @param aged asked so much later, when retention has been at work */
async function asked(spent: readonly Spent[], zone: string, now: number, days: number, aged = 0, points = days + 3): Promise<Answer> {
  const db = scratchDatabase();
  const writer = new Writer(db);
  for (let from = 0; from < spent.length; from += 500) {
    writer.append([batchOf(spent.slice(from, from + 500).map((each) => ({ ...each, metric: 'cost_usd', kind: 'counter', tags: {} })))], now);
  }
  while (new Retention(db, writer).step(now + aged));
  const source = new Source(db);
  const query = Query.parse({ metric: 'cost_usd', aggregate: 'sum', range: { kind: 'between', from: now - days * DAY, to: now }, points, zone });
  return unwrap(await answerQuery(query, noCatalogue, (reading) => Promise.resolve(ok(read(source, reading))), now + aged));
}

function datesOf({ series }: Answer, zone: string): Record<string, number> {
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  return Object.fromEntries((series[0]?.points ?? []).flatMap(([at, value]) => (value === null ? [] : [[date.format(at), value] as const])));
}

const WHOLE = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Havana', 'Pacific/Apia', 'Asia/Tokyo'];
const BROKEN = ['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'];

test.each([...WHOLE, ...BROKEN].flatMap((zone) => [[zone, AUTUMN] as const, [zone, SPRING] as const]))(
  'days of %s are exact, from samples and from stored minutes (until %i)',
  async (zone, now) => {
    const days = 6;
    const fresh = spending(zone, now, days, 1);
    expect(datesOf(await asked(fresh, zone, now, days), zone)).toEqual(byDate(fresh, zone));
    const answer = await asked(fresh, zone, now, days, 12 * DAY);
    expect(answer).toMatchObject({ stepMs: DAY, days: { zone, exact: true } });
    // The range begins with the first minute that is whole: what lies in the one before belongs to no step of it.
    const whole = fresh.filter(({ at }) => at >= Math.ceil((now - days * DAY) / 60_000) * 60_000);
    expect(datesOf(answer, zone)).toEqual(byDate(whole, zone));
  },
);

test.each(WHOLE)('months later, days of %s are exact from stored hours', async (zone) => {
  const days = 60;
  const spent = spending(zone, AUTUMN, days, 2);
  const answer = await asked(spent, zone, AUTUMN, days, 100 * DAY);
  expect(answer).toMatchObject({ stepMs: DAY, days: { zone, exact: true } });
  const whole = spent.filter(({ at }) => at >= Math.ceil((AUTUMN - days * DAY) / HOUR) * HOUR);
  expect(datesOf(answer, zone)).toEqual(byDate(whole, zone));
});

test.each(BROKEN)('months later, stored hours lie across midnights of %s: the answer says so, and nothing is lost', async (zone) => {
  const days = 60;
  const spent = spending(zone, AUTUMN, days, 3);
  const answer = await asked(spent, zone, AUTUMN, days, 100 * DAY);
  expect(answer).toMatchObject({ stepMs: DAY, days: { zone, exact: false } });
  const shown = Object.values(datesOf(answer, zone)).reduce((sum, value) => sum + value, 0);
  expect(shown).toBe(answer.total.value);
});

test('after a year days are those of UTC, as they are stored, and the answer says whose they are', async () => {
  const spent = spending('Asia/Tokyo', AUTUMN, 30, 4);
  const answer = await asked(spent, 'Asia/Tokyo', AUTUMN, 30, 400 * DAY);
  expect(answer).toMatchObject({ resolution: '1d', days: { zone: 'UTC', exact: true } });
  for (const [at] of answer.series[0]?.points ?? []) expect(at % DAY).toBe(0);
});

test.each([
  ['America/New_York', AUTUMN + 8 * DAY, 60, 100],
  ['America/New_York', SPRING, 60, 100],
  ['Europe/Berlin', SPRING, 60, 100],
  ['America/Havana', AUTUMN + 8 * DAY, 25, 3],
  ['Asia/Kolkata', AUTUMN, 25, 3],
  ['Australia/Lord_Howe', AUTUMN, 25, 3],
])('every step of %s holds what was spent in it, whatever it is put together from (until %i)', async (zone, now, days, later) => {
  const spent = spending(zone, now, days, 6);
  const lengths = new Set<number>();
  for (const points of [5, 12, 40, 70, 130, 300, 700]) {
    const { stepMs, series, total } = await asked(spent, zone, now, days, later * DAY, points);
    const steps = series[0]?.points ?? [];
    lengths.add(stepMs / HOUR);
    for (const [i, [at, value]] of steps.entries()) {
      const next = steps[i + 1]?.[0] ?? Infinity;
      // The first step is cut by the range.
      if (i > 0) expect(value ?? 0).toBe(spent.filter((each) => each.at >= at && each.at < next).reduce((sum, each) => sum + each.value, 0));
    }
    expect(steps.reduce((sum, [, value]) => sum + (value ?? 0), 0)).toBe(total.value);
  }
  expect(lengths.size).toBeGreaterThan(4);
});

test('shorter steps than two hours have no days; who names no zone gets that of the machine', async () => {
  const spent = spending('UTC', AUTUMN, 2, 5);
  expect((await asked(spent, 'Asia/Tokyo', AUTUMN, 1, 0, 30)).days).toBeUndefined();
  expect(KEEP_RAW_MS).toBeGreaterThan(2 * DAY);
  const query = Query.parse({ metric: 'm', range: { kind: 'last', ms: 3 * DAY }, points: 5 });
  const zones: string[] = [];
  const db = scratchDatabase();
  await answerQuery(query, noCatalogue, (reading) => (zones.push(reading.zone), Promise.resolve(ok(read(new Source(db), reading)))), AUTUMN);
  expect(zones).toEqual([new Intl.DateTimeFormat().resolvedOptions().timeZone]);
});

test('a rate by day is over the hours that the day had', async () => {
  const zone = 'Europe/Berlin';
  const day = Date.parse('2026-10-24T22:00:00Z');
  const db = scratchDatabase();
  new Writer(db).append([batchOf([{ metric: 'cost_usd', kind: 'counter', tags: {}, at: day + HOUR, value: 25 * 3600 }])], AUTUMN);
  const query = Query.parse({ metric: 'cost_usd', aggregate: 'rate', range: { kind: 'between', from: day, to: day + 3 * DAY }, points: 6, zone });
  const answer = unwrap(await answerQuery(query, noCatalogue, (reading) => Promise.resolve(ok(read(new Source(db), reading))), AUTUMN));
  expect(answer.stepMs).toBe(DAY);
  expect(answer.series[0]?.points[0]).toEqual([day, 1]);
});

test('a schedule is in the time of its zone, over a change of the clock', () => {
  const at = (text: string): number => Date.parse(text);
  // In the week of the change eight o'clock in Berlin goes from 06:00 to 07:00 UTC.
  expect(unwrap(nextAt('0 8 * * 1', at('2026-10-20T00:00:00Z'), 'Europe/Berlin'))).toBe(at('2026-10-26T07:00:00Z'));
  expect(unwrap(nextAt('0 8 * * 1', at('2026-10-13T00:00:00Z'), 'Europe/Berlin'))).toBe(at('2026-10-19T06:00:00Z'));
  expect(unwrap(nextAt('0 8 * * 1', at('2026-10-20T00:00:00Z'), 'Asia/Kolkata'))).toBe(at('2026-10-26T02:30:00Z'));
});

test('percentiles of a level are told while its samples are kept, and refused with a reason later; those of a distribution stay', async () => {
  const db = scratchDatabase();
  const writer = new Writer(db);
  const at = (i: number): number => AUTUMN - 2 * DAY + i * 60_000;
  const both = Array.from({ length: 1500 }, (_, i) => [
    { metric: 'memory', kind: 'gauge' as const, tags: {}, at: at(i), value: i },
    { metric: 'took', kind: 'distribution' as const, tags: {}, at: at(i), value: i },
  ]).flat();
  writer.append([batchOf(both)], AUTUMN);
  const p50 = async (metric: string, now: number) => {
    while (new Retention(db, writer).step(now));
    const query = Query.parse({ metric, aggregate: 'p50', range: { kind: 'between', from: AUTUMN - 3 * DAY, to: AUTUMN }, points: 10 });
    return answerQuery(query, noCatalogue, (reading) => Promise.resolve(ok(read(new Source(db), reading))), now);
  };
  const near = { asymmetricMatch: (value: unknown) => typeof value === 'number' && Math.abs(value - 749.5) < 8 };
  expect(await p50('memory', AUTUMN)).toMatchObject({ ok: true, value: { total: { value: near, n: 1500 } } });
  expect(await p50('memory', AUTUMN + 20 * DAY)).toMatchObject({ ok: false, fault: { code: 'METRICS_NO_QUANTILES', why: expect.stringContaining('7 days') } });
  expect(await p50('took', AUTUMN + 20 * DAY)).toMatchObject({ ok: true, value: { total: { value: near, n: 1500 } } });
});
