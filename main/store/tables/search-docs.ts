/** Documents of the full-text index: which row each stands for. The index itself keeps no text. */
import type { Sql } from '../sql.ts';

/** Characters of one text that are indexed: what lies behind is not found by search. */
export const MAX_INDEXED = 20_000;

export type SearchDoc = {
  readonly kind: 'task' | 'transcript' | 'file' | 'decision';
  readonly sessionId?: string;
  readonly changeId?: string;
  readonly itemIndex?: number;
  readonly targetId?: string;
  readonly path?: string;
  readonly at: number;
};

/** Adds a document, or replaces the text of the one that stands for the same row. Only inside a transaction. */
export function indexDoc(sql: Sql, doc: SearchDoc, title: string, body: string): void {
  const { kind, sessionId = '', changeId = '', itemIndex = -1, targetId = '', path = '', at } = doc;
  const key = [kind, sessionId, changeId, itemIndex, targetId, path] as const;
  const known = sql.get(
    (row) => row.num('id'),
    'select id from search_docs where kind = ? and session_id = ? and change_id = ? and item_index = ? and target_id = ? and path = ?',
    ...key,
  );
  const id =
    known ?? sql.insertId('insert into search_docs (kind, session_id, change_id, item_index, target_id, path, at) values (?, ?, ?, ?, ?, ?, ?)', ...key, at);
  if (known !== null) sql.run('delete from search where rowid = ?', known);
  sql.run('insert into search (rowid, title, body) values (?, ?, ?)', id, title, body.slice(0, MAX_INDEXED));
}

export function indexTask(sql: Sql, task: { id: string; title: string; body: string; at: number }): void {
  indexDoc(sql, { kind: 'task', targetId: task.id, at: task.at }, task.title, task.body);
}

/** Makes the file documents of a change the given paths. */
export function indexFiles(sql: Sql, change: { id: string; sessionId: string; at: number }, paths: readonly string[]): void {
  const old = sql.all(
    (row) => row.num('id'),
    "select id from search_docs where kind = 'file' and session_id = ? and change_id = ?",
    change.sessionId,
    change.id,
  );
  for (const id of old) {
    sql.run('delete from search where rowid = ?', id);
    sql.run('delete from search_docs where id = ?', id);
  }
  for (const path of new Set(paths)) indexDoc(sql, { kind: 'file', sessionId: change.sessionId, changeId: change.id, path, at: change.at }, path, '');
}
