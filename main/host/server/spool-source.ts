/** The streams of one center in the spool, as a link sends them. */
import type { Sessions } from '../sessions.ts';
import type { Spool } from '../spool/spool.ts';
import type { StreamSource } from './out-stream.ts';

export function spoolSource(spool: Spool, center: string, sessions: Pick<Sessions, 'isLive'>): StreamSource {
  return {
    all: () => spool.of(center),
    get: (sessionId, epoch) => spool.get(center, sessionId, epoch),
    isLive: ({ sessionId, epoch }) => sessions.isLive(sessionId, epoch),
    // What cannot be removed from the disk now is there again for the next host, and acknowledged again.
    acknowledge: ({ sessionId, epoch }, seq) => void spool.acknowledge(center, sessionId, epoch, seq).catch(() => {}),
  };
}
