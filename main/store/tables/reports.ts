/** Reports that were made; their files lie beside the store. */
import { MadeReport } from '#shared/domain/report.ts';
import type { ReportTable } from '../alerting.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';

const read = (row: Columns): MadeReport => row.json('body', MadeReport);

export function reportsTable(sql: Sql): ReportTable {
  return {
    get: (id) => sql.get(read, 'select body from reports where id = ?', id),
    list: (limit) => sql.all(read, 'select body from reports order by made_at desc, id desc limit ?', limit),
    insert: (report) =>
      sql.transaction(() => {
        sql.nextRev();
        sql.run('insert into reports (id, body, made_at) values (?, ?, ?)', report.id, JSON.stringify(MadeReport.parse(report)), report.madeAt);
      }),
    remove: (id) =>
      sql.transaction(() => {
        sql.nextRev();
        return sql.run('delete from reports where id = ?', id) > 0;
      }),
  };
}
