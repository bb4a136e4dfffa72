/** Lines and bars as outlines: everything that has a value is drawn at its place, once, and nothing else is; frames stand still in between. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barPaths, dotsPath, linePath } from '#renderer/analytics/chart/paths.ts';
import { stacksOf, type Points } from '#renderer/analytics/model/lines.ts';
import { isSteady } from '#renderer/analytics/model/ranges.ts';

const x = (at: number): number => at / 3;
const y = (value: number): number => 100 - value / 7;
const steps = fc.array(fc.option(fc.integer({ min: -500, max: 500 }), { nil: null }), { maxLength: 40 });
const pointsOf = (values: readonly (number | null)[]): Points => values.map((value, i) => [i * 10, value]);

test('a line goes through each of its points in order and is broken where there is none', () => {
  fc.assert(
    fc.property(steps, (values) => {
      const points = pointsOf(values);
      const path = linePath(points, x, y);
      const drawn = [...path.matchAll(/([ML])(-?[\d.]+),(-?[\d.]+)/g)];
      const known = points.filter(([, value]) => value !== null);
      expect(drawn).toHaveLength(known.length);
      known.forEach(([at, value], i) => {
        expect(Number(drawn[i]?.[2])).toBeCloseTo(x(at), 2);
        expect(Number(drawn[i]?.[3])).toBeCloseTo(y(value ?? 0), 2);
        const before = points[points.findIndex((point) => point[0] === at) - 1]?.[1] ?? null;
        expect(drawn[i]?.[1]).toBe(before === null ? 'M' : 'L');
      });
    }),
  );
});

test('a point without neighbours is a dot', () => {
  const dotsAt = (points: Points): string[] => [...dotsPath(points, x, y).matchAll(/M([\d.]+,[\d.]+)m/g)].map(([, at]) => at ?? '');
  expect(dotsAt([[30, 7]])).toEqual(['10,99']);
  const points: Points = [
    [0, null],
    [30, 7],
    [60, null],
    [90, 14],
    [120, 14],
  ];
  expect(dotsAt(points)).toEqual(['10,99']);
  expect(linePath(points, x, y)).toBe('M10,99M30,98L40,98');
  expect(dotsPath(points.slice(2), x, y)).toBe('');
  // Two points within a pixel would be no more to see than one.
  expect(
    dotsAt([
      [30, 7],
      [33, 7],
      [36, null],
    ]),
  ).toEqual(['11,99']);
  expect(
    dotsAt([
      [30, 7],
      [33, 7],
      [60, 7],
    ]),
  ).toEqual([]);
});

test('bars of a step stand on each other: what is more goes up from zero, what is less down, without gap or overlap', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 5 }), (all) => {
      const { rows, low, high } = stacksOf(
        all.map((values) => ({ points: pointsOf(values) })),
        10,
      );
      const paths = barPaths(rows, all.length, 8, x, y);
      const bars = paths.flatMap((path) =>
        [...path.matchAll(/M(-?[\d.]+),(-?[\d.]+)h8V(-?[\d.]+)h-8z/g)].map(([, left, to, from]) => ({
          left,
          ends: [Number(from), Number(to)].sort((a, b) => a - b),
        })),
      );
      expect(bars).toHaveLength(all.flat().filter((value) => value !== null && value !== 0).length);
      for (const { ends } of bars) {
        expect(ends[0]).toBeGreaterThanOrEqual(y(high) - 0.01);
        expect(ends[1]).toBeLessThanOrEqual(y(low) + 0.01);
      }
      for (const left of new Set(bars.map((bar) => bar.left))) {
        const stack = bars.filter((bar) => bar.left === left).sort((a, b) => (a.ends[0] ?? 0) - (b.ends[0] ?? 0));
        stack.forEach(({ ends }, i) => {
          if (i > 0) expect(ends[0]).toBeCloseTo(stack[i - 1]?.ends[1] ?? NaN, 1);
        });
      }
    }),
  );
});

test('a period that moves stands still for less than a pixel; one that is another never does', () => {
  const shown = { from: 0, to: 1000 };
  expect(isSteady(shown, { from: 9, to: 1009 }, 100)).toBe(true);
  expect(isSteady(shown, { from: 10, to: 1010 }, 100)).toBe(false);
  expect(isSteady(shown, { from: -1, to: 999 }, 100)).toBe(false);
  expect(isSteady(shown, { from: 0, to: 1001 }, 100)).toBe(false);
  expect(isSteady({ from: 0, to: 1 }, { from: 500, to: 501 }, 100)).toBe(false);
});
