/** Alerts with the notifications that are still to be told, and the state of each rule. */
import { KeptAlert, RuleState, type AlertTables } from '../alerting.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';

const read = (row: Columns): KeptAlert => ({ ...row.json('body', KeptAlert), rev: row.num('rev') });

export function alertTables(sql: Sql): AlertTables {
  return {
    get: (id) => sql.get(read, 'select * from alerts where id = ?', id),
    put: (alert) =>
      sql.transaction(() => {
        const rev = sql.nextRev();
        const body = KeptAlert.parse(alert);
        const dueAt = body.pending.length === 0 ? null : Math.min(...body.pending.map((notice) => notice.dueAt));
        sql.run(
          'insert or replace into alerts (id, rule_id, started_at, ended_at, due_at, body, rev) values (?, ?, ?, ?, ?, ?, ?)',
          body.id,
          body.ruleId,
          body.startedAt,
          body.endedAt,
          dueAt,
          JSON.stringify(body),
          rev,
        );
        return { ...body, rev };
      }),
    page: ({ before, limit }) => {
      const rows = sql.all(read, 'select * from alerts where started_at < ? order by started_at desc, id desc limit ?', before ?? 8.64e15, limit + 1);
      return { alerts: rows.slice(0, limit), more: rows.length > limit };
    },
    between: (from, to, limit) =>
      sql.all(read, 'select * from alerts where started_at < ? and (ended_at is null or ended_at >= ?) order by started_at, id limit ?', to, from, limit),
    open: () => sql.all(read, 'select * from alerts where ended_at is null order by started_at, id'),
    since: (rev) => sql.all(read, 'select * from alerts where rev > ? order by rev', rev),
    due: (now, limit) => sql.all(read, 'select * from alerts where due_at <= ? order by due_at, id limit ?', now, limit),
    nextDue: () => sql.get((row) => row.numOrNull('at'), 'select min(due_at) as at from alerts where due_at is not null'),
    forget: (before) => sql.transaction(() => sql.run('delete from alerts where ended_at < ? and due_at is null', before)),
    state: (ruleId) => sql.get((row) => row.json('body', RuleState), 'select body from alert_states where rule_id = ?', ruleId),
    setState: (ruleId, state) =>
      sql.transaction(() => {
        sql.nextRev();
        if (state === null) sql.run('delete from alert_states where rule_id = ?', ruleId);
        else sql.run('insert or replace into alert_states (rule_id, body) values (?, ?)', ruleId, JSON.stringify(RuleState.parse(state)));
      }),
  };
}
