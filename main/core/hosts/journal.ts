/** Keeps what happens to hosts and connections: events in batches, minutes as the pool counts them, both for 30 days. */
import type { Pool } from '#pool/index.ts';
import type { ConnectionMinute, PoolEvent } from '#shared/domain/connection.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

const FLUSH_MS = 250;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
/** Events kept of one flush; in a storm of connections the newest say as much as all. */
const MAX_EVENTS = 2000;

export class Journal {
  readonly #store: Store;
  readonly #log: Log;
  readonly #now: () => number;
  #events: PoolEvent[] = [];
  #left = 0;
  #flushing: NodeJS.Timeout | null = null;
  #minutes: NodeJS.Timeout | null = null;
  #forgotten = 0;
  #pool: Pick<Pool, 'minutes'> | null = null;

  /** Told of each minute of each host. */
  readonly #onMinute: (hostId: string, body: ConnectionMinute) => void;

  constructor(store: Store, log: Log, now: () => number, onMinute: (hostId: string, body: ConnectionMinute) => void = () => undefined) {
    this.#onMinute = onMinute;
    this.#store = store;
    this.#log = log;
    this.#now = now;
  }

  follow(pool: Pick<Pool, 'onEvent' | 'minutes'>): void {
    pool.onEvent((event) => {
      this.#events.push(event);
      if (this.#events.length > MAX_EVENTS) {
        this.#events.shift();
        this.#left++;
      }
      this.#flushing ??= setTimeout(() => this.flush(), FLUSH_MS);
    });
    this.#pool = pool;
    this.#minutes = setInterval(() => this.#guarded(() => this.#minute(pool)), MINUTE_MS);
  }

  /** Writes what has come since the last time. */
  flush(): void {
    if (this.#flushing) clearTimeout(this.#flushing);
    this.#flushing = null;
    const events = this.#events;
    this.#events = [];
    if (events.length === 0) return;
    this.#guarded(() => this.#store.hostEvents.append(events));
    if (this.#left > 0) this.#log('warn', 'more happened to connections than is kept', { left: this.#left });
    this.#left = 0;
  }

  /**
   * Writes and tells the part of a minute since the last one; no more are told. For the end, while there is still somebody to tell.
   * @returns false when nothing was followed
   */
  lastMinute(): boolean {
    if (this.#minutes) clearInterval(this.#minutes);
    this.#minutes = null;
    const pool = this.#pool;
    this.#pool = null;
    if (pool) this.#guarded(() => this.#minute(pool));
    return pool !== null;
  }

  close(): void {
    this.lastMinute();
    this.flush();
  }

  #minute(pool: Pick<Pool, 'minutes'>): void {
    const now = this.#now();
    const minute = Math.floor(now / MINUTE_MS);
    const minutes = pool.minutes();
    this.#store.transaction(() => {
      for (const { hostId, body } of minutes) this.#store.connectionMinutes.add(hostId, minute, body);
    });
    for (const { hostId, body } of minutes) this.#onMinute(hostId, body);
    if (Math.abs(now - this.#forgotten) < DAY_MS) return;
    this.#forgotten = now;
    this.#store.forgetConnections(now - KEPT_MS);
  }

  /** A store that is full must not end the core over a line of history. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#log('warn', 'what happened to connections could not be kept', { error: String(error) });
    }
  }
}
