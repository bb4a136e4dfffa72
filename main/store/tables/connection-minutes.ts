/** What the connections to each host did, minute by minute. */
import { ConnectionMinute } from '#shared/domain/connection.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

export const MINUTE_MS = 60_000;

export function connectionMinutesTable(sql: Sql): Store['connectionMinutes'] {
  return {
    put: (hostId, minute, body) =>
      sql.transaction(
        () => void sql.run('insert or replace into connection_minutes values (?, ?, ?)', hostId, minute, JSON.stringify(ConnectionMinute.parse(body))),
      ),
    list: (hostId, from, to) =>
      sql.all(
        (row) => ({ minute: row.num('minute'), body: row.json('body', ConnectionMinute) }),
        'select minute, body from connection_minutes where host_id = ? and minute between ? and ? order by minute',
        hostId,
        from,
        to,
      ),
  };
}
