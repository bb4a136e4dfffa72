/** What the connections to each host did, minute by minute. */
import { z } from 'zod';
import { HostState, Quantiles, SuccessRate } from '#shared/domain/connection.ts';
import type { Sql } from '../sql.ts';
import type { ConnectionMinute, Store } from '../store.ts';

export const MINUTE_MS = 60_000;

const Count = z.number().int().nonnegative();
const Body: z.ZodType<ConnectionMinute> = z.object({
  state: HostState,
  sessions: Count,
  sockets: Count,
  latency: Quantiles,
  dial: Quantiles,
  success: SuccessRate,
  eventsIn: Count,
  duplicatesDropped: Count,
  gaps: Count,
  reconnects: Count,
});

export function connectionMinutesTable(sql: Sql): Store['connectionMinutes'] {
  return {
    put: (hostId, minute, body) =>
      sql.transaction(() => void sql.run('insert or replace into connection_minutes values (?, ?, ?)', hostId, minute, JSON.stringify(Body.parse(body)))),
    list: (hostId, from, to) =>
      sql.all(
        (row) => ({ minute: row.num('minute'), body: row.json('body', Body) }),
        'select minute, body from connection_minutes where host_id = ? and minute between ? and ? order by minute',
        hostId,
        from,
        to,
      ),
  };
}
