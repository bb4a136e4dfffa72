/** Tokens and money as ACP agents report them: context and cost in updates, token totals with the answer to a prompt. */
import type { UsageUpdate } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { SessionEvent, Usage } from '#shared/domain/session-event.ts';

const tokens = z.number().int().nonnegative().nullish();
/** Token totals over all turns. Not in stable ACP yet, so the SDK drops them; agents that send them are read anyway. */
const PromptAnswer = z.looseObject({
  result: z.looseObject({
    stopReason: z.string(),
    usage: z.looseObject({ inputTokens: tokens, outputTokens: tokens, cachedReadTokens: tokens, cachedWriteTokens: tokens }),
  }),
});

export type UsageMeter = {
  /** Looks whether a raw message is the answer to a prompt with token totals. */
  answer(message: unknown): void;
  update(update: UsageUpdate): void;
  turnEnded(): void;
};

export function createUsageMeter(emit: (event: SessionEvent) => void): UsageMeter {
  let usage: Usage = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd: null,
    turns: 0,
    contextTokens: null,
    contextWindow: null,
  };
  const set = (change: Partial<Usage>): void => {
    usage = { ...usage, ...change };
    emit({ kind: 'usage', usage });
  };
  return {
    answer(message) {
      const totals = PromptAnswer.safeParse(message).data?.result.usage;
      if (!totals) return;
      set({
        inputTokens: totals.inputTokens ?? 0,
        outputTokens: totals.outputTokens ?? 0,
        cacheReadTokens: totals.cachedReadTokens ?? 0,
        cacheWriteTokens: totals.cachedWriteTokens ?? 0,
      });
    },
    update({ used, size, cost }) {
      set({
        contextTokens: Math.max(0, Math.round(used)),
        ...(size > 0 ? { contextWindow: Math.round(size) } : {}),
        // Another currency cannot be summed up with dollars: it stays unknown.
        ...(cost?.currency === 'USD' && cost.amount >= 0 ? { costUsd: cost.amount } : {}),
      });
    },
    turnEnded: () => set({ turns: usage.turns + 1 }),
  };
}
