/** The derived metrics told once more by plain counting over the stored rows: nothing of the ledger, of metrics.db or of the catalogue is used. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';

type Told = { value: number | null; n: number };
const Usage = z.object({
  usage: z.object({
    inputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWriteTokens: z.number(),
    outputTokens: z.number(),
    costUsd: z.number().nullable(),
  }),
});
const Count = z.object({ n: z.number() });
const Decision = z.object({ target_id: z.string(), action: z.string() });
const Ended = z.object({ status: z.string(), active_ms: z.number(), blocked_ms: z.number() });

const share = (part: number, whole: number, n = whole): Told => ({ value: whole > 0 ? part / whole : null, n });

/** @param hours length of the range the throughput is told for */
export function plainly(dataDir: string, hours: number): Record<string, Told> {
  const db = new Database(path.join(dataDir, 'acc.db'), { readonly: true });
  try {
    const count = (sql: string): number => Count.parse(db.prepare(`select count(*) as n from ${sql}`).get()).n;
    const rows = <T>(schema: z.ZodType<T>, sql: string): T[] =>
      db
        .prepare(sql)
        .all()
        .map((row) => schema.parse(row));

    // Sessions end when their row moves to an end; the attempts' history tells each of those moves.
    const ends = (to: string): number => count(`plan_events where kind = 'attempt' and to_status in (${to})`);
    const allEnds = ends("'succeeded', 'failed', 'cancelled', 'interrupted'");
    const nodes = (more = ''): number =>
      count(`plan_events e join nodes n on n.id = e.target_id where e.kind = 'node' and e.to_status in ('done', 'failed', 'cancelled') ${more}`);
    const done = "and e.to_status = 'done'";
    const handoff = "and n.depends_on <> '[]'";

    // The last usage of each run, summed: what each report added is not looked at.
    const perRun = new Map<string, z.infer<typeof Usage>['usage']>();
    for (const row of rows(
      z.object({ run: z.string(), body: z.string() }),
      "select session_id || epoch as run, body from session_events where kind = 'usage' order by session_id, seq",
    )) {
      perRun.set(row.run, Usage.parse(JSON.parse(row.body)).usage);
    }
    const sum = (of: (usage: z.infer<typeof Usage>['usage']) => number): number => [...perRun.values()].reduce((total, usage) => total + of(usage), 0);
    const cost = sum((usage) => usage.costUsd ?? 0);
    const read = sum((usage) => usage.cacheReadTokens);
    const sent = read + sum((usage) => usage.inputTokens + usage.cacheWriteTokens);

    // Verdicts as the audit log leaves them: an undo takes the last one of its change away.
    const verdicts = new Map<string, { action: string; rounds: number }[]>();
    const rounds = new Map<string, number>();
    for (const { target_id: id, action } of rows(Decision, "select target_id, action from decisions where target_kind = 'change' order by seq")) {
      if (action === 'ask') rounds.set(id, (rounds.get(id) ?? 0) + 1);
      const known = verdicts.get(id) ?? [];
      if (['approve', 'keep', 'reject'].includes(action)) verdicts.set(id, [...known, { action, rounds: rounds.get(id) ?? 0 }]);
      if (action === 'undo') verdicts.set(id, known.slice(0, -1));
    }
    const decided = [...verdicts.values()].flat();
    const accepted = decided.filter(({ action }) => action !== 'reject');
    const firstPass = accepted.filter((each) => each.rounds === 0);
    const merged = decided.filter(({ action }) => action === 'approve');

    const sessions = rows(Ended, 'select status, active_ms, blocked_ms from sessions');
    const worked = sessions.reduce((total, each) => total + each.active_ms, 0);
    const waited = sessions.reduce((total, each) => total + each.blocked_ms, 0);
    const results = (status: string): number => count(`session_events where kind = 'tool_result' and json_extract(body, '$.status') in (${status})`);
    const gates = count("check_runs where status in ('passed', 'failed', 'timeout', 'error')");
    const passed = count("check_runs where status = 'passed'");
    const parts = [
      [0.3, nodes(done), nodes()],
      [0.25, passed, gates],
      [0.2, firstPass.length, decided.length],
      [0.15, nodes(`${done} ${handoff}`), nodes(handoff)],
      [0.1, worked, worked + waited],
    ] as const;
    const told = parts.filter(([, , whole]) => whole > 0);
    const quality = told.reduce((total, [weight, part, whole]) => total + (weight * part) / whole, 0) / told.reduce((total, [weight]) => total + weight, 0);

    return {
      success_rate: share(ends("'succeeded'"), allEnds),
      first_pass_rate: share(firstPass.length, decided.length),
      review_acceptance: share(accepted.length, decided.length),
      cache_hit_rate: share(read, sent, Number.NaN),
      cost_per_session: { value: cost / allEnds, n: allEnds },
      cost_per_merged_change: { value: cost / merged.length, n: merged.length },
      retry_rate: share(count('attempts where number > 1'), count('attempts')),
      blocked_share: share(waited, worked + waited, Number.NaN),
      throughput: { value: nodes(done) / hours, n: nodes(done) },
      completion_rate: share(nodes(done), nodes()),
      gate_pass_rate: share(passed, gates),
      handoff_success_rate: share(nodes(`${done} ${handoff}`), nodes(handoff)),
      tool_error_rate: share(results("'failed'"), results("'ok', 'failed'")),
      coordination_quality: { value: quality, n: nodes() },
    };
  } finally {
    db.close();
  }
}
