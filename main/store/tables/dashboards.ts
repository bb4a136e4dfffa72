/** Dashboards as they were saved. */
import { Dashboard } from '#shared/domain/dashboard.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

const Body = Dashboard.omit({ id: true, rev: true });
const read = (row: Columns): Dashboard => ({ id: row.text('id'), rev: row.num('rev'), ...row.json('body', Body) });

export function dashboardsTable(sql: Sql): Store['dashboards'] {
  const get = (id: string): Dashboard | null => sql.get(read, 'select * from dashboards where id = ?', id);
  const put = ({ id, ...body }: Omit<Dashboard, 'rev'>, at: number): Dashboard =>
    sql.transaction(() => {
      const rev = sql.nextRev();
      sql.run(
        'insert into dashboards (id, body, created_at, rev) values (?, ?, ?, ?) on conflict do update set body = excluded.body, rev = excluded.rev',
        id,
        JSON.stringify(Body.parse(body)),
        at,
        rev,
      );
      return { id, ...body, rev };
    });
  return {
    get,
    list: () => sql.all(read, 'select * from dashboards order by created_at, id'),
    put,
    begin: (dashboards, at) => {
      if (sql.get(() => true, "select 1 from meta where key = 'dashboards-begun'")) return;
      sql.transaction(() => {
        sql.run("insert into meta values ('dashboards-begun', '1')");
        for (const [place, dashboard] of dashboards.entries()) put(dashboard, at + place);
      });
    },
    remove: (id) =>
      sql.transaction(() => {
        sql.nextRev();
        return sql.run('delete from dashboards where id = ?', id) > 0;
      }),
  };
}
