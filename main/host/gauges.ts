/** Measures the process trees of all sessions now and then, in one look at the process table. */
import type { SessionGauge } from '#shared/domain/session-event.ts';
import { createTreeMeter } from './process/tree.ts';
import type { Sessions } from './sessions.ts';

const EVERY_MS = 2000;

/** @returns stops the measuring */
export function measureSessions(sessions: Sessions, tell: (center: string, sessionId: string, gauge: SessionGauge) => void): () => void {
  const meter = createTreeMeter();
  let busy = false;
  const timer = setInterval(() => {
    const running = sessions.running();
    const roots = running.flatMap(({ sessionId, pid }) => (pid === null ? [] : [{ sessionId, pid }]));
    // A slow look is not followed by a second one beside it.
    if (roots.length === 0 || busy) return;
    busy = true;
    void meter
      .measure(roots)
      .then((measured) => {
        for (const { center, sessionId } of running) {
          const gauge = measured.get(sessionId);
          if (gauge) tell(center, sessionId, gauge);
        }
      })
      .catch(() => {})
      .finally(() => (busy = false));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
