/** What the ledger measures: facts as they are stored, with what belongs to their session. Who opens the store says what samples they make. */
import type { MetricKind, Sample, Tags } from '#shared/domain/metric.ts';
import type { AttemptStatus, ChangeStatus, NodeStatus, SessionStatus } from '#shared/domain/status.ts';

/** Times in milliseconds, money in US dollars. What a fact adds is never negative. */
export type Fact =
  | {
      readonly kind: 'usage';
      readonly input: number;
      readonly output: number;
      readonly cacheRead: number;
      readonly cacheWrite: number;
      readonly usd: number;
      readonly turns: number;
    }
  | { readonly kind: 'tool_ended'; readonly tool: string; readonly outcome: 'ok' | 'failed'; readonly ms: number }
  | { readonly kind: 'turn_ended'; readonly outcome: string; readonly ms: number | null }
  | { readonly kind: 'notice'; readonly code: string }
  | { readonly kind: 'rate_limited'; readonly provider: string }
  | { readonly kind: 'session_started'; readonly queuedMs: number }
  | { readonly kind: 'session_ended'; readonly outcome: SessionStatus; readonly ms: number }
  /** Time a session worked and waited for a person since the last such fact. */
  | { readonly kind: 'time'; readonly activeMs: number; readonly blockedMs: number }
  | {
      readonly kind: 'permission_closed';
      readonly tool: string;
      readonly outcome: 'allowed' | 'denied' | 'expired';
      readonly by: string | null;
      readonly ms: number;
    }
  | { readonly kind: 'node_ended'; readonly outcome: NodeStatus; readonly handoff: boolean }
  | { readonly kind: 'attempt_started'; readonly number: number }
  | { readonly kind: 'attempt_ended'; readonly outcome: AttemptStatus }
  | { readonly kind: 'change_opened' }
  | { readonly kind: 'change_decided'; readonly verdict: ChangeStatus; readonly rounds: number; readonly ms: number }
  | { readonly kind: 'change_undone'; readonly verdict: ChangeStatus; readonly rounds: number }
  | { readonly kind: 'change_returned' }
  | { readonly kind: 'check_ended'; readonly check: string; readonly outcome: string; readonly ms: number }
  | { readonly kind: 'decision'; readonly action: string; readonly actor: string };

/** Whom a fact belongs to; empty texts when that is not known. */
export type FactContext = {
  readonly agent: string;
  /** The model the agent named at its last start, else the one that was chosen. */
  readonly model: string;
  readonly repository: string;
  readonly host: string;
  /** Who created the task. */
  readonly person: string;
};

/** Pure: the samples a fact makes. */
export type Measure = (fact: Fact, context: FactContext) => readonly Pick<Sample, 'metric' | 'tags' | 'value'>[];

/** Where a fact happened. */
export type Place = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sessionId: string | null;
  /** Number of the event in its session. */
  readonly eventSeq?: number;
};

/** A measurement in the ledger's order. */
export type LedgerRow = {
  readonly seq: number;
  readonly at: number;
  readonly metric: string;
  readonly tags: Tags;
  readonly value: number;
  /** Only where no catalogue knows the metric. */
  readonly kind?: MetricKind;
};
