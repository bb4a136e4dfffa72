/** Changes and the checks that ran on them. */
import { z } from 'zod';
import { ChangedFile, CheckRun } from '#shared/domain/change.ts';
import { MergeMethod } from '#shared/domain/repository.ts';
import { ChangeStatus, changeTransitions, sourcesOf } from '#shared/domain/status.ts';
import { Place } from '#shared/host-protocol/commands.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { asJson, assignments, plain, type Codec, type Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { ChangePatch, ChangeRow, Store } from '../store.ts';
import { indexFiles } from './search-docs.ts';

const Strings = z.array(z.string());
const Files = z.array(ChangedFile);
const Mode = z.enum(['worktree', 'existing', 'in-place']);

const codec: Codec<ChangePatch> = {
  title: plain('title'),
  targetBranch: plain('target_branch'),
  base: plain('base'),
  snapshot: plain('snapshot'),
  files: asJson('files'),
  added: plain('added'),
  deleted: plain('deleted'),
  summary: plain('summary'),
  rounds: plain('rounds'),
  mergedSha: plain('merged_sha'),
  mergedBefore: plain('merged_before'),
  mergeMethod: plain('merge_method'),
  conflicts: asJson('conflicts'),
  skipped: asJson('skipped'),
  note: plain('note'),
  viewed: asJson('viewed'),
  decidedAt: plain('decided_at'),
};

const read = (row: Columns): ChangeRow => {
  const place = row.json('place', Place);
  return {
    id: row.text('id'),
    taskId: row.text('task_id'),
    sessionId: row.text('session_id'),
    repositoryId: row.text('repository_id'),
    title: row.text('title'),
    status: row.word('status', ChangeStatus),
    mode: row.word('mode', Mode),
    cwd: place.cwd,
    place,
    branch: row.textOrNull('branch'),
    targetBranch: row.textOrNull('target_branch'),
    base: row.text('base'),
    snapshot: row.text('snapshot'),
    files: row.json('files', Files),
    added: row.num('added'),
    deleted: row.num('deleted'),
    summary: row.text('summary'),
    rounds: row.num('rounds'),
    mergedSha: row.textOrNull('merged_sha'),
    mergedBefore: row.textOrNull('merged_before'),
    mergeMethod: row.textOrNull('merge_method') === null ? null : row.word('merge_method', MergeMethod),
    conflicts: row.json('conflicts', Strings),
    skipped: row.json('skipped', Strings),
    note: row.text('note'),
    viewed: row.json('viewed', Strings),
    createdAt: row.num('created_at'),
    decidedAt: row.numOrNull('decided_at'),
    rev: row.num('rev'),
  };
};
const readCheck = (row: Columns): CheckRun => ({
  id: row.text('id'),
  changeId: row.text('change_id'),
  name: row.text('name'),
  command: row.json('command', Strings),
  status: row.word('status', CheckRun.shape.status),
  exitCode: row.numOrNull('exit_code'),
  output: row.text('output'),
  cut: row.num('cut'),
  snapshot: row.text('snapshot'),
  startedAt: row.num('started_at'),
  endedAt: row.numOrNull('ended_at'),
});

/** States in which a person accepted or rejected a change. */
export const isDecided = (status: ChangeStatus): boolean => status === 'merged' || status === 'kept' || status === 'rejected';

export function changesTable(sql: Sql, ledger: Ledger, now: () => number): Store['changes'] {
  const get = (id: string): ChangeRow | null => sql.get(read, 'select * from changes where id = ?', id);
  const update = (id: string, patch: ChangePatch, extra: readonly string[], from: readonly ChangeStatus[] | null): ChangeRow | null => {
    const { sets, values } = assignments(patch, codec);
    const where = from === null ? '' : ` and status in (${from.map(() => '?').join(', ')})`;
    const status = extra.map(() => 'status = ?');
    const row = sql.get(
      read,
      `update changes set ${[...sets, ...status, 'rev = ?'].join(', ')} where id = ?${where} returning *`,
      ...values,
      ...extra,
      sql.nextRev(),
      id,
      ...(from ?? []),
    );
    if (row && patch.files) index(row);
    return row;
  };
  const index = (change: ChangeRow): void => {
    const paths = change.files.flatMap((file) => (file.oldPath === null ? [file.path] : [file.path, file.oldPath]));
    indexFiles(sql, { id: change.id, sessionId: change.sessionId, at: change.createdAt }, paths);
  };
  const measure = (before: ChangeRow, { sessionId, status, rounds, createdAt, decidedAt }: ChangeRow): void => {
    if (status === 'changes_asked') ledger.add({ kind: 'change_returned' }, { at: now(), sessionId });
    else if (isDecided(status)) {
      const at = decidedAt ?? now();
      ledger.add({ kind: 'change_decided', verdict: status, rounds, ms: Math.max(0, at - createdAt) }, { at, sessionId });
    } else if (isDecided(before.status)) ledger.add({ kind: 'change_undone', verdict: before.status, rounds: before.rounds }, { at: now(), sessionId });
  };
  /** A check's row has no revision of its own: its change is what the views follow. */
  const touch = (changeId: string): void => void sql.run('update changes set rev = ? where id = ?', sql.nextRev(), changeId);

  return {
    get,
    bySession: (sessionId) => sql.get(read, 'select * from changes where session_id = ? order by created_at desc limit 1', sessionId),
    insert: (change) =>
      sql.transaction(() => {
        const { id, taskId, sessionId, repositoryId, title, status, mode, place, branch, targetBranch, base, snapshot, files } = change;
        sql.run(
          `insert into changes (id, task_id, session_id, repository_id, title, status, mode, place, branch, target_branch, base, snapshot, files, added, deleted,
             summary, rounds, merged_sha, merged_before, merge_method, conflicts, skipped, note, viewed, created_at, decided_at, rev)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          taskId,
          sessionId,
          repositoryId,
          title,
          status,
          mode,
          JSON.stringify(place),
          branch,
          targetBranch,
          base,
          snapshot,
          JSON.stringify(files),
          change.added,
          change.deleted,
          change.summary,
          change.rounds,
          change.mergedSha,
          change.mergedBefore,
          change.mergeMethod,
          JSON.stringify(change.conflicts),
          JSON.stringify(change.skipped),
          change.note,
          JSON.stringify(change.viewed),
          change.createdAt,
          change.decidedAt,
          sql.nextRev(),
        );
        const stored = get(id);
        if (!stored) throw new FaultError({ code: 'STORE_DAMAGED', message: 'A change that was just stored is not there.' });
        index(stored);
        ledger.add({ kind: 'change_opened' }, { at: change.createdAt, sessionId });
        return stored;
      }),
    list: (waiting, limit) =>
      waiting
        ? sql.all(read, "select * from changes where status in ('waiting', 'conflicted') order by created_at, id limit ?", limit)
        : sql.all(read, 'select * from changes order by created_at desc, id desc limit ?', limit),
    move: (id, to, patch, from) =>
      sql.transaction(() => {
        const sources = sourcesOf(changeTransitions, to).filter((status) => from === undefined || from.includes(status));
        const before = ledger.measures ? get(id) : null;
        const moved = update(id, patch, [to], sources);
        if (moved && before) measure(before, moved);
        return moved;
      }),
    patch: (id, patch) => sql.transaction(() => update(id, patch, [], null)),
    since: (rev) =>
      sql.all(read, 'select * from changes where rev > ? order by rev', rev).map(({ place: _p, mergedBefore: _m, ...change }) => {
        const decided = change.status !== 'waiting' && change.status !== 'conflicted' && change.status !== 'changes_asked';
        return decided ? { ...change, files: [] } : change;
      }),
    insertCheck: (check) =>
      sql.transaction(() => {
        const { id, changeId, name, command, status, exitCode, output, cut, snapshot, startedAt, endedAt } = check;
        sql.run(
          'insert into check_runs (id, change_id, name, command, status, exit_code, output, cut, snapshot, started_at, ended_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          changeId,
          name,
          JSON.stringify(command),
          status,
          exitCode,
          output,
          cut,
          snapshot,
          startedAt,
          endedAt,
        );
        touch(changeId);
      }),
    startCheck: (id, at) => sql.transaction(() => void sql.run("update check_runs set started_at = ? where id = ? and status = 'running'", at, id)),
    finishCheck: (id, { status, exitCode, output, cut, endedAt }) =>
      sql.transaction(() => {
        const check = sql.get(
          (row) => ({ changeId: row.text('change_id'), name: row.text('name'), startedAt: row.num('started_at') }),
          "update check_runs set status = ?, exit_code = ?, output = ?, cut = ?, ended_at = ? where id = ? and status = 'running' returning change_id, name, started_at",
          status,
          exitCode,
          output,
          cut,
          endedAt,
          id,
        );
        if (check === null) return;
        touch(check.changeId);
        const at = endedAt ?? now();
        const sessionId = sql.get((row) => row.text('session_id'), 'select session_id from changes where id = ?', check.changeId);
        ledger.add({ kind: 'check_ended', check: check.name, outcome: status, ms: Math.max(0, at - check.startedAt) }, { at, sessionId });
      }),
    checks: (changeId) => sql.all(readCheck, 'select * from check_runs where change_id = ? order by started_at, id', changeId),
    runningChecks: () => sql.all(readCheck, "select * from check_runs where status = 'running' order by started_at"),
  };
}
