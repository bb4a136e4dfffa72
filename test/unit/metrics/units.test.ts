/** Values as people read them: on an axis no two say the same, whatever the range; a latency below a second is told to the millisecond. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unit } from '#shared/domain/metric.ts';
import { axisPrinter, printValue, tellValue, valueTicks } from '#shared/lib/units.ts';

test.each([
  ['ms', 149, '149 ms'],
  ['ms', 2.345, '2.35 ms'],
  ['ms', 1400, '1.4 s'],
  ['ms', 328_000, '5:28'],
  ['bytes', 48_250_000, '48 MB'],
  ['ratio', 0.7249, '72.5 %'],
  ['per-second', 3.14, '3.14/s'],
  ['tokens', 412_000, '412k'],
] as const)('%s %d is %s', (unit, value, text) => {
  expect(printValue(unit, value)).toBe(text);
});

test('a sentence has the word that a tile shows beside the figure', () => {
  expect(tellValue('tokens', 412_000)).toBe('412k tokens');
  expect(tellValue('usd', 0.61)).toBe('$0.61');
});

test('ticks close to each other are told with the digits they need', () => {
  const texts = (unit: Unit, ticks: readonly number[]): string[] => ticks.map(axisPrinter(unit, ticks));
  expect(texts('bytes', [48_250_000, 48_500_000, 48_750_000])).toEqual(['48.25 MB', '48.50 MB', '48.75 MB']);
  expect(texts('ms', [0, 50, 100])).toEqual(['0 ms', '50 ms', '100 ms']);
  expect(texts('ms', [90_000, 90_250])).toEqual(['1.5000 min', '1.5042 min']);
  expect(texts('usd', [10, 10.002])).toEqual(['$10.000', '$10.002']);
  expect(texts('count', [-20_010, -20_000])).toEqual(['−20.01k', '−20.00k']);
});

test('whatever the range, no two ticks of an axis read the same', () => {
  const size = fc.double({ min: 0.01, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...Unit.options), size, fc.double({ min: 1e-3, max: 1, noNaN: true }), (unit, low, share) => {
      const ticks = valueTicks(unit, low, low * (1 + share));
      const print = axisPrinter(unit, ticks);
      expect(new Set(ticks.map(print)).size).toBe(ticks.length);
    }),
  );
});

test('an axis holds its values, from zero for one alone, and has no half of what is counted', () => {
  expect(valueTicks('ms', 33, 33, 4)).toEqual([0, 20, 40]);
  expect(valueTicks('count', 0, 1, 4)).toEqual([0, 1]);
  expect(valueTicks('tokens', 0, 7, 4)).toEqual([0, 5, 10]);
  expect(valueTicks('count', 0, 0.5, 4)).toEqual([0, 0.2, 0.4, 0.6]);
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 2, max: 8 }), (low, size, most) => {
      const ticks = valueTicks('count', low, low + size, most);
      expect(ticks[0]).toBeLessThanOrEqual(low);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + size);
      expect(ticks.every(Number.isInteger)).toBe(true);
    }),
  );
});
