/** What the overview counts, where each number comes from, and search: answered on a thread of its own. */
import type { Figure } from '#shared/contract/insight.ts';
import type { Result } from '#shared/lib/fault.ts';
import { ledgerJob, ledgerOriginsJob, originJob, overviewJob, searchJob, type Found, type Origin, type Overview } from './jobs.ts';
import { MOST_SAMPLES, type LedgerQuestion, type LedgerSamples, type OriginQuestion, type OriginRow } from './ledger.ts';
import { Reader } from './reader.ts';

export type Insight = {
  overview(input: { repositoryId?: string | undefined }, signal?: AbortSignal): Promise<Result<Overview>>;
  origin(input: { id: Figure['id']; repositoryId?: string | undefined }, signal?: AbortSignal): Promise<Result<Origin>>;
  search(input: { query: string; limit: number }, signal?: AbortSignal): Promise<Result<Found>>;
  /** Samples of a metric by session and task. */
  ledger(input: Omit<LedgerQuestion, 'most'>): Promise<Result<LedgerSamples>>;
  /** The events behind samples, the newest first. */
  ledgerOrigins(input: OriginQuestion, signal?: AbortSignal): Promise<Result<OriginRow[]>>;
  /** Ends the thread. Call it before the store is closed, so that the store can clean up behind itself. */
  close(): Promise<void>;
};

/**
 * @param file path of the database, as `store.path` gives it
 * @param now clock in milliseconds since the epoch
 */
export function createInsight(file: string, now: () => number = Date.now): Insight {
  const reader = new Reader(file);
  const scope = (repositoryId: string | undefined): { repositoryId: string | null; now: number } => ({ repositoryId: repositoryId ?? null, now: now() });
  return {
    overview: ({ repositoryId }, signal) => reader.ask(overviewJob, scope(repositoryId), signal),
    origin: ({ id, repositoryId }, signal) => reader.ask(originJob, { ...scope(repositoryId), id }, signal),
    search: (input, signal) => reader.ask(searchJob, input, signal),
    ledger: (input) => reader.ask(ledgerJob, { ...input, most: MOST_SAMPLES }),
    ledgerOrigins: (input, signal) => reader.ask(ledgerOriginsJob, input, signal),
    close: () => reader.close(),
  };
}
