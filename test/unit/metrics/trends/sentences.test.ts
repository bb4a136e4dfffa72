/** Sentences about series say their values with the unit of the series; a series nobody gave a unit says plain figures. */
import { expect, test } from 'vitest';
import { anomalySentence, shiftSentence, type SeriesUnit, type Told } from '#metrics/trends/sentences.ts';

const at = Date.UTC(2026, 0, 5, 10);
const told: Omit<Told, 'expected' | 'actual'> = { reason: 'far-up', from: at, to: at, count: 1 };

test.each([
  ['ms', 12_000, 48_000, '48.0 s where 12.0 s was usual (+36.0 s, +300 %).'],
  ['usd', 2.5, 1.25, '$1.25 where $2.50 was usual (−$1.25, −50 %).'],
  ['tokens', 41_000, 82_000, '82k tokens where 41k tokens was usual (+41k tokens, +100 %).'],
  ['bytes', 2e8, 3e8, '300 MB where 200 MB was usual (+100 MB, +50 %).'],
  ['per-second', 4, 6, '6/s where 4/s was usual (+2/s, +50 %).'],
  // Between two shares the difference is in points: "−18 %" would be read as a share of the share.
  ['ratio', 0.9, 0.72, '72 % where 90 % was usual (−18 points).'],
  ['count', 0, 7, '7 where 0 was usual (+7).'],
  [null, 1234.5678, 2000, '2000 where 1235 was usual (+765.4, +62 %).'],
] as const satisfies readonly (readonly [SeriesUnit, number, number, string])[])('an incident of %s from %d to %d', (unit, expected, actual, end) => {
  const sentence = anomalySentence({ unit }, { ...told, expected, actual });
  expect(sentence).toBe(`At 2026-01-05 10:00 UTC the value ${actual > expected ? 'rose' : 'fell'} sharply: ${end}`);
});

test('a value that stands still says at what, and a shift says its sign', () => {
  expect(anomalySentence({ unit: 'ms' }, { ...told, reason: 'stuck', to: at + 3_600_000, expected: 10, actual: 250, count: 12 })).toBe(
    'From 2026-01-05 10:00 UTC to 2026-01-05 11:00 UTC the value did not move any more: 250 ms over 12 values.',
  );
  expect(anomalySentence({ unit: 'ms' }, { ...told, reason: 'calm', expected: 10, actual: 12, count: 12 })).toContain('the values became unusually calm');
  expect(shiftSentence('usd', 4, 3, -1, true)).toBe('The middle value went from $4.00 to $3.00, a shift of −$1.00 (−25 %).');
  expect(shiftSentence('ratio', 0.5, 0.6, 0.1, true)).toBe('The middle value went from 50 % to 60 %, a shift of +10 points.');
  expect(shiftSentence('ms', 900, 910, 10, false)).toBe('No clear difference: middle value 900 ms before, 910 ms now.');
});

test('moments are said in the zone of the report', () => {
  const words = { unit: 'usd', zone: 'Asia/Kolkata' } as const;
  expect(anomalySentence(words, { ...told, expected: 1, actual: 2 })).toMatch(/^At 5 Jan 2026, 15:30:00 the value rose sharply/);
});
