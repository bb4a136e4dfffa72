/** What the timeline draws, as the contract gives it. */
export type Timeline = {
  readonly bucketMs: number;
  readonly points: readonly { at: number; outputTokens: number; toolCalls: number; costUsd: number }[];
  readonly marks: readonly { at: number; label: string; kind: 'merge' | 'failure' }[];
};
