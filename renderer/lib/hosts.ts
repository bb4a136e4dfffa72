/** Which agent host a session is on, said where there is more than one; and that it cannot be heard, said wherever the session is. */
import type { Session } from '#shared/domain/session.ts';
import { formatRelative } from '#shared/lib/format.ts';
import { isLive } from './live-select.ts';
import { useLive } from './live.ts';

/** Name of the session's host; empty while there is only one host, and before it has one. */
export const useHostName = (session: Pick<Session, 'hostId'>): string =>
  useLive(({ health }) => (health && health.hosts.length > 1 ? (health.hosts.find((host) => host.id === session.hostId)?.name ?? '') : ''));

export type Silence = 'reconnecting' | 'connecting' | 'not connected';

/** How its host is when it cannot be heard while the session should run; null when all is well. */
export const useSilence = (session: Session): Silence | null =>
  useLive(({ health }) => {
    if (!isLive(session)) return null;
    const host = health?.hosts.find((one) => one.id === session.hostId);
    // The first dial of a host is no news; one that failed has a cause.
    if (!host || host.state === 'ready' || (host.state === 'connecting' && host.cause === null)) return null;
    return host.state === 'closed' ? 'not connected' : host.state;
  });

/** `reconnecting, last event 12 s ago`. Pure. */
export const silenceText = (silence: Silence, lastEventAt: number | null, now: number): string =>
  `${silence}, ${lastEventAt === null ? 'no event yet' : `last event ${formatRelative(lastEventAt, now)}`}`;
