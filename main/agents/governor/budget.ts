/** Money: what a task and a day may cost, in US dollars. Pure. */
import type { AgentChoice, Limits } from '#shared/domain/agent.ts';
import type { Reason } from './pick.ts';

export type Spending = { readonly taskUsd: number; readonly todayUsd: number; readonly perDayUsd: number | null; readonly limits: Limits };

const usd = (amount: number): string => `$${amount.toFixed(2)}`;

/** A command reports no cost, so no budget can be measured for it. */
export const costsMoney = (agent: Pick<AgentChoice, 'kind'>): boolean => agent.kind !== 'command';

/** Why the next dollar may not be spent; null while there is money. The task's own limit is named first: it does not end at midnight. */
export function overBudget(agent: Pick<AgentChoice, 'kind'>, spending: Spending): Reason | null {
  if (!costsMoney(agent)) return null;
  const { maxUsd } = spending.limits;
  if (maxUsd !== undefined && spending.taskUsd >= maxUsd) {
    return { code: 'BUDGET_TASK', text: `The task has spent ${usd(spending.taskUsd)} of its ${usd(maxUsd)}.` };
  }
  if (spending.perDayUsd !== null && spending.todayUsd >= spending.perDayUsd) {
    return { code: 'BUDGET_DAY', text: `Today's budget is used up: ${usd(spending.todayUsd)} of ${usd(spending.perDayUsd)}. It starts anew at midnight.` };
  }
  return null;
}

/** Why the session may not take another turn; null while it may. Turns count over all its runs. */
export function overTurns(limits: Limits, turns: number): Reason | null {
  if (limits.maxTurns === undefined || turns < limits.maxTurns) return null;
  return { code: 'MAX_TURNS', text: `It has used ${turns} turns; the task allows ${limits.maxTurns}.` };
}

/** The limits for the next run: agents count each run from nothing, so they are told what is left of the task's money and of the session's turns. */
export function limitsLeft(limits: Limits, spent: { readonly taskUsd: number; readonly turns: number }): Limits {
  return {
    ...limits,
    ...(limits.maxUsd === undefined ? {} : { maxUsd: Math.max(0.01, limits.maxUsd - spent.taskUsd) }),
    ...(limits.maxTurns === undefined ? {} : { maxTurns: Math.max(1, limits.maxTurns - spent.turns) }),
  };
}
