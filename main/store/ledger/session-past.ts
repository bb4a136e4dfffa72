/** Measures the events of a session that were stored before there was a ledger, portion by portion. */
import { SessionEvent } from '#shared/domain/session-event.ts';
import type { Sql } from '../sql.ts';
import { usageAdded, type UsageSoFar } from '../tables/usage.ts';
import type { Ledger } from './ledger.ts';
import { turnBegan } from './turns.ts';

/** Events of one transaction. */
const PORTION = 200;
const KINDS = "('tool_call', 'tool_result', 'usage', 'turn_ended', 'notice', 'rate_limit')";
const NOTHING: UsageSoFar = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: null, turns: 0 };

type Line = { readonly seq: number; readonly at: number; readonly epoch: string; readonly event: SessionEvent };
/** What later events of a session refer to. */
type Memory = { readonly sessionId: string; seen: number; readonly usage: Map<string, UsageSoFar>; readonly tools: Map<string, { tool: string; at: number }> };

export class SessionPast {
  readonly #sql: Sql;
  readonly #ledger: Ledger;
  #memory: Memory | null = null;

  constructor(sql: Sql, ledger: Ledger) {
    this.#sql = sql;
    this.#ledger = ledger;
  }

  /** Measures events after `done` up to `upto`. Only inside a transaction. @returns the last it measured; `upto` at the end */
  portion(sessionId: string, done: number, upto: number): number {
    // What came before is gone over again after a start: later events refer to it.
    if (this.#memory?.sessionId !== sessionId || this.#memory.seen > done) {
      this.#memory = { sessionId, seen: 0, usage: new Map(), tools: new Map() };
    }
    const memory = this.#memory;
    while (memory.seen < done) this.#go(memory, done, false);
    this.#go(memory, upto, true);
    return memory.seen;
  }

  #go(memory: Memory, upto: number, measure: boolean): void {
    const lines = this.#sql.all(
      (row): Line => ({ seq: row.num('seq'), at: row.num('at'), epoch: row.text('epoch'), event: row.json('body', SessionEvent) }),
      `select seq, at, epoch, body from session_events where session_id = ? and seq > ? and seq <= ? and kind in ${KINDS} order by seq limit ?`,
      memory.sessionId,
      memory.seen,
      upto,
      PORTION,
    );
    for (const line of lines) this.#line(memory, line, measure);
    memory.seen = lines.length < PORTION ? upto : (lines.at(-1)?.seq ?? upto);
  }

  #line(memory: Memory, { seq, at, epoch, event }: Line, measure: boolean): void {
    const { sessionId } = memory;
    const place = { at, sessionId, eventSeq: seq };
    switch (event.kind) {
      case 'tool_call':
        memory.tools.set(`${epoch}/${event.callId}`, { tool: event.tool, at });
        return;
      case 'tool_result': {
        const call = memory.tools.get(`${epoch}/${event.callId}`);
        if (!call || event.status === 'running') return;
        memory.tools.delete(`${epoch}/${event.callId}`);
        if (measure) this.#ledger.add({ kind: 'tool_ended', tool: call.tool, outcome: event.status, ms: Math.max(0, at - call.at) }, place);
        return;
      }
      case 'usage': {
        const before = memory.usage.get(epoch) ?? NOTHING;
        memory.usage.set(epoch, { ...event.usage, costUsd: event.usage.costUsd ?? before.costUsd });
        if (measure) this.#ledger.add(usageAdded(before, event.usage), place);
        return;
      }
      case 'turn_ended': {
        const began = measure ? turnBegan(this.#sql, sessionId, seq) : null;
        if (measure) this.#ledger.add({ kind: 'turn_ended', outcome: event.code, ms: began === null ? null : Math.max(0, at - began) }, place);
        return;
      }
      case 'notice':
        if (measure && event.level === 'error') this.#ledger.add({ kind: 'notice', code: event.code }, place);
        return;
      case 'rate_limit':
        if (measure && event.status === 'limited') this.#ledger.add({ kind: 'rate_limited', provider: event.provider }, place);
        return;
      default:
    }
  }
}
