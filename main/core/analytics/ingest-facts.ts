/** What came into the analytics and what was refused, in the words of the contract. Pure. */
import type { IngestFacts } from '#shared/contract/analytics.ts';
import type { Stats } from '#metrics/index.ts';

/** Counts that are no refusal. */
const TAKEN = new Set(['stored', 'duplicate', 'late', 'out-of-order']);

/** @param telemetry what is counted of telemetry of other sessions */
export function ingestFacts({ counts, series, seriesLimit, bytes }: Stats, telemetry: Readonly<Record<string, number>>): IngestFacts {
  const of = (what: string): number => counts[what] ?? 0;
  return {
    series,
    seriesLimit,
    accepted: of('stored'),
    late: of('late'),
    duplicates: of('duplicate'),
    refused: Object.entries(counts).flatMap(([reason, n]) => (TAKEN.has(reason) || n === 0 ? [] : [{ reason, n }])),
    databaseBytes: bytes,
    otlp: { requests: telemetry['requests'] ?? 0, points: telemetry['points'] ?? 0, rejected: telemetry['rejected'] ?? 0 },
  };
}
