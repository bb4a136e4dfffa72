/**
 * The clients of a load test: each a link of its own with one connection, through the product's pool, all to the tested host. They are
 * added, started and let go a few at a time, so that the core stays usable meanwhile.
 *
 *   connect ──all are ready, or the time is over──► begin (streams, calls at their rate) ──► end of the calls ──► close
 */
import { setImmediate as turn } from 'node:timers/promises';
import { defaultHealthRules, defaultLimits, type AgentHost } from '#shared/domain/connection.ts';
import type { LoadOptions } from '#shared/domain/load-test.ts';
import type { ConnectionMinute } from '#shared/domain/connection.ts';
import { Sketch } from '#shared/lib/sketch.ts';
import type { createPool, Pool, Target } from '#pool/index.ts';
import { LIMITS, WORK } from './goals.ts';
import type { Measures } from './measures.ts';

/** Clients that are touched in one turn of the loop. */
const AT_ONCE = 20;
/** How often calls and streams that are due are begun, in milliseconds. */
const TICK_MS = 20;
const TEXT = 'x'.repeat(WORK.callBytes);

export type ClientsOptions = {
  readonly createPool: typeof createPool;
  readonly center: string;
  readonly target: Target;
  readonly options: LoadOptions;
  readonly measures: Measures;
  readonly sameClock: boolean;
  readonly now: () => number;
};

export class Clients {
  readonly #options: ClientsOptions;
  readonly #pool: Pool;
  readonly #ids: readonly string[];
  readonly #ready = new Set<string>();
  readonly #sums = { attempted: 0, ready: 0 };
  readonly #dial = new Sketch();
  /** Why a client that is not ready is not. */
  readonly #whys = new Map<string, string>();
  #onReady: () => void = () => undefined;
  #calling: NodeJS.Timeout | null = null;
  #awaited = 0;
  #closing = false;
  /** Events that the host agreed to send. */
  expected = 0;
  /** Calls and clients: what could fail. */
  asked = 0;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#ids = Array.from({ length: options.options.clients }, (_, i) => `client-${i + 1}`);
    const { measures, sameClock } = options;
    this.#pool = options.createPool({
      center: options.center,
      role: 'probe',
      // Every client is its own link: as many users, not one user with many connections.
      link: (hostId) => `${options.center}-${hostId}`,
      settings: { strategy: 'peak-ewma', health: defaultHealthRules },
      listener: {
        events: (hostId, sessionId, events) => measures.took(`${hostId}/${sessionId}`, events, sameClock ? options.now() : null),
        live: () => undefined,
        gauge: () => undefined,
        streams: () => undefined,
        health: ({ hostId, state, cause }) => {
          if (cause !== null) this.#whys.set(hostId, cause);
          if (state !== 'ready') this.#ready.delete(hostId);
          else if (!this.#ready.has(hostId)) {
            this.#ready.add(hostId);
            this.#onReady();
          }
        },
      },
      cursors: () => [],
      sessions: () => 0,
      log: () => undefined,
    });
    this.#pool.onEvent(({ kind, from, to }) => {
      if (!this.#closing && kind === 'state' && from === 'ready' && to !== 'ready') measures.failed('connection lost');
    });
  }

  get ready(): number {
    return this.#ready.size;
  }

  /** Resolves when all are connected, when the time is over, or when the signal is aborted. */
  async connect(signal: AbortSignal): Promise<void> {
    const { target, options } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      if (this.#ready.size === this.#ids.length) resolve();
    };
    this.#onReady = done;
    const timer = setTimeout(resolve, LIMITS.connectMs + LIMITS.connectEachMs * options.clients);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    await this.#some((id) => this.#pool.put(hostRow(id, target.url), () => target), signal);
    done();
    await promise;
    clearTimeout(timer);
    this.#onReady = () => undefined;
    if (signal.aborted) return;
    this.asked += this.#ids.length;
    for (const id of this.#ids) if (!this.#ready.has(id)) this.#options.measures.failed(this.#whys.get(id) ?? 'not connected in time');
  }

  /** Begins streams and calls, evenly spread over their intervals; calls go on until `stopCalls`. */
  begin(): void {
    const { clients, sessions, seconds } = this.#options.options;
    const { measures } = this.#options;
    const began = performance.now();
    const everyMs = 1000 / WORK.callsPerSecond;
    let next = 0;
    const due = (): void => {
      const now = performance.now() - began;
      for (; (next / clients) * everyMs <= now; next++) {
        const index = next % clients;
        const id = this.#ids[index] ?? '';
        if (next < clients) this.#stream(id, share(sessions, clients, index), seconds * WORK.eventsPerSecond);
        this.asked++;
        this.#awaited++;
        const sentAt = performance.now();
        void this.#pool
          .of(id)
          .call('probe.echo', { text: TEXT }, { timeoutMs: LIMITS.callMs })
          .then((result) => {
            this.#awaited--;
            if (this.#closing) return;
            if (result.ok) measures.answered(performance.now() - sentAt);
            else measures.failed(result.fault.code);
          });
      }
    };
    this.#calling = setInterval(due, TICK_MS);
  }

  /** No more calls; those on the way and the events that are due are waited for, at most the time of draining. */
  async drain(signal: AbortSignal): Promise<void> {
    if (this.#calling) clearInterval(this.#calling);
    const { measures } = this.#options;
    const end = performance.now() + LIMITS.drainMs;
    while ((this.#awaited > 0 || measures.events < this.expected) && performance.now() < end && !signal.aborted && this.#ready.size > 0)
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }

  /** What the dials did, of all clients. To be asked once, at the end. */
  connections(): { attempted: number; ready: number; dial: Sketch } {
    for (const { body } of this.#pool.minutes()) this.#add(body);
    return { ...this.#sums, dial: this.#dial };
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#calling) clearInterval(this.#calling);
    await this.#some((id) => this.#pool.remove(id), null);
    await this.#pool.close();
  }

  #stream(id: string, streams: number, count: number): void {
    if (streams === 0) return;
    this.asked++;
    this.#awaited++;
    void this.#pool
      .of(id)
      .call('probe.stream', { streams, count, bytes: WORK.eventBytes, perSecond: WORK.eventsPerSecond }, { timeoutMs: LIMITS.callMs })
      .then((result) => {
        this.#awaited--;
        if (result.ok) this.expected += streams * count;
        else if (!this.#closing) this.#options.measures.failed(result.fault.code);
      });
  }

  /** Does it for every client, a few in each turn. */
  async #some(act: (id: string) => void, signal: AbortSignal | null): Promise<void> {
    for (const [i, id] of this.#ids.entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) await turn();
      if (signal?.aborted) return;
      act(id);
    }
  }

  #add(body: ConnectionMinute): void {
    this.#sums.attempted += body.attempted;
    this.#sums.ready += body.ready;
    this.#dial.merge(Sketch.fromJSON(body.dial));
  }
}

/** How many of `all` fall to the one at `index` of `n`. */
const share = (all: number, n: number, index: number): number => Math.floor(((index + 1) * all) / n) - Math.floor((index * all) / n);

function hostRow(id: string, url: string): AgentHost {
  return {
    id,
    name: id,
    url,
    tls: { caFile: '', certFile: '', keyFile: '', serverName: '' },
    weight: 1,
    limits: { ...defaultLimits, minSockets: 1, maxSockets: 1 },
    admin: 'active',
    addedAt: 0,
    rev: 0,
  };
}
