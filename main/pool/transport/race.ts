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
import { Greeting, type DialTimes, type GreetingEvents, type Timers, type Welcome } from './greeting.ts';

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

/** What the races of one host have in common. */
export type Course = {
  readonly hostId: string;
  readonly gate: DialGate;
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly dials: Readonly<Record<Transport, Dial>>;
  readonly fallback: Fallback;
  target(): Target | null;
  welcomed(over: Transport): void;
};

export class Race {
  readonly events: OpenEvents;
  readonly #course: Course;
  /** WebSocket alone. */
  readonly #probe: boolean;
  readonly #tries: Record<Transport, { cancel(): void } | null> = { websocket: null, http: null };
  readonly #faults: Record<Transport, Fault | null> = { websocket: null, http: null };
  /** WebSockets of the host welcomed before this began: one more shows that nothing blocks them. */
  readonly #since: number;
  #beside: { cancel(): void } | null = null;
  #over = false;

  constructor(course: Course, probe: boolean, events: OpenEvents) {
    this.#course = course;
    this.#probe = probe;
    this.events = events;
    this.#since = course.fallback.socketWelcomes;
    this.#try(probe ? 'websocket' : course.fallback.first);
  }

  /** Ends it without `failed`. Does nothing after `ready` or `failed`. */
  cancel(): void {
    if (!this.#over) this.#end();
  }

  get over(): boolean {
    return this.#over;
  }
  get #socketsWork(): boolean {
    return this.#course.fallback.socketWelcomes > this.#since;
  }

  /** A try begins: one over WebSocket gets company if it is not welcomed soon. */
  begun(over: Transport): void {
    this.events.progress?.('dialing');
    if (over === 'websocket' && !this.#probe && !this.#faults.http) this.#beside = this.#course.timers.after(BESIDE_MS, () => this.#tryBeside());
  }

  won(over: Transport, channel: Channel, welcome: Welcome, times: DialTimes): void {
    this.#tries[over] = null;
    if (over === 'http' && this.#socketsWork) {
      // While this one was on its way another connection showed that WebSocket works: the host's connections belong there.
      channel.close(1000, 'WebSocket works');
      this.#faults.http = NOT_NEEDED;
      if (!this.#tries.websocket && !this.#faults.websocket) this.#try('websocket');
      return;
    }
    this.#end();
    this.#course.welcomed(over);
    channel.passTo(this.events);
    this.events.ready(channel, welcome, times);
  }

  lost(over: Transport, fault: Fault): void {
    if (this.#over) return;
    this.#tries[over] = null;
    this.#faults[over] = fault;
    if (over === 'websocket' && !this.#probe && this.#course.fallback.smells(fault)) this.#tryBeside();
    if (this.#tries.websocket || this.#tries.http) return;
    const { websocket: socket, http } = this.#faults;
    if (http && !socket) this.#course.fallback.httpFailed();
    this.#end();
    this.events.failed(socket && http && http !== NOT_NEEDED ? bothFailed(socket, http) : (socket ?? fault));
  }

  #try(over: Transport): void {
    const at = this.#course.target();
    // Told in a later turn, as every other end: the caller has nothing in hand yet.
    this.#tries[over] = at ? new Try(this, this.#course, over, at) : this.#course.timers.after(0, () => this.lost(over, NO_ADDRESS));
  }

  #tryBeside(): void {
    if (this.#over || this.#tries.http || this.#faults.http || this.#socketsWork) return;
    this.#try('http');
  }

  #end(): void {
    this.#over = true;
    this.#beside?.cancel();
    this.#tries.websocket?.cancel();
    this.#tries.http?.cancel();
    this.#tries.websocket = this.#tries.http = null;
  }
}

/** One try over one transport, from the gate's queue on. */
class Try implements GreetingEvents {
  readonly #race: Race;
  readonly #course: Course;
  readonly #over: Transport;
  readonly #target: Target;
  readonly #permit: Permit;
  #greeting: Greeting | null = null;

  constructor(race: Race, course: Course, over: Transport, target: Target) {
    this.#race = race;
    this.#course = course;
    this.#over = over;
    this.#target = target;
    // When a thousand hosts are added in one turn, the first dials begin after it: what is left of it would be counted as their time.
    this.#permit = course.gate.acquire(course.hostId, isSecure(target.url), () => process.nextTick(begin, this));
  }

  cancel(): void {
    this.#greeting?.cancel();
    this.#permit.release();
  }

  hello(): string {
    return this.#race.events.hello();
  }
  opened(): void {
    // The expensive part of a WebSocket is over here; that of HTTP is only beginning.
    if (this.#over === 'websocket') this.#permit.release();
    this.#race.events.progress?.('greeting');
  }
  ready(channel: Channel, welcome: Welcome, times: DialTimes): void {
    this.#permit.release();
    this.#race.won(this.#over, channel, welcome, times);
  }
  failed(fault: Fault): void {
    this.#permit.release();
    this.#race.lost(this.#over, fault);
  }
  bytes(received: number, sent: number): void {
    this.#race.events.bytes(received, sent);
  }

  begin(): void {
    if (this.#race.over) return;
    this.#race.begun(this.#over);
    this.#greeting = new Greeting(this.#course.dials[this.#over], this.#target, this.#course.timeoutMs, this.#course.timers, this);
  }
}

const begin = (one: Try): void => one.begin();

const NO_ADDRESS = fail('HOST_UNREACHABLE', 'The agent host has no address yet.', { why: 'It is not up.', fix: 'It is dialled as soon as it is.' }).fault;
const NOT_NEEDED = fail('HOST_LOST', 'The HTTP connection was not needed.').fault;
