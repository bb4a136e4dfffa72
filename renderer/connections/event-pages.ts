/** The pages of the event log as they come in: newest first, each event once. Pure. */
import type { PoolEvent } from '#shared/domain/connection.ts';

export type LoggedEvent = PoolEvent & { readonly seq: number };
export type EventPage = { readonly events: readonly LoggedEvent[]; readonly more: boolean };
export type EventLog = { readonly events: readonly LoggedEvent[]; /** Whether there are older ones. */ readonly more: boolean };

export const noEvents: EventLog = { events: [], more: false };

/** Takes the newest page in. When more came than one page holds, what is older is forgotten: a hole would read as if nothing had happened. */
export function withNewest(log: EventLog, page: EventPage): EventLog {
  const newest = log.events[0]?.seq;
  const oldest = page.events.at(-1)?.seq;
  if (newest === undefined || oldest === undefined || (oldest > newest + 1 && page.more && !page.events.some((one) => one.seq <= newest))) return page;
  const fresh = page.events.filter((one) => one.seq > newest);
  return fresh.length === 0 ? log : { events: [...fresh, ...log.events], more: log.more };
}

/** Takes an older page in. */
export function withOlder(log: EventLog, page: EventPage): EventLog {
  const oldest = log.events.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { events: [...log.events, ...page.events.filter((one) => one.seq < oldest)], more: page.more };
}
