/** Alerts with the notifications that are still to be told, and the state of each rule. */
import { z } from 'zod';
import { Alert, AlertState, NoticeKind } from '#shared/domain/alert.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';

/** Times are milliseconds since the epoch. */
export const RuleState = z.object({
  state: AlertState,
  /** When it came into this state. */
  since: z.number().int(),
  /** The clock at the last look: what is measured from it goes on rightly when the clock is set back. */
  seenAt: z.number().int(),
  /** End of the cooling. */
  until: z.number().int().nullable(),
  /** When the firing is told again; null when it is not, or was. */
  escalateAt: z.number().int().nullable(),
  alertId: z.string().nullable(),
});
export type RuleState = z.infer<typeof RuleState>;

/** A notification that is still to be told. */
export const Notice = z.object({
  /** Names it to receivers: the same however often it is sent. */
  id: z.string(),
  channel: z.string(),
  what: NoticeKind,
  sentence: z.string(),
  at: z.number().int(),
  tries: z.number().int(),
  dueAt: z.number().int(),
});
export type Notice = z.infer<typeof Notice>;

const KeptAlert = Alert.omit({ rev: true }).extend({ pending: z.array(Notice) });
/** An alert as it is kept: with what is still to be told of it. */
export type KeptAlert = z.infer<typeof KeptAlert> & { readonly rev: number };

/** As everybody sees it: what is still to be told is told in `told` once it was tried. */
export function shownAlert({ pending: _pending, ...alert }: KeptAlert): Alert {
  return alert;
}

export type AlertTables = {
  get(id: string): KeptAlert | null;
  /** Keeps an alert, a new one or the latest of one. @returns it with its revision */
  put(alert: Omit<KeptAlert, 'rev'>): KeptAlert;
  /** Newest first, those that began before a time. */
  page(filter: { before?: number; limit: number }): { alerts: KeptAlert[]; more: boolean };
  /** Those that began or were open within a time, oldest first. */
  between(from: number, to: number, limit: number): KeptAlert[];
  open(): KeptAlert[];
  since(rev: number): KeptAlert[];
  /** With notifications that are due, the longest due first. */
  due(now: number, limit: number): KeptAlert[];
  /** When the next notification is due; null when none is left. */
  nextDue(): number | null;
  /** Ended before a time, with nothing left to tell: forgotten. @returns how many */
  forget(before: number): number;
  state(ruleId: string): RuleState | null;
  setState(ruleId: string, state: RuleState | null): void;
};

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
