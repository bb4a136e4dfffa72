/** The near side of the trend thread: it starts with the first question and ends after a minute without one. */
import type { Result } from '#shared/lib/fault.ts';
import { Thread } from '../thread.ts';
import { Analysed, Scored, type TrendWork } from './work.ts';

const LIMIT_MS = 50_000;

export type { Analysed, Scored } from './work.ts';

export type Trends = {
  /** Summary of a series, and whether it is another than in its baseline. Points with time in milliseconds. */
  analyse(work: Omit<Extract<TrendWork, { do: 'analyse' }>, 'do'>): Promise<Result<Analysed>>;
  /** Scores the rows of a CSV text. */
  score(csv: string): Promise<Result<Scored>>;
  close(): Promise<void>;
};

/** @param now clock in milliseconds since the epoch */
export function createTrends(now: () => number): Trends {
  const thread = new Thread({ role: 'trends', file: '', now, limitMs: LIMIT_MS });
  const ask =
    (work: TrendWork) =>
    (id: number): object => ({ id, work });
  return {
    analyse: (work) => thread.ask(ask({ do: 'analyse', ...work }), Analysed),
    score: (csv) => thread.ask(ask({ do: 'csv', csv }), Scored),
    close: () => thread.close(),
  };
}
