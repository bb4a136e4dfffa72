/** What came of one request: points that were taken, and how many were not, by reason. */
import { createHash } from 'node:crypto';
import type { TelemetryPoint } from '#shared/domain/telemetry.ts';
import type { Privacy } from './attributes.ts';
import { otlpLimits } from './limits.ts';
import type { SeriesLimit } from './series-limit.ts';

export type Reason = 'not a number' | 'negative counter' | 'too old' | 'in the future' | 'temporality' | 'buckets' | 'name' | 'summary' | 'too many series';

export type Translating = { readonly now: number; readonly privacy: Privacy; readonly series: SeriesLimit };

export class Tally {
  readonly points: TelemetryPoint[] = [];
  readonly reasons = new Map<Reason, number>();
  rejected = 0;

  refuse(reason: Reason, n = 1): void {
    this.rejected += n;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + n);
  }

  /** For the client, empty when all was taken. */
  get message(): string {
    return [...this.reasons].map(([reason, n]) => `${n} × ${reason}`).join(', ');
  }
}

/** Milliseconds of a time in nanoseconds since the epoch; null with the reason when it cannot be. */
export function timeOf(nano: string, now: number): { at: number } | { reason: Reason } {
  const at = Number(BigInt(nano) / 1_000_000n);
  if (at < now - otlpLimits.pastMs) return { reason: 'too old' };
  return at > now + otlpLimits.aheadMs ? { reason: 'in the future' } : { at };
}

/** A short name of a series; the same parts give the same one. */
export const seriesKey = (...parts: readonly unknown[]): string => createHash('sha1').update(JSON.stringify(parts)).digest('base64url');
