/** Days of time zones, held against what Intl says a moment's date is: changes of the clock, at midnight too, half hours, a day left out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseSteps, stepAt } from '#metrics/query/steps.ts';
import { Zone } from '#shared/domain/zone.ts';
import { beginOfDay, dayOf, daysBefore, endOfStep, offsetMs } from '#shared/lib/zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Havana and Beirut change at midnight, St. John's did a minute after it, Lord Howe by half an hour; Apia left the 30th of December 2011 out. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/Havana',
  'Asia/Beirut',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'America/Sao_Paulo',
  'Africa/Cairo',
] as const;
const zone = fc.constantFrom(...ZONES);
const moment = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2035, 0, 1) });

const formats = new Map<string, Intl.DateTimeFormat>(ZONES.map((name) => [name, new Intl.DateTimeFormat('sv-SE', { timeZone: name })]));
/** `2026-11-23`, and the number of that date. */
const dateOf = (name: string, at: number): number => Date.parse(`${formats.get(name)?.format(at)}T00:00:00Z`) / DAY;

test('a moment belongs to the day that Intl writes for it, and a day is from its first moment to the first of the next', () => {
  fc.assert(
    fc.property(zone, moment, (name, at) => {
      const day = dayOf(name, at);
      expect(day).toBe(dateOf(name, at));
      const [begin, end] = [beginOfDay(name, day), beginOfDay(name, day + 1)];
      expect(dateOf(name, begin)).toBe(day);
      // Nothing of the day lies before its beginning, but where the clock goes back over midnight a bit of the day before comes after it.
      expect(dateOf(name, begin - 1)).toBeLessThan(day);
      expect(dateOf(name, end)).toBeGreaterThan(day);
      expect(dateOf(name, end - 1)).toBeLessThanOrEqual(day);
      expect(begin).toBeLessThanOrEqual(at);
      expect((end - begin) / HOUR).toBeGreaterThanOrEqual(22.5);
      expect((end - begin) / HOUR).toBeLessThanOrEqual(25.5);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['Europe/Berlin', [2026, 2, 29], 23],
  ['Europe/Berlin', [2026, 9, 25], 25],
  ['America/New_York', [2026, 2, 8], 23],
  ['America/New_York', [2026, 10, 1], 25],
  ['Australia/Lord_Howe', [2026, 9, 4], 23.5],
  ['America/Havana', [2026, 2, 8], 23],
  ['Asia/Kolkata', [2026, 2, 29], 24],
  ['Pacific/Apia', [2011, 11, 30], 0],
] as const)('%s on %j has %d hours', (name, [year, month, date], hours) => {
  const day = Date.UTC(year, month, date) / DAY;
  expect((beginOfDay(name, day + 1) - beginOfDay(name, day)) / HOUR).toBe(hours);
});

test('days before a moment keep the time of the clock', () => {
  const at = Date.parse('2026-03-30T08:00:00+02:00');
  expect(new Date(daysBefore('Europe/Berlin', at, 7)).toISOString()).toBe('2026-03-23T07:00:00.000Z');
  expect(offsetMs('Asia/Kathmandu', at) / HOUR).toBe(5.75);
});

test('names that are none are refused', () => {
  expect([Zone.safeParse('Europe/Berlin').success, Zone.safeParse('Mars/Olympus').success, Zone.safeParse('').success]).toEqual([true, false, false]);
});

test('steps of days begin where days of the zone do, cover the range, and are never more than there is room for', () => {
  fc.assert(
    fc.property(zone, moment, fc.integer({ min: 2 * DAY, max: 360 * DAY }), fc.integer({ min: 2, max: 400 }), (name, now, span, most) => {
      const steps = chooseSteps({ from: now - span, to: now }, most, now, false, name);
      expect(steps.count).toBeLessThanOrEqual(most);
      if (steps.stepMs < DAY) return;
      expect(steps.days?.zone).toBe(name);
      expect(steps.first).toBeLessThanOrEqual(steps.from);
      for (let i = 0; i < steps.count; i++) {
        const { at, ms } = stepAt(steps, i);
        expect(at).toBe(beginOfDay(name, dayOf(name, at)));
        if (i + 1 < steps.count) expect(stepAt(steps, i + 1).at).toBe(at + ms);
        else expect(at + ms).toBeGreaterThanOrEqual(steps.to);
      }
    }),
    { numRuns: 500 },
  );
});

const clocks = new Map<string, Intl.DateTimeFormat>(
  ZONES.map((name) => [name, new Intl.DateTimeFormat('sv-SE', { timeZone: name, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' })]),
);
/** Which part of its day a moment lies in by what Intl writes for it: `2026-11-23 03` for the fourth. */
function partOf(name: string, at: number, stepMs: number): string {
  const [date = '', time = ''] = clocks.get(name)?.format(at).split(' ') ?? [];
  return `${date} ${String(Math.floor((Number(time.slice(0, 2)) * HOUR) / stepMs)).padStart(2, '0')}`;
}

test('steps of hours begin where parts of the days of the zone do, those of a change are shorter or longer, and half hours stay with the clock', () => {
  let seen = 0;
  fc.assert(
    fc.property(zone, moment, fc.integer({ min: 6 * HOUR, max: 200 * DAY }), fc.integer({ min: 3, max: 700 }), (name, now, span, most) => {
      const steps = chooseSteps({ from: now - span, to: now }, most, now, false, name);
      expect(steps.count).toBeLessThanOrEqual(most);
      const { stepMs } = steps;
      if (stepMs <= HOUR || stepMs >= DAY) return;
      const all = Array.from({ length: steps.count }, (_, i) => stepAt(steps, i));
      expect(steps.first).toBeLessThanOrEqual(steps.from);
      for (const [i, { at, ms }] of all.entries()) expect(all[i + 1]?.at ?? at + ms).toBe(at + ms);
      const [first, last] = [all[0], all.at(-1)];
      expect((first?.at ?? 0) + (first?.ms ?? 0)).toBeGreaterThan(steps.from);
      expect((last?.at ?? 0) + (last?.ms ?? 0)).toBeGreaterThanOrEqual(steps.to);
      if (!steps.days) {
        // Only where somewhere in the range, or next to it, the clock is off by a part of an hour, or for who asks for no zone.
        const near = [steps.from - DAY, ...all.map(({ at }) => at), steps.to + DAY];
        expect(name === 'UTC' || near.some((at) => offsetMs(name, at) % HOUR !== 0)).toBe(true);
        expect(all.every(({ at, ms }) => at % stepMs === 0 && ms === stepMs)).toBe(true);
        return;
      }
      seen++;
      expect(steps.days).toEqual({ zone: name, exact: true });
      // All where the clock is changed, and some of the others.
      const changed = all.filter(({ ms }) => ms !== stepMs);
      for (const { at, ms } of [...changed, ...all.filter((_, i) => i % Math.ceil(all.length / 4) === 0)]) {
        const part = partOf(name, at, stepMs);
        // Nothing of the part lies before its beginning, and all moments of the step are of it, but for those that a clock put back shows again.
        expect(partOf(name, at - 1, stepMs) < part).toBe(true);
        for (const share of [0.01, 0.3, 0.5, 0.7, 0.99]) {
          const then = at + Math.floor(share * ms);
          if (offsetMs(name, then) >= offsetMs(name, at)) expect(partOf(name, then, stepMs)).toBe(part);
          else expect(partOf(name, then, stepMs) <= part).toBe(true);
        }
        expect(partOf(name, at + ms, stepMs) > part).toBe(true);
        expect(Math.abs(ms - stepMs)).toBeLessThanOrEqual(name === 'Pacific/Apia' ? DAY : HOUR);
        expect(endOfStep(at, stepMs, name)).toBe(at + ms);
      }
    }),
    { numRuns: 600 },
  );
  expect(seen).toBeGreaterThan(50);
});
