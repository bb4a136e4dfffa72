/** Sealed chunks: what goes in comes out to the last bit, in few bytes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunk, encodeChunk } from '#metrics/codec/chunk.ts';
import { sketchAtRest, sketchBytes } from '#metrics/codec/sketch-bytes.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import { diurnalSeries } from '#test/support/metrics/series.ts';

/** Bit by bit, so that -0 is not 0. */
function expectSame(at: readonly number[], value: readonly number[]): Uint8Array {
  const bytes = encodeChunk({ at: Float64Array.from(at), value: Float64Array.from(value) });
  const back = decodeChunk(bytes);
  expect([...back.at]).toEqual([...at]);
  expect(back.value).toHaveLength(value.length);
  for (const [i, each] of value.entries()) if (!Object.is(back.value[i], each)) expect(back.value[i], `value ${i}`).toBe(each);
  return bytes;
}
const column = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(each, { minLength: 1, maxLength: 700 });
const times = (count: number): number[] => Array.from({ length: count }, (_, i) => 1_770_000_000_000 + i * 1000);

test('any times and any values come back to the last bit', () => {
  const any = fc.oneof(
    fc.double({ noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }),
    fc.constantFrom(0, -0, 1, -1, Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** 53, -(2 ** 50), 2 ** 50 + 1, 0.1, 1e-9, 1e22),
  );
  fc.assert(
    fc.property(
      column(fc.tuple(fc.integer({ min: -8.64e15, max: 8.64e15 }), any)),
      (pairs) =>
        void expectSame(
          pairs.map(([at]) => at),
          pairs.map(([, value]) => value),
        ),
    ),
  );
});

test('decimals, whole numbers, steps and repeated values come back to the last bit', () => {
  const decimal = fc.tuple(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 9 })).map(([whole, places]) => whole / 10 ** places);
  const runs = fc
    .array(fc.tuple(decimal, fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.flatMap(([each, times]) => Array.from({ length: times }, () => each)));
  fc.assert(
    fc.property(fc.oneof(column(decimal), column(fc.integer()), runs, column(fc.maxSafeInteger())), (value) => void expectSame(times(value.length), value)),
  );
});

test('times with gaps, repeats and jitter come back', () => {
  fc.assert(
    fc.property(column(fc.oneof(fc.constant(1000), fc.integer({ min: 995, max: 1005 }), fc.constant(0), fc.integer({ min: 0, max: 1e10 }))), (steps) => {
      let at = 1_770_000_000_000;
      void expectSame(
        steps.map((step) => (at += step)),
        steps.map((_, i) => i % 7),
      );
    }),
  );
});

test.each([
  ['constant', 0.1 + 0.2],
  ['zero', 0],
  ['negative zero', -0],
  ['huge', Number.MAX_VALUE],
])('600 values that are %s need no room', (_, value) => {
  expect(
    expectSame(
      times(600),
      Array.from({ length: 600 }, () => value),
    ).length,
  ).toBeLessThan(30);
});

test('realistic series take under 3 bytes a sample together; those sampled by a timer under 2 each', () => {
  const sizes = diurnalSeries(600 * 20).map(({ name, at, value }) => {
    let bytes = 0;
    for (let from = 0; from < at.length; from += 600) bytes += expectSame(at.slice(from, from + 600), value.slice(from, from + 600)).length;
    return { name, each: bytes / at.length };
  });
  // A millisecond of an event that comes whenever it likes, 9 s after the last one in the mean, is 14.6 bits that no code can save.
  const events = new Set(['tokens', 'cost', 'errors']);
  expect(sizes.filter(({ name, each }) => each > (events.has(name) ? 3.5 : 2))).toEqual([]);
  expect(sizes.reduce((sum, { each }) => sum + each, 0) / sizes.length).toBeLessThan(3);
});

test('damaged bytes are refused with a RangeError or give samples, never another error', () => {
  const whole = encodeChunk({ at: Float64Array.from(times(50)), value: Float64Array.from(times(50), (_, i) => Math.sqrt(i)) });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }), fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice(0, Math.max(1, length));
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      // A count that is off may be large; what it costs is the concern of its bound.
      if ((bytes[1] ?? 0) > 127) return;
      try {
        expect(decodeChunk(bytes).at.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test('a sketch in bytes is the same sketch', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }), (values) => {
      const sketch = new Sketch();
      for (const each of values) sketch.add(each);
      const { sum, min, max } = sketch;
      const back = sketchAtRest(sketchBytes(sketch), { sum, min: min ?? 0, max: max ?? 0 });
      expect(back).toEqual(sketch.toJSON());
    }),
  );
});
