/**
 * The hot path: events as they came, and what follows from them (transcript, usage, counters) in the same transaction, so a
 * stored event is always a folded event. Repeats of a batch are recognised by the run's last number.
 */
import { z } from 'zod';
import type { IndexedItem } from '#shared/contract/sessions.ts';
import type { NumberedEvent, SessionEvent, Usage } from '#shared/domain/session-event.ts';
import { foldItem, itemKey, TranscriptItem } from '#shared/domain/transcript.ts';
import { FaultError } from '#shared/lib/fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { turnBegan } from '../ledger/turns.ts';
import type { Pulse } from '../pulse.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';
import { ensureRun } from './runs.ts';
import { addUsage } from './usage.ts';

/** Longest text of `activity` in characters. */
const MAX_ACTIVITY = 200;

type Stored = { seq: number; event: NumberedEvent };
type Line = { readonly idx: number; readonly at: number; readonly fresh: boolean; rev: number; item: TranscriptItem };
type RunState = { readonly number: number; lastSeq: number; usage: { seq: number; at: number; value: Usage } | null };

const readItem = (row: Columns): IndexedItem => ({ index: row.num('idx'), rev: row.num('rev'), at: row.num('at'), item: row.json('body', TranscriptItem) });

/** True for events that may belong to an item of an earlier event. */
const mayChangeItem = (kind: SessionEvent['kind']): boolean =>
  kind === 'tool_call' || kind === 'tool_result' || kind === 'permission_asked' || kind === 'permission_closed' || kind === 'subagent' || kind === 'plan';

export function eventsTable(sql: Sql, pulse: Pulse, ledger: Ledger, onAppended: () => void): Store['events'] {
  const append = (sessionId: string, events: readonly NumberedEvent[]): Stored[] => {
    const counters = sql.get(
      (row) => ({ events: row.num('events'), items: row.num('items'), hostId: row.text('host_id') }),
      'select events, items, host_id from sessions where id = ?',
      sessionId,
    );
    if (!counters) throw new FaultError({ code: 'SESSION_UNKNOWN', message: 'There is no such session.', why: sessionId });
    const runs = new Map<string, RunState>();
    const lines = new Map<string, Line>();
    const stored: Stored[] = [];
    let { events: seq, items: total } = counters;
    let activity: string | null = null;

    for (const numbered of events) {
      const { epoch, at, event } = numbered;
      let run = runs.get(epoch);
      if (!run) {
        run = { ...ensureRun(sql, sessionId, epoch, at, counters.hostId), usage: null };
        runs.set(epoch, run);
      }
      if (numbered.seq <= run.lastSeq) continue;
      if (numbered.seq !== run.lastSeq + 1) throw gap(sessionId, epoch, run.lastSeq, numbered.seq);
      run.lastSeq = numbered.seq;
      seq++;
      sql.run(
        'insert into session_events (session_id, seq, epoch, host_seq, at, kind, body) values (?, ?, ?, ?, ?, ?, ?)',
        sessionId,
        seq,
        epoch,
        numbered.seq,
        at,
        event.kind,
        JSON.stringify(event),
      );
      stored.push({ seq, event: numbered });
      if (event.kind === 'tool_call') activity = (event.title || event.tool).slice(0, MAX_ACTIVITY);
      if (event.kind === 'usage') {
        // Cumulative within a run: of several in one batch the last says it all, but each is a point in time of the ledger.
        if (run.usage) report(sessionId, epoch, run.usage);
        run.usage = { seq, at, value: event.usage };
      } else if (ledger.measures) measure(sessionId, event, seq, at);
      total += fold(lines, sessionId, run.number, event, seq, at, total);
    }
    if (stored.length === 0) return stored;

    for (const [key, line] of lines) writeLine(sessionId, key, line);
    for (const [epoch, run] of runs) {
      sql.run('update runs set last_seq = ? where session_id = ? and epoch = ?', run.lastSeq, sessionId, epoch);
      if (run.usage) report(sessionId, epoch, run.usage);
    }
    const times = stored.map(({ event }) => event.at);
    sql.run(
      'update sessions set events = ?, items = ?, last_event_at = max(coalesce(last_event_at, 0), ?), activity = coalesce(?, activity), rev = ? where id = ?',
      seq,
      total,
      times.at(-1) ?? 0,
      activity,
      sql.nextRev(),
      sessionId,
    );
    sql.afterCommit(() => {
      pulse.add(sessionId, times);
      onAppended();
    });
    return stored;
  };

  const report = (sessionId: string, epoch: string, { seq, at, value }: NonNullable<RunState['usage']>): void => {
    const added = addUsage(sql, sessionId, epoch, seq, at, value);
    if (added) ledger.add(added, { at, sessionId, eventSeq: seq });
  };
  const measure = (sessionId: string, event: SessionEvent, seq: number, at: number): void => {
    const place = { at, sessionId, eventSeq: seq };
    if (event.kind === 'started') ledger.forget(sessionId);
    if (event.kind === 'notice' && event.level === 'error') ledger.add({ kind: 'notice', code: event.code }, place);
    if (event.kind === 'rate_limit' && event.status === 'limited') ledger.add({ kind: 'rate_limited', provider: event.provider }, place);
    if (event.kind !== 'turn_ended') return;
    const began = turnBegan(sql, sessionId, seq);
    ledger.add({ kind: 'turn_ended', outcome: event.code, ms: began === null ? null : Math.max(0, at - began) }, place);
  };

  /** Folds one event into the lines of this batch. @returns 1 when it made a new line, else 0 */
  const fold = (lines: Map<string, Line>, sessionId: string, run: number, event: SessionEvent, seq: number, at: number, total: number): number => {
    const name = itemKey(event, seq);
    if (name === null) return 0;
    // Agents number calls and requests anew in each run; the plan is one for the session.
    const key = name === 'plan' ? name : `${run}/${name}`;
    const before = lines.get(key) ?? (mayChangeItem(event.kind) ? readLine(sessionId, key) : null);
    const item = foldItem(before?.item ?? null, event, at);
    if (item === null) return 0;
    if (item.kind === 'tool' && item.status !== 'running' && before?.item.kind === 'tool' && before.item.status === 'running') {
      ledger.add({ kind: 'tool_ended', tool: item.tool, outcome: item.status, ms: Math.max(0, at - before.at) }, { at, sessionId, eventSeq: seq });
    }
    lines.set(key, before ? { ...before, rev: seq, item } : { idx: total, at, fresh: true, rev: seq, item });
    return before ? 0 : 1;
  };
  const readLine = (sessionId: string, key: string): Line | null =>
    sql.get(
      (row) => ({ idx: row.num('idx'), at: row.num('at'), fresh: false, rev: row.num('rev'), item: row.json('body', TranscriptItem) }),
      'select * from transcript_items where session_id = ? and key = ?',
      sessionId,
      key,
    );
  const writeLine = (sessionId: string, key: string, { idx, at, fresh, rev, item }: Line): void => {
    const body = JSON.stringify(item);
    if (fresh) {
      sql.run(
        'insert into transcript_items (session_id, idx, key, rev, at, kind, body) values (?, ?, ?, ?, ?, ?, ?)',
        sessionId,
        idx,
        key,
        rev,
        at,
        item.kind,
        body,
      );
    } else sql.run('update transcript_items set rev = ?, kind = ?, body = ? where session_id = ? and idx = ?', rev, item.kind, body, sessionId, idx);
  };
  const size = (sessionId: string): { events: number; items: number } =>
    sql.get((row) => ({ events: row.num('events'), items: row.num('items') }), 'select events, items from sessions where id = ?', sessionId) ?? {
      events: 0,
      items: 0,
    };

  return {
    append: (sessionId, events) => (events.length === 0 ? [] : sql.transaction(() => append(sessionId, events))),
    page: (sessionId, after, limit) =>
      sql.all(
        (row) => ({ seq: row.num('seq'), at: row.num('at'), event: row.json('body', z.unknown()) }),
        'select seq, at, body from session_events where session_id = ? and seq > ? order by seq limit ?',
        sessionId,
        after,
        limit,
      ),
    items: (sessionId, from, count) => ({
      total: size(sessionId).items,
      items: sql.all(readItem, 'select * from transcript_items where session_id = ? and idx >= ? order by idx limit ?', sessionId, from, count),
    }),
    itemsSince: (sessionId, rev, limit) =>
      sql.all(readItem, 'select * from transcript_items where session_id = ? and rev > ? order by rev limit ?', sessionId, rev, limit),
    size,
    lastText: (sessionId) =>
      sql.get(
        (row) => row.text('text'),
        `select json_extract(body, '$.text') as text from transcript_items
         where session_id = ? and kind = 'text' and json_extract(body, '$.parentCallId') is null order by idx desc limit 1`,
        sessionId,
      ) ?? '',
  };
}

function gap(sessionId: string, epoch: string, last: number, got: number): FaultError {
  return new FaultError({
    code: 'EVENT_GAP',
    message: 'Events of a session are missing.',
    why: `Session ${sessionId}, run ${epoch}: after number ${last} came ${got}.`,
    fix: 'The connection to the agent host starts again from the last stored event by itself.',
  });
}
