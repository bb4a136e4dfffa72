/** A center's memory of what hosts told it, which notices at once when something is told twice, out of order, or by the wrong host. */
import type { Pool } from '#pool/index.ts';
import { PoolLimits, type AgentHost, type PoolEvent, type PoolSettings } from '#shared/domain/connection.ts';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import type { Target } from '#pool/types.ts';
import { hostRow, listeningPool, takeNext } from './listening.ts';

export type Run = { readonly hostId: string; readonly sessionId: string; readonly epoch: string; readonly events: NumberedEvent[]; ended: boolean };

export class Ledger {
  /** By session: each has one run here. */
  readonly runs = new Map<string, Run>();
  /** What must never happen. */
  readonly wrongs: string[] = [];
  readonly told: PoolEvent[] = [];
  /** Says no to a batch, as a full disk does. */
  refuses: () => boolean = () => false;
  pool: Pool;
  readonly #settings: Partial<PoolSettings>;
  readonly #hosts = new Map<string, { host: AgentHost; target: () => Target | null }>();

  constructor(settings: Partial<PoolSettings> = {}) {
    this.#settings = settings;
    this.pool = this.#createPool();
  }

  add(id: string, target: () => Target | null, limits: Partial<PoolLimits> = {}): void {
    const host = hostRow(id, { url: target()?.url ?? '', limits: PoolLimits.parse(limits) });
    this.#hosts.set(id, { host, target });
    this.pool.put(host, target);
  }

  /** A control center that ends and starts again on the same store. */
  async restart(): Promise<void> {
    await this.pool.close();
    this.pool = this.#createPool();
    for (const { host, target } of this.#hosts.values()) this.pool.put(host, target);
  }

  /** Expects events of a run from that host. */
  expect(hostId: string, sessionId: string, epoch: string): Run {
    const run: Run = { hostId, sessionId, epoch, events: [], ended: false };
    this.runs.set(sessionId, run);
    return run;
  }

  /** What a run wrote to its standard output. */
  output(run: Run): string {
    return run.events.map(({ event }) => (isOutput(event) && event.stream === 'stdout' ? event.text : '')).join('');
  }

  #createPool(): Pool {
    const { pool } = listeningPool(
      {
        events: (hostId, sessionId, events) => {
          if (this.refuses()) throw new Error('the disk is full, says the test');
          this.#take(hostId, sessionId, events);
        },
      },
      {
        center: 'ledger',
        settings: this.#settings,
        cursors: (hostId) =>
          [...this.runs.values()].flatMap(({ hostId: at, sessionId, epoch, events, ended }) =>
            at === hostId && !ended ? [{ sessionId, epoch, seq: events.at(-1)?.seq ?? 0 }] : [],
          ),
      },
    );
    pool.onEvent((event) => this.told.push(event));
    return pool;
  }

  #take(hostId: string, sessionId: string, events: readonly NumberedEvent[]): void {
    const run = this.runs.get(sessionId);
    for (const event of events) {
      if (!run || run.hostId !== hostId || run.epoch !== event.epoch) this.wrongs.push(`${hostId} told of ${sessionId}, run ${event.epoch}`);
      else takeNext(run.events, event, sessionId, this.wrongs);
    }
    if (run?.events.at(-1)?.event.kind === 'exited') run.ended = true;
  }
}

const isOutput = (event: SessionEvent): event is Extract<SessionEvent, { kind: 'output' }> => event.kind === 'output';
