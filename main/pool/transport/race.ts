/**
 * One connection on its way, over one transport or two: the first to be welcomed wins, the other is taken back.
 *
 *   trying first ──1 s, or blocked──► trying both ──welcome──► won
 *        └──────────── every try failed ──────────────────────► lost (one fault)
 */
import type { Transport } from '#shared/domain/connection.ts';
import { fail, type Fault } from '#shared/lib/fault.ts';
import type { Channel, Dial, Target } from '../types.ts';
import type { DialGate, Permit } from './dial-gate.ts';
import { isSecure } from './endpoint.ts';
import { BESIDE_MS, bothFailed, type Fallback } from './fallback.ts';
import { greet, type DialTimes, type Timers, type Welcome } from './greeting.ts';

export type OpenEvents = {
  /** The hello of this connection as text, asked when a transport is open: twice when both are tried. */
  hello(): string;
  /** The dial left the gate's queue; the transport is open and the hello sent. Each once or twice. */
  progress?(step: 'dialing' | 'greeting'): void;
  /** Once; the channel is open and welcomed. `welcome` is its first frame and does not come as a message. */
  ready(channel: Channel, welcome: Welcome, times: DialTimes): void;
  /** Once, in place of `ready`. */
  failed(fault: Fault): void;
  /** Every later frame. */
  message(text: string): void;
  /** Once, after `ready`. */
  closed(fault: Fault): void;
  /** Bytes that crossed the network, those of a try that lost as well. */
  bytes(received: number, sent: number): void;
};

export type RaceOptions = {
  readonly hostId: string;
  readonly target: () => Target | null;
  readonly gate: DialGate;
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly dials: Readonly<Record<Transport, Dial>>;
  readonly fallback: Fallback;
  /** WebSocket alone. */
  readonly probe: boolean;
  welcomed(over: Transport): void;
  ended(): void;
};

export class Race {
  readonly #options: RaceOptions;
  readonly #events: OpenEvents;
  readonly #tries = new Map<Transport, { cancel(): void }>();
  readonly #faults = new Map<Transport, Fault>();
  /** WebSockets of the host welcomed before this began: one more shows that nothing blocks them. */
  readonly #since: number;
  #beside: { cancel(): void } | null = null;
  #winner: Transport | null = null;
  #over = false;

  constructor(options: RaceOptions, events: OpenEvents) {
    this.#options = options;
    this.#events = events;
    this.#since = options.fallback.socketWelcomes;
    this.#try(options.probe ? 'websocket' : options.fallback.first);
  }

  /** Ends it without `failed`. Does nothing after `ready` or `failed`. */
  cancel(): void {
    if (!this.#over) this.#end();
  }

  get #socketsWork(): boolean {
    return this.#options.fallback.socketWelcomes > this.#since;
  }

  #try(over: Transport): void {
    const { target, timers, gate, hostId, dials, timeoutMs, probe } = this.#options;
    const at = target();
    if (!at) {
      // Told in a later turn, as every other end: the caller has nothing in hand yet.
      this.#tries.set(
        over,
        timers.after(0, () => this.#lost(over, NO_ADDRESS)),
      );
      return;
    }
    let attempt: { cancel(): void } | null = null;
    const begin = (place: Permit): void => {
      if (this.#over) return;
      this.#events.progress?.('dialing');
      if (over === 'websocket' && !probe && !this.#faults.has('http')) this.#beside = timers.after(BESIDE_MS, () => this.#tryBeside());
      attempt = greet(dials[over], at, () => this.#events.hello(), timeoutMs, timers, {
        opened: () => {
          // The expensive part of a WebSocket is over here; that of HTTP is only beginning.
          if (over === 'websocket') place.release();
          this.#events.progress?.('greeting');
        },
        ready: (channel, welcome, times) => {
          place.release();
          this.#won(over, channel, welcome, times);
        },
        failed: (fault) => {
          place.release();
          this.#lost(over, fault);
        },
        message: (text) => {
          if (this.#winner === over) this.#events.message(text);
        },
        closed: (fault) => {
          if (this.#winner === over) this.#events.closed(fault);
        },
        bytes: (received, sent) => this.#events.bytes(received, sent),
      });
    };
    // When a thousand hosts are added in one turn, the first dials begin after it: what is left of it would be counted as their time.
    const permit = gate.acquire(hostId, isSecure(at.url), (place) => queueMicrotask(() => begin(place)));
    this.#tries.set(over, {
      cancel() {
        attempt?.cancel();
        permit.release();
      },
    });
  }

  #tryBeside(): void {
    if (this.#over || this.#tries.has('http') || this.#faults.has('http') || this.#socketsWork) return;
    this.#try('http');
  }

  #won(over: Transport, channel: Channel, welcome: Welcome, times: DialTimes): void {
    this.#tries.delete(over);
    if (over === 'http' && this.#socketsWork) {
      // While this one was on its way another connection showed that WebSocket works: the host's connections belong there.
      channel.close(1000, 'WebSocket works');
      this.#faults.set('http', NOT_NEEDED);
      if (!this.#tries.has('websocket') && !this.#faults.has('websocket')) this.#try('websocket');
      return;
    }
    this.#winner = over;
    this.#end();
    this.#options.welcomed(over);
    this.#events.ready(channel, welcome, times);
  }

  #lost(over: Transport, fault: Fault): void {
    if (this.#over) return;
    this.#tries.delete(over);
    this.#faults.set(over, fault);
    if (over === 'websocket' && !this.#options.probe && this.#options.fallback.smells(fault)) this.#tryBeside();
    if (this.#tries.size > 0) return;
    const socket = this.#faults.get('websocket');
    const http = this.#faults.get('http');
    if (http && !socket) this.#options.fallback.httpFailed();
    this.#end();
    this.#events.failed(socket && http && http !== NOT_NEEDED ? bothFailed(socket, http) : (socket ?? fault));
  }

  #end(): void {
    this.#over = true;
    this.#beside?.cancel();
    for (const one of this.#tries.values()) one.cancel();
    this.#tries.clear();
    this.#options.ended();
  }
}

const NO_ADDRESS = fail('HOST_UNREACHABLE', 'The agent host has no address yet.', { why: 'It is not up.', fix: 'It is dialled as soon as it is.' }).fault;
const NOT_NEEDED = fail('HOST_LOST', 'The HTTP connection was not needed.').fault;
