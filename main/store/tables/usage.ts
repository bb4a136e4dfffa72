/** Usage of runs: the latest report replaces the one before; what it added goes to the ledger, sums go to the session and its task. */
import type { Usage } from '#shared/domain/session-event.ts';
import type { Sql } from '../sql.ts';

/** Takes one usage report of a run. Only inside a transaction, after the run exists. */
export function addUsage(sql: Sql, sessionId: string, epoch: string, seq: number, at: number, usage: Usage): void {
  const before = sql.get(
    (row) => ({ output: row.num('output_tokens'), cost: row.numOrNull('cost_usd') }),
    'select output_tokens, cost_usd from runs where session_id = ? and epoch = ?',
    sessionId,
    epoch,
  );
  if (!before) return;
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
  const output = Math.max(0, usage.outputTokens - before.output);
  const cost = Math.max(0, (usage.costUsd ?? before.cost ?? 0) - (before.cost ?? 0));
  if (output > 0 || cost > 0) {
    sql.run('insert into usage_points (session_id, seq, at, output_tokens, cost_usd) values (?, ?, ?, ?, ?)', sessionId, seq, at, output, cost);
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
  if (cost > 0) sql.run('update tasks set rev = ? where id = (select task_id from sessions where id = ?)', sql.nextRev(), sessionId);
}
