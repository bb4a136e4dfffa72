/**
 * What is known in memory of the runs that are open. Nothing here has to survive: after a crash it is made again from the store.
 */
import type { Store } from '#store/store.ts';

export type Run = {
  readonly epoch: string;
  readonly hostId: string;
  /** The start command under way: aborted when the run is given up, so that it is not repeated over a reconnect. */
  start: { readonly abort: AbortController; readonly settled: Promise<void> } | null;
  /** Working time of the session when the run began: the limit in minutes counts from here. */
  readonly workedBefore: number;
  /** Messages given since the last turn ended: an answer to them may still come. */
  messages: number;
  /** Set while the run is being ended because its work is done. */
  finishing: boolean;
  /** Fires when a message that was given last did not start another turn. */
  quiet: NodeJS.Timeout | null;
  /** Number of the host's last event, known after a reconnect that found the run dead. */
  toldAt: number | null;
  /** True after events did not follow on those before, until some do. */
  gap: boolean;
};

export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #counts = new Map<string, number>();

  /** Takes over what an earlier core left open. */
  load(store: Store): void {
    for (const row of store.runs.open()) this.begin(row.sessionId, row, store.sessions.get(row.sessionId)?.activeMs ?? 0);
  }

  begin(sessionId: string, { epoch, hostId }: Pick<Run, 'epoch' | 'hostId'>, workedBefore: number): Run {
    this.close(sessionId);
    this.#counts.set(hostId, this.on(hostId) + 1);
    const run: Run = { epoch, hostId, start: null, workedBefore, messages: 0, finishing: false, quiet: null, toldAt: null, gap: false };
    this.#runs.set(sessionId, run);
    return run;
  }

  /** The open run of a session; with an epoch, only if it is that one. */
  get(sessionId: string, epoch?: string): Run | undefined {
    const run = this.#runs.get(sessionId);
    return epoch === undefined || run?.epoch === epoch ? run : undefined;
  }

  close(sessionId: string): void {
    const run = this.#runs.get(sessionId);
    if (!run) return;
    if (run.quiet) clearTimeout(run.quiet);
    this.#counts.set(run.hostId, this.on(run.hostId) - 1);
    this.#runs.delete(sessionId);
  }

  /** Open runs on a host. */
  on(hostId: string): number {
    return this.#counts.get(hostId) ?? 0;
  }

  entries(): [string, Run][] {
    return [...this.#runs];
  }
}
