/** Telemetry of sessions outside the app: how far it is stored, and what it takes to count nothing twice. */
import type { Ledger } from '../ledger/ledger.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

/** A client asks again within minutes; a host that was away gives what it has whenever it is back, by its numbers. */
const REQUEST_KEPT_MS = 86_400_000;
/** A counter that was quiet for so long begins anew as what it then is. */
const TOTAL_KEPT_MS = 7 * 86_400_000;
const TOTALS = 20_000;
/** Rows that are too old are removed with every so many new ones. */
const REMOVE_EVERY = 256;

export function telemetryTable(sql: Sql, ledger: Pick<Ledger, 'put'>): Store['telemetry'] {
  let fresh = 0;
  return {
    stream: (hostId, boot) =>
      sql.get(
        (row) => ({ sessionId: row.text('session_id'), epoch: row.text('epoch') }),
        'select session_id, epoch from telemetry_streams where host_id = ? and boot = ?',
        hostId,
        boot,
      ),
    openStream: (hostId, boot, sessionId, epoch) =>
      sql.transaction(
        () => void sql.run('insert into telemetry_streams (host_id, session_id, epoch, boot, seq) values (?, ?, ?, ?, 0)', hostId, sessionId, epoch, boot),
      ),
    cursors: (hostId) =>
      sql.all(
        (row) => ({ sessionId: row.text('session_id'), epoch: row.text('epoch'), seq: row.num('seq') }),
        'select session_id, epoch, seq from telemetry_streams where host_id = ?',
        hostId,
      ),
    last: (hostId, sessionId, epoch) =>
      sql.get((row) => row.num('seq'), 'select seq from telemetry_streams where host_id = ? and session_id = ? and epoch = ?', hostId, sessionId, epoch),
    moveTo: (sessionId, epoch, seq) =>
      sql.transaction(() => void sql.run('update telemetry_streams set seq = ? where session_id = ? and epoch = ?', seq, sessionId, epoch)),
    forget: (sessionId, epoch) => sql.transaction(() => void sql.run('delete from telemetry_streams where session_id = ? and epoch = ?', sessionId, epoch)),
    isNew: (key, at) =>
      sql.transaction(() => {
        if (++fresh % REMOVE_EVERY === 0) {
          sql.run('delete from telemetry_requests where at < ?', at - REQUEST_KEPT_MS);
          sql.run('delete from telemetry_totals where at < ?', at - TOTAL_KEPT_MS);
        }
        return sql.run('insert into telemetry_requests (key, at) values (?, ?) on conflict do nothing', key, at) > 0;
      }),
    growth: (series, start, value, at) =>
      sql.transaction(() => {
        const before = sql.get(
          (row) => ({ start: row.num('start_at'), value: row.num('value'), at: row.num('at') }),
          'select * from telemetry_totals where series = ?',
          series,
        );
        // It came late: what is known already holds more.
        if (before?.start === start && at < before.at) return 0;
        if (!before) {
          const known = sql.get((row) => row.num('n'), 'select count(*) as n from telemetry_totals') ?? 0;
          if (known >= TOTALS) return null;
        }
        sql.run(
          `insert into telemetry_totals (series, start_at, value, at) values (?, ?, ?, ?)
           on conflict do update set start_at = excluded.start_at, value = excluded.value, at = excluded.at`,
          series,
          start,
          value,
          at,
        );
        // Begun within what is remembered: nothing of it was counted before. Older: it may have been, so it only begins here.
        if (!before) return start > at - TOTAL_KEPT_MS ? value : null;
        // Another start, or less than before, is a counter that began again at nothing.
        return start !== before.start || value < before.value ? value : value - before.value;
      }),
    isOwn: (agentSessionId) => sql.get((row) => row.num('one'), 'select 1 as one from sessions where agent_session_id = ? limit 1', agentSessionId) !== null,
    put: (samples) => sql.transaction(() => ledger.put(samples)),
    count: (name, n) =>
      sql.transaction(() => void sql.run('insert into telemetry_counts (name, n) values (?, ?) on conflict do update set n = n + excluded.n', name, n)),
    counts: () => Object.fromEntries(sql.all((row) => [row.text('name'), row.num('n')] as const, 'select name, n from telemetry_counts')),
  };
}
