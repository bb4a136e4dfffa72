/** What happened to hosts and their connections, with its cause: append-only, forgotten after a while. */
import { PoolEvent } from '#shared/domain/connection.ts';
import type { Columns, Param } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

const read = (row: Columns): PoolEvent & { seq: number } => ({
  seq: row.num('seq'),
  at: row.num('at'),
  hostId: row.text('host_id'),
  kind: row.word('kind', PoolEvent.shape.kind),
  from: row.text('from_state'),
  to: row.text('to_state'),
  cause: row.text('cause'),
});

export function hostEventsTable(sql: Sql): Store['hostEvents'] {
  return {
    append: (events) =>
      sql.transaction(() => {
        for (const { at, hostId, kind, from, to, cause } of events) {
          sql.run('insert into host_events (at, host_id, kind, from_state, to_state, cause) values (?, ?, ?, ?, ?, ?)', at, hostId, kind, from, to, cause);
        }
      }),
    page: ({ hostId, before, limit }) => {
      const where = ['1'];
      const params: Param[] = [];
      if (hostId !== undefined) {
        where.push('host_id = ?');
        params.push(hostId);
      }
      if (before !== undefined) {
        where.push('seq < ?');
        params.push(before);
      }
      const rows = sql.all(read, `select * from host_events where ${where.join(' and ')} order by seq desc limit ?`, ...params, limit + 1);
      return { events: rows.slice(0, limit), more: rows.length > limit };
    },
  };
}
