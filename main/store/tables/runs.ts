/** Runs: one process of a session each, named by its epoch. */
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { RunRow, Store } from '../store.ts';

export const readRun = (row: Columns): RunRow => ({
  sessionId: row.text('session_id'),
  epoch: row.text('epoch'),
  number: row.num('number'),
  lastSeq: row.num('last_seq'),
  startedAt: row.num('started_at'),
  endedAt: row.numOrNull('ended_at'),
  pid: row.numOrNull('pid'),
});

/** The run of an epoch, made when it is not there. Only inside a transaction. */
export function ensureRun(sql: Sql, sessionId: string, epoch: string, at: number): RunRow {
  const known = sql.get(readRun, 'select * from runs where session_id = ? and epoch = ?', sessionId, epoch);
  if (known) return known;
  const number = (sql.get((row) => row.num('last'), 'select coalesce(max(number), 0) as last from runs where session_id = ?', sessionId) ?? 0) + 1;
  sql.run('insert into runs (session_id, epoch, number, started_at) values (?, ?, ?, ?)', sessionId, epoch, number, at);
  return { sessionId, epoch, number, lastSeq: 0, startedAt: at, endedAt: null, pid: null };
}

export function runsTable(sql: Sql): Store['runs'] {
  return {
    begin: (sessionId, epoch, at) => sql.transaction(() => ensureRun(sql, sessionId, epoch, at)),
    end: (sessionId, epoch, at, reason, exitCode) =>
      sql.transaction(
        () =>
          void sql.run(
            'update runs set ended_at = ?, exit_reason = ?, exit_code = ? where session_id = ? and epoch = ? and ended_at is null',
            at,
            reason,
            exitCode,
            sessionId,
            epoch,
          ),
      ),
    open: () => sql.all(readRun, 'select * from runs where ended_at is null order by started_at'),
    cursors: () =>
      sql.all(
        (row) => ({ sessionId: row.text('session_id'), epoch: row.text('epoch'), seq: row.num('last_seq') }),
        'select session_id, epoch, last_seq from runs where ended_at is null order by started_at',
      ),
    setPid: (sessionId, epoch, pid) => sql.transaction(() => void sql.run('update runs set pid = ? where session_id = ? and epoch = ?', pid, sessionId, epoch)),
  };
}
