/**
 * Writes what was stored before there was a ledger into it, once: each thing that waits in `metric_history` is measured and taken off the
 * list in one transaction, so a kill repeats nothing. Small portions, so that nothing waits for it.
 */
import { z } from 'zod';
import { SessionStatus, ChangeStatus, NodeStatus } from '#shared/domain/status.ts';
import type { Sql } from '../sql.ts';
import { isDecided } from '../tables/changes.ts';
import { isNodeEnd } from '../tables/plans.ts';
import type { Ledger } from './ledger.ts';
import { SessionPast } from './session-past.ts';

const Part = z.enum(['session', 'change', 'permission', 'check', 'plan', 'decisions']);
type Waiting = { readonly part: z.infer<typeof Part>; readonly id: string; readonly upto: number; readonly done: number };

const SessionBody = z.object({
  status: SessionStatus,
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  activeMs: z.number(),
  blockedMs: z.number(),
});
const ChangeBody = z.object({ status: ChangeStatus, rounds: z.number(), createdAt: z.number(), decidedAt: z.number().nullable() });

/** Rows of one transaction. */
const PORTION = 200;

export class History {
  readonly #sql: Sql;
  readonly #ledger: Ledger;
  readonly #past: SessionPast;

  constructor(sql: Sql, ledger: Ledger) {
    this.#sql = sql;
    this.#ledger = ledger;
    this.#past = new SessionPast(sql, ledger);
  }

  /** Goes on for about `budgetMs`. @returns true when there is more */
  take(budgetMs: number): boolean {
    if (!this.#ledger.measures) return false;
    const end = performance.now() + budgetMs;
    do {
      const next = this.#next();
      if (next === null) return false;
      this.#sql.transaction(() => this.#portion(next));
    } while (performance.now() < end);
    return true;
  }

  #next(): Waiting | null {
    return this.#sql.get(
      (row) => ({ part: row.word('part', Part), id: row.text('id'), upto: row.num('upto'), done: row.num('done') }),
      'select * from metric_history order by part, id limit 1',
    );
  }

  #portion(waiting: Waiting): void {
    const { part, id } = waiting;
    const done = part === 'session' ? this.#session(waiting) : part === 'plan' ? this.#plan(waiting) : part === 'decisions' ? this.#decisions(waiting) : null;
    if (part === 'change') this.#change(id);
    if (part === 'permission') this.#permission(id);
    if (part === 'check') this.#check(id);
    if (done === null) this.#sql.run('delete from metric_history where part = ? and id = ?', part, id);
    else this.#sql.run('update metric_history set done = ? where part = ? and id = ?', done, part, id);
  }

  #body<T>(part: string, id: string, schema: z.ZodType<T>): T | null {
    return this.#sql.get((row) => row.json('body', schema), 'select body from metric_history where part = ? and id = ?', part, id);
  }

  /** @returns how far it came; null at the end */
  #session({ id, upto, done }: Waiting): number | null {
    if (done < upto) {
      const to = this.#past.portion(id, done, upto);
      if (to < upto) return to;
    }
    const was = this.#body('session', id, SessionBody);
    if (was === null || was.startedAt === null) return null;
    const at = was.endedAt ?? this.#lastAt(id) ?? was.startedAt;
    this.#ledger.add({ kind: 'session_started', queuedMs: Math.max(0, was.startedAt - was.createdAt) }, { at: was.startedAt, sessionId: id });
    if (was.activeMs > 0 || was.blockedMs > 0) {
      this.#ledger.add({ kind: 'time', activeMs: was.activeMs, blockedMs: was.blockedMs }, { at, sessionId: id });
    }
    if (was.endedAt !== null) {
      this.#ledger.add({ kind: 'session_ended', outcome: was.status, ms: was.activeMs + was.blockedMs }, { at, sessionId: id });
    }
    return null;
  }

  #lastAt(id: string): number | null {
    return this.#sql.get((row) => row.numOrNull('at'), 'select last_event_at as at from sessions where id = ?', id);
  }

  #change(id: string): void {
    const was = this.#body('change', id, ChangeBody);
    const sessionId = this.#sql.get((row) => row.text('session_id'), 'select session_id from changes where id = ?', id);
    if (was === null || sessionId === null) return;
    const { status, rounds, createdAt, decidedAt } = was;
    this.#ledger.add({ kind: 'change_opened' }, { at: createdAt, sessionId });
    if (!isDecided(status) || decidedAt === null) return;
    this.#ledger.add({ kind: 'change_decided', verdict: status, rounds, ms: Math.max(0, decidedAt - createdAt) }, { at: decidedAt, sessionId });
  }

  #permission(id: string): void {
    const closed = this.#sql.get(
      (row) => ({
        sessionId: row.text('session_id'),
        tool: row.text('tool'),
        outcome: row.word('status', z.enum(['allowed', 'denied', 'expired'])),
        by: row.textOrNull('answered_by'),
        askedAt: row.num('asked_at'),
        at: row.num('answered_at'),
      }),
      'select * from permissions where id = ?',
      id,
    );
    if (closed === null) return;
    const { sessionId, tool, outcome, by, askedAt, at } = closed;
    this.#ledger.add({ kind: 'permission_closed', tool, outcome, by, ms: Math.max(0, at - askedAt) }, { at, sessionId });
  }

  #check(id: string): void {
    const run = this.#sql.get(
      (row) => ({
        sessionId: row.text('session_id'),
        check: row.text('name'),
        outcome: row.text('status'),
        startedAt: row.num('started_at'),
        at: row.num('ended_at'),
      }),
      'select r.*, c.session_id from check_runs r join changes c on c.id = r.change_id where r.id = ?',
      id,
    );
    if (run === null) return;
    const { sessionId, check, outcome, startedAt, at } = run;
    this.#ledger.add({ kind: 'check_ended', check, outcome, ms: Math.max(0, at - startedAt) }, { at, sessionId });
  }

  #plan({ id, upto, done }: Waiting): number | null {
    const events = this.#sql.all(
      (row) => ({
        seq: row.num('seq'),
        at: row.num('at'),
        kind: row.text('kind'),
        to: row.text('to_status'),
        isNew: row.textOrNull('from_status') === null,
        nodeSession: row.textOrNull('node_session'),
        handoff: row.textOrNull('depends_on') !== '[]',
        attemptSession: row.textOrNull('attempt_session'),
        number: row.numOrNull('number'),
      }),
      `select e.*, n.session_id as node_session, n.depends_on, a.session_id as attempt_session, a.number from plan_events e
       left join nodes n on e.kind = 'node' and n.id = e.target_id left join attempts a on e.kind = 'attempt' and a.id = e.target_id
       where e.plan_id = ? and e.seq > ? and e.seq <= ? order by e.seq limit ?`,
      id,
      done,
      upto,
      PORTION,
    );
    for (const { at, kind, to, isNew, nodeSession, handoff, attemptSession, number } of events) {
      const outcome = NodeStatus.safeParse(to);
      if (kind === 'node' && outcome.success && isNodeEnd(outcome.data)) {
        this.#ledger.add({ kind: 'node_ended', outcome: outcome.data, handoff }, { at, sessionId: nodeSession }, id);
      }
      if (kind !== 'attempt' || number === null) continue;
      if (isNew) this.#ledger.add({ kind: 'attempt_started', number }, { at, sessionId: attemptSession }, id);
      else if (to === 'succeeded' || to === 'failed' || to === 'cancelled' || to === 'interrupted') {
        this.#ledger.add({ kind: 'attempt_ended', outcome: to }, { at, sessionId: attemptSession }, id);
      }
    }
    const last = events.at(-1)?.seq ?? upto;
    return last < upto ? last : null;
  }

  #decisions({ upto, done }: Waiting): number | null {
    const decisions = this.#sql.all(
      (row) => ({ seq: row.num('seq'), at: row.num('at'), action: row.text('action'), actor: row.text('actor'), sessionId: row.textOrNull('session_id') }),
      `select d.*, case d.target_kind when 'session' then d.target_id when 'change' then (select c.session_id from changes c where c.id = d.target_id)
         when 'permission' then (select p.session_id from permissions p where p.id = d.target_id) end as session_id
       from decisions d where d.seq > ? and d.seq <= ? order by d.seq limit ?`,
      done,
      upto,
      PORTION,
    );
    for (const { at, action, actor, sessionId } of decisions) this.#ledger.add({ kind: 'decision', action, actor }, { at, sessionId });
    const last = decisions.at(-1)?.seq ?? upto;
    return last < upto ? last : null;
  }
}
