/** Sessions: every change of state is compare-and-set, so of two racing acts one loses cleanly. */
import { ENDED_SESSION, sessionTransitions, sourcesOf, type SessionStatus } from '#shared/domain/status.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { Gauges } from '../gauges.ts';
import { sessionFacts } from '../ledger/session-facts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Pulse } from '../pulse.ts';
import { assignments, type Param } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { SessionPatch, SessionRow, Store } from '../store.ts';
import { publicSession, sessionCodec, sessionReader } from './session-row.ts';

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

export function sessionsTable(sql: Sql, pulse: Pulse, gauges: Gauges, ledger: Ledger, now: () => number): Store['sessions'] {
  const read = sessionReader(pulse, gauges);
  const get = (id: string): SessionRow | null => sql.get(read, 'select * from sessions where id = ?', id);
  const update = (id: string, patch: SessionPatch, status: SessionStatus | null, from: readonly SessionStatus[] | null): SessionRow | null => {
    const { sets, values } = assignments(patch, sessionCodec);
    if (status !== null) {
      sets.push('status = ?');
      values.push(status);
    }
    const where = from === null ? '' : ` and status in (${marks(from.length)})`;
    const before = ledger.measures && (status !== null || 'activeMs' in patch) ? get(id) : null;
    const after = sql.get(
      read,
      `update sessions set ${[...sets, 'rev = ?'].join(', ')} where id = ?${where} returning *`,
      ...values,
      sql.nextRev(),
      id,
      ...(from ?? []),
    );
    if (patch.hostId !== undefined) ledger.forget(id);
    if (before && after) for (const { fact, at } of sessionFacts(before, after, now())) ledger.add(fact, { at, sessionId: id });
    return after;
  };

  return {
    get,
    insert: (session) =>
      sql.transaction(() => {
        const { id, taskId, nodeId, attemptId, repositoryId, title, agent, limits, at } = session;
        sql.run(
          `insert into sessions (id, task_id, node_id, attempt_id, repository_id, title, agent, status, limits, created_at, queued_at, host_id, rev)
           values (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, '', ?)`,
          id,
          taskId,
          nodeId,
          attemptId,
          repositoryId,
          title,
          JSON.stringify(agent),
          JSON.stringify(limits),
          at,
          at,
          sql.nextRev(),
        );
        const stored = session.patch ? update(id, session.patch, null, null) : get(id);
        if (!stored) throw new FaultError({ code: 'STORE_DAMAGED', message: 'A session that was just stored is not there.' });
        return stored;
      }),
    list: ({ status, repositoryId, archived = false, limit, before }) => {
      const where = [archived ? 'archived_at is not null' : 'archived_at is null'];
      const params: Param[] = [];
      if (status) {
        where.push(`status in (${marks(status.length)})`);
        params.push(...status);
      }
      if (repositoryId !== undefined) {
        where.push('repository_id = ?');
        params.push(repositoryId);
      }
      if (before !== undefined) {
        where.push('created_at < ?');
        params.push(before);
      }
      const rows = sql.all(read, `select * from sessions where ${where.join(' and ')} order by created_at desc, id desc limit ?`, ...params, limit + 1);
      return { sessions: rows.slice(0, limit), more: rows.length > limit };
    },
    inStatus: (status) => sql.all(read, `select * from sessions where status in (${marks(status.length)}) order by queued_at, id`, ...status),
    move: (id, to, patch = {}, from) =>
      sql.transaction(() => {
        const sources = sourcesOf(sessionTransitions, to).filter((status) => from === undefined || from.includes(status));
        const moved = update(id, patch, to, sources);
        if (moved === null || !ENDED_SESSION.some((status) => status === to)) return moved;
        gauges.end(sql, id);
        return get(id);
      }),
    patch: (id, patch) => sql.transaction(() => update(id, patch, null, null)),
    gauge: (id, gauge) => gauges.set(id, gauge),
    since: (rev) => sql.all(read, 'select * from sessions where rev > ? order by rev', rev).map(publicSession),
    spentOnTask: (taskId) => sql.get((row) => row.num('usd'), 'select total(cost_usd) as usd from sessions where task_id = ?', taskId) ?? 0,
    spentSince: (at) => sql.get((row) => row.num('usd'), 'select total(cost_usd) as usd from usage_points where at >= ?', at) ?? 0,
  };
}
