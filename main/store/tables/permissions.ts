/** Permission requests of all sessions, and the rules that answer their like. */
import { z } from 'zod';
import { Answers, Question } from '#shared/domain/question.ts';
import type { Permission, PermissionRule } from '#shared/domain/session.ts';
import { PermissionStatus } from '#shared/domain/status.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { PermissionRow, Store } from '../store.ts';

const Strings = z.array(z.string());
const Questions = z.array(Question);
const select = 'select p.*, s.title as session_title, s.repository_id from permissions p join sessions s on s.id = p.session_id';

const read = (row: Columns): PermissionRow => ({
  id: row.text('id'),
  sessionId: row.text('session_id'),
  repositoryId: row.text('repository_id'),
  sessionTitle: row.text('session_title'),
  requestId: row.text('request_id'),
  epoch: row.text('epoch'),
  tool: row.text('tool'),
  title: row.text('title'),
  input: row.text('input'),
  reason: row.textOrNull('reason'),
  rules: row.json('rules', Strings),
  questions: row.json('questions', Questions),
  answers: row.json('answers', Answers),
  status: row.word('status', PermissionStatus),
  note: row.textOrNull('note'),
  answeredBy: row.textOrNull('answered_by'),
  askedAt: row.num('asked_at'),
  answeredAt: row.numOrNull('answered_at'),
  rev: row.num('rev'),
});
const readRule = (row: Columns): PermissionRule => ({
  id: row.text('id'),
  repositoryId: row.textOrNull('repository_id'),
  rule: row.text('rule'),
  createdAt: row.num('created_at'),
  createdBy: row.text('created_by'),
});

/** What views may see of a request. */
function publicPermission(row: PermissionRow): Permission {
  const { epoch: _epoch, ...permission } = row;
  return permission;
}

export function permissionsTable(sql: Sql, ledger: Ledger): Store['permissions'] {
  const get = (id: string): PermissionRow | null => sql.get(read, `${select} where p.id = ?`, id);
  const byRequest = (sessionId: string, epoch: string, requestId: string): PermissionRow | null =>
    sql.get(read, `${select} where p.session_id = ? and p.epoch = ? and p.request_id = ?`, sessionId, epoch, requestId);

  return {
    get,
    byRequest,
    insert: (permission) =>
      sql.transaction(() => {
        const { id, sessionId, requestId, epoch, tool, title, input, reason, rules, questions = [], askedAt } = permission;
        // The same request again (a batch that was sent twice) is the row that is there.
        sql.run(
          `insert into permissions (id, session_id, request_id, epoch, tool, title, input, reason, rules, questions, status, asked_at, rev)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?) on conflict (session_id, epoch, request_id) do nothing`,
          id,
          sessionId,
          requestId,
          epoch,
          tool,
          title,
          input,
          reason,
          JSON.stringify(rules),
          JSON.stringify(questions),
          askedAt,
          sql.nextRev(),
        );
        const stored = byRequest(sessionId, epoch, requestId);
        if (!stored) throw new FaultError({ code: 'STORE_DAMAGED', message: 'A permission request that was just stored is not there.' });
        return stored;
      }),
    close: (id, to, by, note, at, answers = {}) =>
      sql.transaction(() => {
        const closed = sql.run(
          "update permissions set status = ?, answered_by = ?, note = ?, answers = ?, answered_at = ?, rev = ? where id = ? and status = 'waiting'",
          to,
          by,
          note,
          JSON.stringify(answers),
          at,
          sql.nextRev(),
          id,
        );
        const row = closed > 0 ? get(id) : null;
        if (row)
          ledger.add({ kind: 'permission_closed', tool: row.tool, outcome: to, by, ms: Math.max(0, at - row.askedAt) }, { at, sessionId: row.sessionId });
        return row;
      }),
    waiting: (sessionId) =>
      sessionId === undefined
        ? sql.all(read, `${select} where p.status = 'waiting' order by p.asked_at, p.id`)
        : sql.all(read, `${select} where p.status = 'waiting' and p.session_id = ? order by p.asked_at, p.id`, sessionId),
    list: (limit) => sql.all(read, `${select} order by p.asked_at desc, p.id desc limit ?`, limit),
    since: (rev) => sql.all(read, `${select} where p.rev > ? order by p.rev`, rev).map(publicPermission),
    rules: (repositoryId) =>
      repositoryId === undefined
        ? sql.all(readRule, 'select * from permission_rules where removed_at is null order by created_at')
        : sql.all(
            readRule,
            'select * from permission_rules where removed_at is null and (repository_id is null or repository_id = ?) order by created_at',
            repositoryId,
          ),
    addRule: ({ id, repositoryId, rule, createdAt, createdBy }) =>
      sql.transaction(() => {
        sql.nextRev();
        sql.run(
          'insert into permission_rules (id, repository_id, rule, created_at, created_by) values (?, ?, ?, ?, ?)',
          id,
          repositoryId,
          rule,
          createdAt,
          createdBy,
        );
      }),
    removeRule: (id, at) =>
      sql.transaction(() => {
        sql.nextRev();
        return sql.run('update permission_rules set removed_at = ? where id = ? and removed_at is null', at, id) > 0;
      }),
  };
}
