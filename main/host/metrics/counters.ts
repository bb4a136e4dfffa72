/** What the host counts about its connections, for `/metrics`. Plain numbers: counting costs nothing where the frames pass. */

/** Why a handshake came to nothing. */
export type RefusalReason = 'token' | 'expired' | 'version' | 'frame' | 'timeout' | 'busy' | 'replaced' | 'path';

/** Upper bounds of the command durations counted, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export class Counters {
  eventsOut = 0;
  /** Events that were on the way when a connection ended, or that a center asked for again. */
  eventsAgain = 0;
  acks = 0;
  /** Streams that a center asked for again. */
  resumes = 0;
  /** Commands that came again and were answered as before. */
  repeats = 0;
  /** Live parts and gauges that were left out because a connection was busy. */
  liveLeftOut = 0;
  framesIn = 0;
  framesUnknown = 0;
  readonly refused = new Map<RefusalReason, number>();
  readonly commands = { ok: 0, fault: 0, busy: 0 };
  readonly durations = { counts: DURATION_BOUNDS.map(() => 0), sum: 0, n: 0 };

  refuse(reason: RefusalReason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** A command was carried out. @param seconds from its arrival to its answer */
  command(outcome: 'ok' | 'fault', seconds: number): void {
    this.commands[outcome]++;
    this.durations.sum += seconds;
    this.durations.n++;
    const at = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    if (at !== -1) this.durations.counts[at] = (this.durations.counts[at] ?? 0) + 1;
  }
}
