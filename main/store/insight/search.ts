/** Full-text search over tasks, transcripts, files of changes and decisions. */
import { z } from 'zod';
import type { SearchHit } from '#shared/contract/insight.ts';
import { TranscriptItem } from '#shared/domain/transcript.ts';
import { itemText } from '../indexer.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { readQuery } from './query.ts';
import { snippetOf } from './snippet.ts';

const Kind = z.enum(['task', 'transcript', 'file', 'decision']);
type Doc = {
  readonly kind: SearchHit['kind'];
  readonly sessionId: string;
  readonly changeId: string;
  readonly itemIndex: number;
  readonly targetId: string;
  readonly path: string;
  readonly at: number;
};
type Source = { readonly title: string; readonly text: string; readonly sessionId: string | null; readonly changeId: string | null };

const readDoc = (row: Columns): Doc => ({
  kind: row.word('kind', Kind),
  sessionId: row.text('session_id'),
  changeId: row.text('change_id'),
  itemIndex: row.num('item_index'),
  targetId: row.text('target_id'),
  path: row.text('path'),
  at: row.num('at'),
});

/** @returns the best hits first; nothing for a query without a word */
export function searchStore(sql: Sql, query: string, limit: number): SearchHit[] {
  const read = readQuery(query);
  if (!read) return [];
  const docs = sql.all(
    readDoc,
    'select d.* from search join search_docs d on d.id = search.rowid where search match ? order by bm25(search, 4.0, 1.0), d.at desc limit ?',
    read.expression,
    limit,
  );
  return docs.flatMap((doc): SearchHit[] => {
    const source = sourceOf(sql, doc);
    if (!source) return [];
    const { title, text, sessionId, changeId } = source;
    const snippet = snippetOf(text, read.terms);
    return [{ kind: doc.kind, title, snippet, sessionId, changeId, itemIndex: doc.itemIndex < 0 ? null : doc.itemIndex, path: doc.path || null, at: doc.at }];
  });
}

function sourceOf(sql: Sql, doc: Doc): Source | null {
  switch (doc.kind) {
    case 'transcript':
      return sql.get(
        (row) => ({ title: row.text('title'), text: itemText(row.json('body', TranscriptItem)), sessionId: doc.sessionId, changeId: null }),
        'select s.title, i.body from transcript_items i join sessions s on s.id = i.session_id where i.session_id = ? and i.idx = ?',
        doc.sessionId,
        doc.itemIndex,
      );
    case 'task':
      return sql.get(
        (row) => ({
          title: row.text('title'),
          text: `${row.text('body')}\n${row.text('acceptance')}`,
          sessionId: row.textOrNull('session_id'),
          changeId: null,
        }),
        'select t.*, (select s.id from sessions s where s.task_id = t.id order by s.created_at desc limit 1) as session_id from tasks t where t.id = ?',
        doc.targetId,
      );
    case 'file':
      return sql.get(
        (row) => ({ title: doc.path, text: row.text('title'), sessionId: doc.sessionId, changeId: doc.changeId }),
        'select title from changes where id = ?',
        doc.changeId,
      );
    case 'decision':
      return sql.get(
        (row) => {
          const [kind, target] = [row.text('target_kind'), row.text('target_id')];
          const title = `${row.text('action')} by ${row.text('actor')}`;
          return { title, text: row.text('detail'), sessionId: kind === 'session' ? target : null, changeId: kind === 'change' ? target : null };
        },
        'select * from decisions where id = ?',
        doc.targetId,
      );
  }
}
