/**
 * How long a live answer takes from the core's sending to the pixel. The axes of a chart may follow its values by a frame, so the time is
 * taken in the first task after the second frame: it errs to the slow side.
 *
 * Clocks: on the core's own machine (the app's window, a browser at loopback) both are the same clock. Elsewhere the core's clock is known
 * by half the round trip of the connection's own probe, so a time there is right to within half a round trip.
 */
import { client, useLink } from '../../lib/client.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const sameMachine = location.protocol === 'app:' || LOOPBACK.has(location.hostname);
const REPORT_MS = 5000;
const MOST = 1000;

let waiting: number[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Milliseconds from a moment of the core's clock to now. Never negative. */
export const since = (coreAt: number, now: number, offset: number): number => Math.max(0, Math.min(600_000, now + offset - coreAt));

/**
 * Takes the time when what was just committed is on the screen.
 * @param sent when the core sent each word, by its clock
 * @param then told the page's own clock (performance.now) after the frames
 */
export function painted(sent: readonly number[], then: (after: number) => void): void {
  if (document.hidden) return;
  requestAnimationFrame(() => {
    const oneFrame = performance.now();
    requestAnimationFrame(() => {
      setTimeout(() => {
        const now = Date.now();
        const offset = sameMachine ? 0 : useLink.getState().clockOffset;
        for (const at of sent) waiting.push(since(at, now, offset));
        if (waiting.length > MOST) waiting = waiting.slice(-MOST);
        timer ??= setTimeout(report, REPORT_MS);
        then(oneFrame);
      });
    });
  });
}

function report(): void {
  timer = undefined;
  const ms = waiting;
  waiting = [];
  // What cannot be told is forgotten: it is a measurement, not a fact of the ledger.
  if (ms.length > 0) client.analytics.seen({ ms }).catch(() => undefined);
}
