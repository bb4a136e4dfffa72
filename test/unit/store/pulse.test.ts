/** The pulse counts events of the last twenty minutes whatever the clocks do. */
import { expect, test } from 'vitest';
import { Pulse } from '#store/pulse.ts';

const MINUTE = 60_000;
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

test('events move to older minutes as time goes on and leave after twenty', () => {
  let now = 1000 * MINUTE;
  const pulse = new Pulse(() => now);
  pulse.add('s', [now, now, now - 3 * MINUTE, now - 25 * MINUTE]);
  expect(pulse.of('s')).toHaveLength(20);
  expect([pulse.of('s')[19], pulse.of('s')[16], sum(pulse.of('s'))]).toEqual([2, 1, 3]);
  now += 5 * MINUTE;
  expect([pulse.of('s')[14], pulse.of('s')[11]]).toEqual([2, 1]);
  pulse.add('s', [now]);
  now += 17 * MINUTE;
  expect(sum(pulse.of('s'))).toBe(1);
  now += 20 * MINUTE;
  expect(sum(pulse.of('s'))).toBe(0);
  expect(sum(pulse.of('other'))).toBe(0);
});

test('a clock that is set back, and events from the future, count as now', () => {
  let now = 1000 * MINUTE;
  const pulse = new Pulse(() => now);
  pulse.add('s', [now + 10 * MINUTE]);
  expect(pulse.of('s')[19]).toBe(1);
  now -= 30 * MINUTE;
  pulse.add('s', [now]);
  expect(pulse.of('s')[19]).toBe(2);
});
