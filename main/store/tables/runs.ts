/** Runs: one process of a session each, named by its epoch. */
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { RunRow, Store } from '../store.ts';

export const readRun = (row: Columns): RunRow => ({
  sessionId: row.text('session_id'),
  epoch: row.text('epoch'),
  hostId: row.text('host_id'),
  number: row.num('number'),
  lastSeq: row.num('last_seq'),
  startedAt: row.num('started_at'),
  endedAt: row.numOrNull('ended_at'),
  pid: row.numOrNull('pid'),
});

export const findRun = (sql: Sql, sessionId: string, epoch: string): RunRow | null =>
  sql.get(readRun, 'select * from runs where session_id = ? and epoch = ?', sessionId, epoch);

/** The run of an epoch, made when it is not there. Only inside a transaction. */
export function ensureRun(sql: Sql, sessionId: string, epoch: string, at: number, hostId: string): RunRow {
  const known = findRun(sql, sessionId, epoch);
  if (known) return known;
  const number = (sql.get((row) => row.num('last'), 'select coalesce(max(number), 0) as last from runs where session_id = ?', sessionId) ?? 0) + 1;
  sql.run('insert into runs (session_id, epoch, host_id, number, started_at) values (?, ?, ?, ?, ?)', sessionId, epoch, hostId, number, at);
  return { sessionId, epoch, hostId, number, lastSeq: 0, startedAt: at, endedAt: null, pid: null };
}

export function runsTable(sql: Sql): Store['runs'] {
  return {
    begin: (sessionId, epoch, at, hostId) => sql.transaction(() => ensureRun(sql, sessionId, epoch, at, hostId)),
    get: (sessionId, epoch) => findRun(sql, sessionId, epoch),
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
    cursors: (hostId, lostSince) =>
      sql.all(
        (row) => ({ sessionId: row.text('session_id'), epoch: row.text('epoch'), seq: row.num('last_seq') }),
        `select session_id, epoch, last_seq from runs where host_id = ? and ended_at is null
         union all select session_id, epoch, last_seq from runs where host_id = ? and exit_reason = 'host_lost' and ended_at > ?`,
        hostId,
        hostId,
        lostSince,
      ),
    setPid: (sessionId, epoch, pid) => sql.transaction(() => void sql.run('update runs set pid = ? where session_id = ? and epoch = ?', pid, sessionId, epoch)),
  };
}
