/** Things that are kept whole, as one JSON text each, under their id: rules, channels, schedules. */
import type { ZodType } from 'zod';
import type { Documents, Named } from '../alerting.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';

/** @param table has the columns id, body, created_at, rev */
export function documentsTable<T extends Named>(sql: Sql, table: 'alert_rules' | 'alert_channels' | 'report_schedules', schema: ZodType<T>): Documents<T> {
  const read = (row: Columns): T => row.json('body', schema);
  return {
    get: (id) => sql.get(read, `select body from ${table} where id = ?`, id),
    list: () => sql.all(read, `select body from ${table} order by created_at, id`),
    save: (document, at) =>
      sql.transaction(
        () =>
          void sql.run(
            `insert into ${table} (id, body, created_at, rev) values (?, ?, ?, ?) on conflict do update set body = excluded.body, rev = excluded.rev`,
            document.id,
            JSON.stringify(schema.parse(document)),
            at,
            sql.nextRev(),
          ),
      ),
    remove: (id) =>
      sql.transaction(() => {
        sql.nextRev();
        return sql.run(`delete from ${table} where id = ?`, id) > 0;
      }),
  };
}
