/** Numbers, money and times read the same everywhere. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAge, formatBytes, formatChange, formatCount, formatDuration, formatMoney, formatRelative, formatShort, plural } from '#shared/lib/format.ts';

test.each([
  [7, '7'],
  [9999, '9,999'],
  [19_600, '19.6k'],
  [412_000, '412k'],
  [999_600, '1M'],
  [3_140_000, '3.1M'],
])('count %d is %s', (value, text) => expect(formatCount(value)).toBe(text));

test.each([
  [0, '$0.00'],
  [0.001, '<$0.01'],
  [0.61, '$0.61'],
  [1234.5, '$1,234.50'],
  [-0.08, '−$0.08'],
])('money %d is %s', (value, text) => expect(formatMoney(value)).toBe(text));

test.each([
  [7000, '0:07'],
  [328_000, '5:28'],
  [3_928_000, '1:05:28'],
  [-5, '0:00'],
])('duration %d is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('short times, ages and sizes say their unit', () => {
  expect([formatShort(38), formatShort(420), formatShort(18_200), formatShort(61_000)]).toEqual(['38 ms', '0.4 s', '18.2 s', '1:01']);
  expect([formatAge(2000), formatAge(40_000), formatAge(840_000), formatAge(7_200_000), formatAge(260_000_000)]).toEqual([
    'now',
    '40 s',
    '14 min',
    '2 h',
    '3 d',
  ]);
  expect([formatBytes(512), formatBytes(8100), formatBytes(281_000_000), formatBytes(1_200_000_000)]).toEqual(['512 B', '8.1 kB', '281 MB', '1.2 GB']);
});

test('a moment is relative up to a day, then its date', () => {
  const now = Date.parse('2026-11-23T12:00:00');
  expect(formatRelative(now - 60_000, now)).toBe('1 min ago');
  expect(formatRelative(now - 86_400_000 * 2, now)).toBe('21 Nov');
  expect(formatRelative(Date.parse('2025-11-21T12:00:00'), now)).toBe('21 Nov 2025');
});

test('a difference has its sign and says nothing when it prints as zero', () => {
  expect([formatChange(3, formatCount), formatChange(-0.08, formatMoney), formatChange(0.0001, (size) => size.toFixed(2))]).toEqual(['+3', '−$0.08', '']);
  expect([plural(1, 'file'), plural(3, 'file'), plural(2, 'entry', 'entries')]).toEqual(['1 file', '3 files', '2 entries']);
});

test('a count never grows longer than seven characters below a billion and keeps its order of size', () => {
  fc.assert(fc.property(fc.nat(999_000_000), (value) => formatCount(value).length <= 7));
});
