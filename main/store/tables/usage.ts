/** Usage of runs: the latest report replaces the one before; what it added goes to the ledger, sums go to the session and its task. */
import type { Usage } from '#shared/domain/session-event.ts';
import type { Fact } from '../ledger/fact.ts';
import type { Sql } from '../sql.ts';

export type UsageSoFar = Pick<Usage, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'costUsd' | 'turns'>;

/** What a report adds to the one before it in its run. A report below the last one adds nothing. */
export function usageAdded(before: UsageSoFar, now: UsageSoFar): Extract<Fact, { kind: 'usage' }> {
  const more = (a: number, b: number): number => Math.max(0, b - a);
  return {
    kind: 'usage',
    input: more(before.inputTokens, now.inputTokens),
    output: more(before.outputTokens, now.outputTokens),
    cacheRead: more(before.cacheReadTokens, now.cacheReadTokens),
    cacheWrite: more(before.cacheWriteTokens, now.cacheWriteTokens),
    usd: more(before.costUsd ?? 0, now.costUsd ?? before.costUsd ?? 0),
    turns: more(before.turns, now.turns),
  };
}

/** Takes one usage report of a run. Only inside a transaction, after the run exists. @returns what it added; null when there is no such run */
export function addUsage(sql: Sql, sessionId: string, epoch: string, seq: number, at: number, usage: Usage): ReturnType<typeof usageAdded> | null {
  const before = sql.get(
    (row) => ({
      inputTokens: row.num('input_tokens'),
      outputTokens: row.num('output_tokens'),
      cacheReadTokens: row.num('cache_read_tokens'),
      cacheWriteTokens: row.num('cache_write_tokens'),
      costUsd: row.numOrNull('cost_usd'),
      turns: row.num('turns'),
    }),
    'select input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, turns from runs where session_id = ? and epoch = ?',
    sessionId,
    epoch,
  );
  if (!before) return null;
  const added = usageAdded(before, usage);
  sql.run(
    `update runs set input_tokens = ?, output_tokens = ?, cache_read_tokens = ?, cache_write_tokens = ?, cost_usd = coalesce(?, cost_usd), turns = ?
     where session_id = ? and epoch = ?`,
    usage.inputTokens,
    usage.outputTokens,
    usage.cacheReadTokens,
    usage.cacheWriteTokens,
    usage.costUsd,
    usage.turns,
    sessionId,
    epoch,
  );
  const { output, usd } = added;
  if (output > 0 || usd > 0) {
    sql.run('insert into usage_points (session_id, seq, at, output_tokens, cost_usd) values (?, ?, ?, ?, ?)', sessionId, seq, at, output, usd);
  }
  sql.run(
    `update sessions set (input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, turns) =
       (select sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_tokens), sum(cost_usd), sum(turns) from runs where session_id = ?),
     context_tokens = coalesce(?, context_tokens), context_window = coalesce(?, context_window) where id = ?`,
    sessionId,
    usage.contextTokens,
    usage.contextWindow,
    sessionId,
  );
  // What a task spent is shown with the task.
  if (usd > 0) sql.run('update tasks set rev = ? where id = (select task_id from sessions where id = ?)', sql.nextRev(), sessionId);
  return added;
}
