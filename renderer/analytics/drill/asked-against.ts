/** What is asked of the core to compare a series with another time of itself. */
import type { Query, Range } from '#shared/domain/query.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

export type Against =
  | { readonly with: 'week' }
  /** What has been since, with as long a time before. */
  | { readonly with: 'moment'; readonly at: number }
  | { readonly with: 'between'; readonly from: number; readonly to: number };

/** What is asked so that `query` is compared; a range and its baseline as long as each other, but for a period that was chosen. Pure but for now. */
export function askedAgainst(query: Query, against: Against, now: number): { query: Query; baseline: Range } {
  const [from, end] = query.range.kind === 'last' ? [now - query.range.ms, now] : [query.range.from, query.range.to];
  const between = (start: number, to: number): Range => ({ kind: 'between', from: toMinute(start), to: toMinute(to) });
  switch (against.with) {
    case 'week': {
      const back = Math.max(WEEK, end - from);
      return { query, baseline: between(from - back, end - back) };
    }
    case 'moment': {
      // The end of the period that is shown counts only when it lies after the moment.
      const to = end > against.at ? end : now;
      return { query: { ...query, range: between(against.at, to) }, baseline: between(against.at - (to - against.at), against.at) };
    }
    case 'between':
      return { query, baseline: { kind: 'between', from: against.from, to: against.to } };
  }
}

/** Whole minutes, so that it is not another question at every moment. */
const toMinute = (at: number): number => Math.floor(at / MINUTE) * MINUTE;
