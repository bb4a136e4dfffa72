/** Percentiles people read: right within 1 %, however the values came in, were merged or stored. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACCURACY, Sketch, SketchJson } from '#shared/lib/sketch.ts';
import { MAX_BUCKETS } from '#shared/lib/sketch-buckets.ts';

const QS = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((each) => (Math.abs(each) < 1e-6 ? 0 : each));
/** Three orders of magnitude, as latencies are: a few buckets with much in them. */
const latency = fc.double({ min: 0.1, max: 1000, noNaN: true });

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch();
  for (const each of values) sketch.add(each);
  return sketch;
};

function expectAccurate(sketch: Sketch, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  for (const q of QS) {
    const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
    const said = sketch.quantile(q) ?? Number.NaN;
    expect(Math.abs(said - exact), `q ${q}: ${said} for ${exact}`).toBeLessThanOrEqual((ACCURACY + 1e-9) * Math.abs(exact));
  }
}

test('every quantile is within 1 % of the exact one; count, sum and both ends are exact', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(value, { minLength: 1, maxLength: 400 }), fc.array(latency, { minLength: 1, maxLength: 400 })), (values) => {
      const sketch = sketchOf(values);
      expectAccurate(sketch, values);
      expect(sketch.count).toBe(values.length);
      expect(sketch.min).toBe(Math.min(...values));
      expect(sketch.max).toBe(Math.max(...values));
      expect(sketch.sum).toBeCloseTo(
        values.reduce((sum, each) => sum + each, 0),
        -Math.log10(1e-9 * values.length * 1e9),
      );
    }),
  );
});

test('a merged sketch is the sketch of all values, whatever the order and the parts', () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 60 }), { minLength: 1, maxLength: 12 }), (parts) => {
      const merged = new Sketch();
      for (const [i, part] of parts.entries()) {
        if (i % 2 === 0) merged.merge(sketchOf(part));
        else merged.absorb(sketchOf(part).toJSON());
      }
      const { sum: mergedSum, ...rest } = merged.toJSON();
      const { sum, neg, ...whole } = sketchOf(parts.flat()).toJSON();
      expect(rest).toEqual({ ...whole, ...(neg ? { neg } : {}) });
      expect(Math.abs(mergedSum - sum)).toBeLessThan(1e-3);
    }),
  );
});

test('a day of minutes merged tells percentiles within 1 %', () => {
  // A fixed generator (Numerical Recipes' LCG): a day is too much for shrinking, and the figures must be the same every time.
  let state = 7;
  const random = (): number => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  const all: number[] = [];
  const day = new Sketch();
  for (let minute = 0; minute < 1440; minute++) {
    // Log-normal by Box–Muller; the level drifts over the day, so that no minute is like the day.
    const level = 20 + 15 * Math.sin((minute / 1440) * 2 * Math.PI);
    const values = Array.from({ length: 50 }, () => level * Math.exp(0.8 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())));
    all.push(...values);
    day.merge(Sketch.fromJSON(SketchJson.parse(JSON.parse(JSON.stringify(sketchOf(values))))));
  }
  expect(day.count).toBe(72_000);
  expectAccurate(day, all);
});

test('a weight counts like as many values', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(latency, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 50 }), (pairs) => {
      const sketch = new Sketch();
      for (const [each, weight] of pairs) sketch.add(each, weight);
      expectAccurate(
        sketch,
        pairs.flatMap(([each, weight]) => Array.from({ length: weight }, () => each)),
      );
    }),
  );
});

describe('bounds', () => {
  test('values over 600 orders of magnitude stay in bounded memory, and the high quantiles stay right', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => 10 ** (-8 + (i / 10_000) * 308));
    for (const order of [values, values.toReversed()]) {
      const sketch = sketchOf(order);
      expect(sketch.toJSON().pos.length).toBeLessThanOrEqual(2 * MAX_BUCKETS);
      for (const q of [0.96, 0.99, 1]) expect(Math.abs((sketch.quantile(q) ?? 0) / (values[Math.floor(q * 9999)] ?? 0) - 1)).toBeLessThan(ACCURACY + 1e-9);
      expect(sketch.count).toBe(10_000);
    }
    expect(sketchOf(values).toJSON().pos).toEqual(sketchOf(values.toReversed()).toJSON().pos);
  });

  test('nothing says nothing', () => {
    const empty = new Sketch();
    expect([empty.count, empty.min, empty.max, empty.quantile(0.5)]).toEqual([0, null, null, null]);
    empty.merge(new Sketch());
    expect(Sketch.fromJSON(SketchJson.parse(JSON.parse(JSON.stringify(empty)))).quantile(0.5)).toBeNull();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s is refused', (bad) => {
    expect(() => new Sketch().add(bad)).toThrow(RangeError);
    expect(() => new Sketch().add(1, bad)).toThrow(RangeError);
  });
});

describe('at rest', () => {
  test('what was stored reads back as the same', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        const sketch = sketchOf(values);
        const back = Sketch.fromJSON(SketchJson.parse(JSON.parse(JSON.stringify(sketch))));
        expect(JSON.stringify(back)).toBe(JSON.stringify(sketch));
        expect(QS.map((q) => back.quantile(q))).toEqual(QS.map((q) => sketch.quantile(q)));
      }),
    );
  });

  test.each([
    ['a key without weight', { pos: [1] }],
    ['a key that goes back', { pos: [5, 1, -1, 1] }],
    ['a weight below zero', { pos: [5, -1] }],
    ['a key that is no integer', { pos: [0.5, 1] }],
    ['a key beyond every number', { pos: [1e6, 1] }],
    ['values without ends', { min: null, max: null, pos: [5, 1] }],
    ['too many keys', { pos: Array.from({ length: 2 * MAX_BUCKETS + 2 }, () => 1) }],
  ])('%s is refused', (_, wrong) => {
    expect(SketchJson.safeParse({ sum: 1, min: 1, max: 1, zero: 0, ...wrong }).success).toBe(false);
  });
});
