/** The audit log: every human act, in the order it was taken. The schema itself refuses to change or remove a line. */
import type { Decision } from '#shared/domain/session.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Columns, Param } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';
import { indexDoc } from './search-docs.ts';

const read = (row: Columns): Decision => ({
  id: row.text('id'),
  at: row.num('at'),
  actor: row.text('actor'),
  action: row.text('action'),
  targetKind: row.text('target_kind'),
  targetId: row.text('target_id'),
  detail: row.text('detail'),
  undoes: row.textOrNull('undoes'),
});

export function decisionsTable(sql: Sql, ledger: Ledger): Store['decisions'] {
  /** The session an act was on, if it was on one. */
  const sessionOf = (targetKind: string, targetId: string): string | null => {
    if (targetKind === 'session') return targetId;
    const table = targetKind === 'change' ? 'changes' : targetKind === 'permission' ? 'permissions' : null;
    return table === null ? null : sql.get((row) => row.text('session_id'), `select session_id from ${table} where id = ?`, targetId);
  };

  return {
    append: ({ id, at, actor, action, targetKind, targetId, detail, undoes }) =>
      sql.transaction(() => {
        sql.nextRev();
        sql.run(
          'insert into decisions (id, at, actor, action, target_kind, target_id, detail, undoes) values (?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          at,
          actor,
          action,
          targetKind,
          targetId,
          detail,
          undoes,
        );
        indexDoc(sql, { kind: 'decision', targetId: id, at }, action, detail);
        if (action === 'task.create') ledger.forget();
        ledger.add({ kind: 'decision', action, actor }, { at, sessionId: sessionOf(targetKind, targetId) });
      }),
    list: ({ targetId, before, limit }) => {
      const where: string[] = ['1'];
      const params: Param[] = [];
      if (targetId !== undefined) {
        where.push('target_id = ?');
        params.push(targetId);
      }
      if (before !== undefined) {
        where.push('at < ?');
        params.push(before);
      }
      return sql.all(read, `select * from decisions where ${where.join(' and ')} order by seq desc limit ?`, ...params, limit);
    },
    unsettled: () =>
      sql.all(
        read,
        `select * from decisions d where d.action in ('approve.intent', 'undo.intent')
         and not exists (select 1 from decisions later where later.target_id = d.target_id and later.seq > d.seq) order by d.seq`,
      ),
    lastOf: (targetId) => sql.get(read, 'select * from decisions where target_id = ? order by seq desc limit 1', targetId),
  };
}
