/** Bookkeeping of a session's time: working (`activeSince` set) or blocked by a person (`blockedSince` set), never both. Pure. */
import type { SessionPatch, SessionRow } from '#store/store.ts';

type Times = Pick<SessionRow, 'activeMs' | 'blockedMs' | 'activeSince' | 'blockedSince'>;

/** A clock that was set back must not make time negative. */
const since = (from: number | null, now: number): number => (from === null ? 0 : Math.max(0, now - from));

const settled = (row: Times, now: number): Pick<Times, 'activeMs' | 'blockedMs'> => ({
  activeMs: row.activeMs + since(row.activeSince, now),
  blockedMs: row.blockedMs + since(row.blockedSince, now),
});

export const toWorking = (row: Times, now: number): SessionPatch => ({ ...settled(row, now), activeSince: now, blockedSince: null });
export const toBlocked = (row: Times, now: number): SessionPatch => ({ ...settled(row, now), activeSince: null, blockedSince: now });
export const toRest = (row: Times, now: number): SessionPatch => ({ ...settled(row, now), activeSince: null, blockedSince: null });

/** Working time so far in milliseconds. */
export const workedMs = (row: Times, now: number): number => row.activeMs + since(row.activeSince, now);
