/** What a change of a session's row says for the ledger. Pure. */
import { ENDED_SESSION, type SessionStatus } from '#shared/domain/status.ts';
import type { SessionRow } from '../store.ts';
import type { Fact } from './fact.ts';

type Row = Pick<SessionRow, 'status' | 'activeMs' | 'blockedMs' | 'startedAt' | 'endedAt' | 'createdAt'>;

const isEnded = (status: SessionStatus): boolean => ENDED_SESSION.some((each) => each === status);

/** @param now milliseconds since the epoch, for what has no time of its own */
export function sessionFacts(before: Row, after: Row, now: number): { readonly fact: Fact; readonly at: number }[] {
  const facts: { fact: Fact; at: number }[] = [];
  if (before.startedAt === null && after.startedAt !== null) {
    facts.push({ fact: { kind: 'session_started', queuedMs: Math.max(0, after.startedAt - after.createdAt) }, at: after.startedAt });
  }
  const time = { activeMs: Math.max(0, after.activeMs - before.activeMs), blockedMs: Math.max(0, after.blockedMs - before.blockedMs) };
  if (time.activeMs > 0 || time.blockedMs > 0) facts.push({ fact: { kind: 'time', ...time }, at: after.endedAt ?? now });
  if (isEnded(after.status) && !isEnded(before.status)) {
    facts.push({ fact: { kind: 'session_ended', outcome: after.status, ms: after.activeMs + after.blockedMs }, at: after.endedAt ?? now });
  }
  return facts;
}
