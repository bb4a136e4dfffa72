/** Fewer points that draw the same line, and steps that fit a chart. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimate, withGaps } from '#metrics/query/m4.ts';
import { chooseSteps } from '#metrics/query/steps.ts';

const NOW = 1_770_000_000_000;
const DAY = 86_400_000;
const lineOf = (values: readonly number[], pauses: readonly number[] = []) => {
  let at = NOW;
  return {
    at: Float64Array.from(values, (_, i) => (at += pauses[i] ?? 1000)),
    value: Float64Array.from(values),
    n: new Float64Array(values.length).fill(1),
  };
};

test('never more points than there is room for; ends, lowest and highest stay; nothing is made up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 100_000 })), { minLength: 1, maxLength: 2000 }),
      fc.integer({ min: 4, max: 500 }),
      (points, most) => {
        const line = lineOf(
          points.map(([value]) => value),
          points.map(([, pause]) => pause),
        );
        const { at, value } = decimate(line, most);
        expect(at.length).toBeLessThanOrEqual(Math.max(most, 4));
        expect([at[0], at.at(-1)]).toEqual([line.at[0], line.at.at(-1)]);
        expect(Math.min(...value)).toBe(Math.min(...line.value));
        expect(Math.max(...value)).toBe(Math.max(...line.value));
        const known = new Map([...line.at].map((time, i) => [time, line.value[i]]));
        for (const [i, time] of at.entries()) {
          expect(known.get(time)).toBe(value[i]);
          if (i > 0) expect(time).toBeGreaterThan(at[i - 1] ?? 0);
        }
      },
    ),
  );
});

test('a column of pixels keeps its own first, last, lowest and highest', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 7777 ? 1e6 : Math.sin(i / 50) * i));
  const { value } = decimate(lineOf(values), 400);
  expect(value).toContain(1e6);
  expect(value.length).toBeGreaterThan(250);
});

test('a pause breaks the line once; regular points are left alone', () => {
  const line = lineOf([1, 2, 3, 4], [1000, 1000, 60_000, 1000]);
  const broken = withGaps(line, 1000, 100);
  expect([...broken.value]).toEqual([1, 2, Number.NaN, 3, 4]);
  expect([...withGaps(line, 1000, 4).value]).toEqual([1, 2, 3, 4]);
});

test('steps cover the range, fit the room, and are told by what is still kept', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 * 366 * DAY }),
      fc.integer({ min: 1000, max: 5 * 366 * DAY }),
      fc.integer({ min: 2, max: 4000 }),
      (ago, ms, most) => {
        const to = NOW - Math.floor(ago / 2);
        const from = Math.max(to - ms, NOW - 5 * 366 * DAY);
        if (from >= to) return;
        const steps = chooseSteps({ from, to }, most, NOW);
        expect(steps.count).toBeLessThanOrEqual(most);
        expect(steps.first).toBeLessThanOrEqual(steps.from);
        expect(steps.first % steps.stepMs).toBe(0);
        expect(steps.first + steps.count * steps.stepMs).toBeGreaterThanOrEqual(steps.to);
        const age = NOW - from;
        if (age > 366 * DAY + DAY) expect(steps.stepMs % DAY).toBe(0);
        else if (age > 31 * DAY) expect(steps.stepMs % 3_600_000).toBe(0);
        else if (age > 8 * DAY) expect(steps.stepMs % 60_000).toBe(0);
        else expect([steps.from, steps.to]).toEqual([from, to]);
      },
    ),
  );
});

test.each([
  [15 * 60_000, 300, 5000],
  [DAY, 1440, 120_000],
  [DAY, 1441, 60_000],
  [7 * DAY, 200, 3_600_000],
  [365 * DAY, 400, DAY],
])('a range of %i ms in %i points has steps of %i ms', (ms, points, stepMs) => {
  expect(chooseSteps({ from: NOW - ms + 1, to: NOW + 1 }, points, NOW).stepMs).toBe(stepMs);
});
