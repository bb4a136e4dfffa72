/** When a turn of a session began. */
import type { Sql } from '../sql.ts';

/**
 * The time of the first message after the turn before, in milliseconds; the start of the run when nobody said anything.
 * @param seq number of the event that ended the turn
 * @returns null when neither is known
 */
export function turnBegan(sql: Sql, sessionId: string, seq: number): number | null {
  const before =
    sql.get(
      (row) => row.numOrNull('last'),
      "select max(seq) as last from session_events where session_id = ? and seq < ? and kind in ('turn_ended', 'exited')",
      sessionId,
      seq,
    ) ?? 0;
  return sql.get(
    (row) => row.numOrNull('at'),
    `select coalesce((select at from session_events where session_id = ? and seq > ? and seq < ? and kind = 'message' order by seq limit 1),
       (select at from session_events where session_id = ? and seq > ? and seq < ? and kind = 'started' order by seq limit 1)) as at`,
    sessionId,
    before,
    seq,
    sessionId,
    before,
    seq,
  );
}
