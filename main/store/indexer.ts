/**
 * Puts transcript lines into the full-text index behind the hot path. How far it came is stored with what it wrote, so a kill
 * at any moment repeats nothing and leaves nothing out.
 *
 *   idle ──events appended──► scheduled ──step──► scheduled (more) | idle (all indexed)
 *                                        └─store in trouble──► scheduled, later
 */
import { TranscriptItem } from '#shared/domain/transcript.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { Sql } from './sql.ts';
import { indexDoc } from './tables/search-docs.ts';

/** Pauses in milliseconds: after new events, between two steps, and after trouble. */
const SETTLE_MS = 250;
const PAUSE_MS = 30;
const TROUBLE_MS = 5000;
/** Lines in one step: about 5 ms of work. */
const STEP = 100;

export class Indexer {
  readonly #sql: Sql;
  #timer: NodeJS.Timeout | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** New lines may be waiting. Cheap. */
  wake(): void {
    this.#schedule(SETTLE_MS);
  }

  /** Indexes one portion. @returns true when more is waiting */
  step(): boolean {
    const sql = this.#sql;
    return sql.transaction(() => {
      const session = sql.get(
        (row) => ({ id: row.text('id'), indexed: row.num('indexed'), events: row.num('events') }),
        'select id, indexed, events from sessions where indexed < events limit 1',
      );
      if (!session) return false;
      const lines = sql.all(
        (row) => ({ idx: row.num('idx'), rev: row.num('rev'), at: row.num('at'), item: row.json('body', TranscriptItem) }),
        'select * from transcript_items where session_id = ? and rev > ? order by rev limit ?',
        session.id,
        session.indexed,
        STEP,
      );
      for (const { idx, at, item } of lines) {
        const text = itemText(item);
        if (text !== '') indexDoc(sql, { kind: 'transcript', sessionId: session.id, itemIndex: idx, at }, '', text);
      }
      const upTo = lines.length === STEP ? (lines.at(-1)?.rev ?? session.events) : session.events;
      sql.run('update sessions set indexed = ? where id = ?', upTo, session.id);
      return true;
    });
  }

  /** Indexes all that waits; for the end of a short process. `budgetMs` bounds it. */
  finish(budgetMs: number): void {
    const until = performance.now() + budgetMs;
    while (performance.now() < until && this.step());
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      try {
        if (this.step()) this.#schedule(PAUSE_MS);
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        this.#schedule(TROUBLE_MS);
      }
    }, afterMs).unref();
  }
}

/** What of a line can be found by its words; empty for lines that say nothing. */
export function itemText(item: TranscriptItem): string {
  switch (item.kind) {
    case 'message':
    case 'text':
    case 'thinking':
    case 'output':
    case 'notice':
      return item.text;
    case 'tool':
      return [item.title, item.input, item.output].join('\n');
    case 'subagent':
      return [item.title, item.summary ?? ''].join('\n');
    case 'plan':
      return item.entries.map((entry) => entry.text).join('\n');
    case 'permission':
    case 'unknown':
    case 'turn':
    case 'exit':
      return '';
  }
}
