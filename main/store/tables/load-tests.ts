/** Reports of load tests. */
import { LoadReport } from '#shared/domain/load-test.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

const read = (row: Columns): LoadReport => row.json('report', LoadReport);

export function loadTestsTable(sql: Sql): Store['loadTests'] {
  return {
    put: (report) =>
      sql.transaction(
        () =>
          void sql.run(
            'insert or replace into load_tests (id, started_at, status, report) values (?, ?, ?, ?)',
            report.id,
            report.startedAt,
            report.status,
            JSON.stringify(LoadReport.parse(report)),
          ),
      ),
    get: (id) => sql.get(read, 'select report from load_tests where id = ?', id),
    list: (limit) => sql.all(read, 'select report from load_tests order by started_at desc, id desc limit ?', limit),
    running: () => sql.all(read, "select report from load_tests where status = 'running'"),
  };
}
