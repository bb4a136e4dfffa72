/**
 * The way to one host: "open me a connection" goes in, a welcomed channel or a fault comes out. Dials pass the pool's gate; what blocks
 * WebSocket is gone around by HTTP, and WebSocket is tried again until it works. Connections that are open are the link's: the route
 * only tells it when they should move.
 */
import type { Transport } from '#shared/domain/connection.ts';
import type { Dial, Target } from '../types.ts';
import type { DialGate } from './dial-gate.ts';
import { Fallback } from './fallback.ts';
import type { Timers } from './greeting.ts';
import { dialHttp } from './http.ts';
import { Race, type Course, type OpenEvents } from './race.ts';
import { dialWebSocket } from './websocket.ts';

export type RouteOptions = {
  readonly hostId: string;
  /** Asked for every dial; null while the host has no address. */
  readonly target: () => Target | null;
  /** The pool's one gate. */
  readonly gate: DialGate;
  /** The pool's wheel. */
  readonly timers: Timers;
  /** Time limit of a dial from the gate to the welcome, in milliseconds; 5000 when absent. */
  readonly timeoutMs?: number;
  /** The host's connections belong on `to` now: those over the other transport finish what is on the way and close. */
  moved(to: Transport, cause: string): void;
  /** HTTP carries, and it is time to see whether WebSocket works again: `open` with `probe`, and forget it when it fails. */
  probe(): void;
  readonly dials?: Readonly<Record<Transport, Dial>>;
  readonly random?: () => number;
};

/** A connection on its way. */
export type Opening = {
  /** Ends it without `failed`. Does nothing after `ready` or `failed`. */
  cancel(): void;
};

const DIAL_MS = 5000;
const DIALS = { websocket: dialWebSocket, http: dialHttp };

export class Route implements Course {
  readonly fallback: Fallback;
  readonly dials: Readonly<Record<Transport, Dial>>;
  readonly #options: RouteOptions;
  #probe: { cancel(): void } | null = null;
  #closed = false;

  constructor(options: RouteOptions) {
    this.#options = options;
    this.fallback = new Fallback(options.random);
    this.dials = options.dials ?? DIALS;
  }

  /** What a new connection tries first. */
  get transport(): Transport {
    return this.fallback.first;
  }

  get hostId(): string {
    return this.#options.hostId;
  }
  get gate(): DialGate {
    return this.#options.gate;
  }
  get timers(): Timers {
    return this.#options.timers;
  }
  get timeoutMs(): number {
    return this.#options.timeoutMs ?? DIAL_MS;
  }

  /**
   * Opens one connection. Its end (`ready`, `failed`) always comes in a later turn of the loop.
   * @param probe WebSocket alone, because HTTP works already
   */
  open(events: OpenEvents, { probe = false }: { probe?: boolean } = {}): Opening {
    return new Race(this, probe, events);
  }

  target(): Target | null {
    return this.#closed ? null : this.#options.target();
  }

  /** A new beginning, asked by a person or after a change of the address: WebSocket first again. */
  reset(): void {
    this.fallback.reset();
  }

  /** Nothing is dialled any more. Connections that are open or on their way are their owner's to end. */
  close(): void {
    this.#closed = true;
    this.#probe?.cancel();
    this.#probe = null;
  }

  welcomed(over: Transport): void {
    if (!this.fallback.welcomed(over)) return;
    this.#probe?.cancel();
    this.#probe = null;
    if (over === 'http') this.#probeLater();
    this.#options.moved(over, over === 'http' ? 'WebSocket is blocked on the way to the host.' : 'WebSocket works again.');
  }

  #probeLater(): void {
    this.#probe = this.#options.timers.after(this.fallback.nextProbeMs(), () => {
      this.#probeLater();
      this.#options.probe();
    });
  }
}
