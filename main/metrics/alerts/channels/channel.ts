/** What every way of telling an alert has in common. */
import type { Alert, AlertChannel, NoticeKind } from '#shared/domain/alert.ts';
import type { Fault } from '#shared/lib/fault.ts';

/** What is told. */
export type Message = {
  /** The same however often it is sent: receivers know a repeated one by it. */
  readonly id: string;
  readonly what: NoticeKind;
  readonly subject: string;
  readonly sentence: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null for a try of the channel itself. */
  readonly alert: Pick<Alert, 'id' | 'ruleId' | 'ruleName' | 'severity' | 'startedAt' | 'endedAt' | 'value' | 'threshold' | 'n' | 'test'> | null;
};

/** What became of it. `again`: the same may work later; `afterMs`: not sooner than that. */
export type Outcome =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly fault: Fault; readonly again: boolean; readonly afterMs?: number };

export type Kind = AlertChannel['kind'];
export type ChannelOf<K extends Kind> = Extract<AlertChannel, { kind: K }>;

/** Longest time for one try, in milliseconds. */
export const TRY_MS = 15_000;

/** An outcome as one line for `told`: what happened, why, what to do, and its code. */
export function detailOf(outcome: Outcome): string {
  if (outcome.ok) return outcome.detail;
  const { code, message, why, fix } = outcome.fault;
  return `${[message, why, fix].filter(Boolean).join(' ')} (${code})`;
}

export const failed = (fault: Fault, again: boolean, afterMs?: number): Outcome => ({ ok: false, fault, again, ...(afterMs === undefined ? {} : { afterMs }) });
