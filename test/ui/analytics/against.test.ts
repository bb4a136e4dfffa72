/** What is asked to compare a series with another time of itself. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from '#shared/domain/query.ts';
import { askedAgainst, type Against } from '#renderer/analytics/drill/asked-against.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const query: Query = { metric: 'sessions_ended', range: { kind: 'last', ms: 60 * MINUTE }, aggregate: 'sum', by: [], where: [], points: 720, limit: 20 };
const now = 1_800_000_000_000;

const length = (range: Query['range']): number => (range.kind === 'last' ? range.ms : range.to - range.from);

test('a week before: the same time a week earlier, or the period before when the period is longer', () => {
  expect(askedAgainst(query, { with: 'week' }, now)).toEqual({
    query,
    baseline: { kind: 'between', from: now - 60 * MINUTE - WEEK, to: now - WEEK },
  });
  const long = { ...query, range: { kind: 'between' as const, from: now - 3 * WEEK, to: now } };
  expect(askedAgainst(long, { with: 'week' }, now).baseline).toEqual({ kind: 'between', from: now - 6 * WEEK, to: now - 3 * WEEK });
});

test('before a moment: what has been since and as long a time before, touching at the moment', () => {
  fc.assert(
    fc.property(fc.integer({ min: MINUTE, max: 10 * WEEK }), fc.integer({ min: MINUTE, max: 10 * WEEK }), (ago, span) => {
      const at = now - ago;
      const against: Against = { with: 'moment', at };
      const asked = askedAgainst({ ...query, range: { kind: 'last', ms: span } }, against, now);
      const { range } = asked.query;
      if (range.kind !== 'between' || asked.baseline.kind !== 'between') throw new Error('Both are fixed periods.');
      expect(range.from).toBe(asked.baseline.to);
      expect(Math.abs(range.from - at)).toBeLessThan(MINUTE);
      expect(range.to).toBeLessThanOrEqual(now);
      expect(Math.abs(length(range) - length(asked.baseline))).toBeLessThanOrEqual(MINUTE);
    }),
  );
});

test('a period that was chosen is taken as it is', () => {
  expect(askedAgainst(query, { with: 'between', from: 5, to: 7 }, now)).toEqual({ query, baseline: { kind: 'between', from: 5, to: 7 } });
});
