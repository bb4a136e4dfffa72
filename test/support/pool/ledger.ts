/** A center's memory of what hosts told it, which notices at once when something is told twice, out of order, or by the wrong host. */
import { createPool, type Pool } from '#pool/index.ts';
import { AgentHost, PoolSettings, type PoolEvent, type PoolLimits } from '#shared/domain/connection.ts';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import type { Target } from '#pool/types.ts';

export type Run = { readonly hostId: string; readonly sessionId: string; readonly epoch: string; readonly events: NumberedEvent[]; ended: boolean };

export class Ledger {
  /** By session: each has one run here. */
  readonly runs = new Map<string, Run>();
  /** What must never happen. */
  readonly wrongs: string[] = [];
  readonly told: PoolEvent[] = [];
  readonly settings: PoolSettings;
  /** Says no to a batch, as a full disk does. */
  refuses: () => boolean = () => false;
  pool: Pool;
  readonly #hosts = new Map<string, { host: AgentHost; target: () => Target | null }>();

  constructor(settings: Partial<PoolSettings> = {}) {
    this.settings = PoolSettings.parse(settings);
    this.pool = this.#createPool();
  }

  add(id: string, target: () => Target | null, limits: Partial<PoolLimits> = {}): void {
    const host = AgentHost.parse({
      id,
      name: id,
      url: target()?.url ?? '',
      tls: { caFile: '', certFile: '', keyFile: '', serverName: '' },
      weight: 1,
      limits: {
        minSockets: 2,
        maxSockets: 100,
        ttlMs: 1_800_000,
        idleMs: 300_000,
        acquireMs: 5000,
        queue: 1000,
        beatMs: 5000,
        beatDeadlineMs: 3000,
        window: 2000,
        ...limits,
      },
      admin: 'active',
      addedAt: 0,
      rev: 1,
    });
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
    const pool = createPool({
      center: 'ledger',
      role: 'center',
      settings: this.settings,
      sessions: () => 0,
      log: () => {},
      cursors: (hostId) =>
        [...this.runs.values()].flatMap(({ hostId: at, sessionId, epoch, events, ended }) =>
          at === hostId && !ended ? [{ sessionId, epoch, seq: events.at(-1)?.seq ?? 0 }] : [],
        ),
      listener: {
        events: (hostId, sessionId, events) => {
          if (this.refuses()) throw new Error('the disk is full, says the test');
          this.#take(hostId, sessionId, events);
        },
        live: () => {},
        gauge: () => {},
        streams: () => {},
        health: () => {},
      },
    });
    pool.onEvent((event) => this.told.push(event));
    return pool;
  }

  #take(hostId: string, sessionId: string, events: readonly NumberedEvent[]): void {
    const run = this.runs.get(sessionId);
    for (const event of events) {
      const next = (run?.events.at(-1)?.seq ?? 0) + 1;
      if (!run || run.hostId !== hostId || run.epoch !== event.epoch) this.wrongs.push(`${hostId} told of ${sessionId}, run ${event.epoch}`);
      else if (event.seq !== next) this.wrongs.push(`${sessionId}: ${event.seq} came where ${next} was due`);
      else {
        run.events.push(event);
        if (event.event.kind === 'exited') run.ended = true;
      }
    }
  }
}

const isOutput = (event: SessionEvent): event is Extract<SessionEvent, { kind: 'output' }> => event.kind === 'output';
