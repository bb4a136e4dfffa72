/** The windows figures are counted over lie without gap beside each other. */
import { expect, test } from 'vitest';
import { median } from '#store/insight/figures.ts';
import { DAY, HOUR, rolling, today } from '#store/insight/span.ts';

test('a rolling window, the one before it, and the curve that covers it', () => {
  const { current, previous, spark } = rolling(100 * DAY, 7 * DAY, 7);
  expect([current.to - current.from, previous.to]).toEqual([7 * DAY, current.from]);
  expect([spark[0]?.from, spark.at(-1)?.to]).toEqual([current.from, current.to]);
  expect(spark.every((span, index) => index === 0 || spark[index - 1]?.to === span.from)).toBe(true);
});

test('today begins at local midnight, also on the days on which clocks change', () => {
  for (let day = 0; day < 366; day++) {
    const now = new Date(2026, 0, 1 + day, 15, 30).getTime();
    const { current, previous, spark } = today(now, 14);
    expect(new Date(current.from).getHours()).toBe(0);
    expect(new Date(previous.from).getHours()).toBe(0);
    expect(previous.to - previous.from).toBe(now - current.from);
    expect(spark).toHaveLength(14);
    expect(spark.at(-1)).toEqual(current);
    expect(spark.every((span, index) => index === 0 || spark[index - 1]?.to === span.from)).toBe(true);
    expect(Math.abs((spark[0]?.to ?? 0) - (spark[0]?.from ?? 0) - DAY)).toBeLessThanOrEqual(HOUR);
  }
});

test('the median of none, odd and even counts', () => {
  expect([median([]), median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([null, 2, 2.5]);
});
