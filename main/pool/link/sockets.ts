/**
 * The connections of one host: how many there are, when one is dialled, replaced or let go.
 *
 *   stopped ──start──► dialing one ──welcome──► up: the minimum, more when commands wait, fewer when idle, each replaced when it is old
 *      ▲                 ▲   └──fault──► waiting (backoff) ──┘   │
 *      └──replaced by another center, closed──┴──last one lost───┘
 *
 * While none is ready only one is dialled, so that a host that is down costs one dial at a time. A connection to be replaced goes on
 * until another is ready, and then until its last answer is in.
 */
import type { PoolLimits, Transport } from '#shared/domain/connection.ts';
import type { CenterFrame, HostFrame, HostLoad } from '#shared/host-protocol/frames.ts';
import { fail, type Fault } from '#shared/lib/fault.ts';
import type { Timer, Wheel } from '../health/wheel.ts';
import { Route, type DialGate, type DialTimes, type RouteOptions, type Timers, type Welcome } from '../transport/index.ts';
import type { Target } from '../types.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Pace } from './pace.ts';

/** Whose the connections are. */
export type SocketsOwner = {
  readonly hostId: string;
  readonly wheel: Wheel;
  readonly gate: DialGate;
  target(): Target | null;
  limits(): PoolLimits;
  now(): number;
  hello(): CenterFrame;
  /** `first`: none was ready before it. */
  onWelcome(connection: Connection, welcome: Welcome, times: DialTimes, first: boolean): void;
  onFrame(connection: Connection, frame: HostFrame): void;
  onBeat(connection: Connection, ms: number, sentAt: number, load: HostLoad): void;
  onBytes(received: number, sent: number): void;
  onDial(): void;
  /** A dial failed. */
  onFailed(fault: Fault): void;
  /** A connection that was ready is gone. `meant`: this side let it go, and nothing is wrong. */
  onLost(connection: Connection, fault: Fault, meant: boolean): void;
  /** Anything about a connection changed, and why. */
  onSocket(connection: Connection, from: string, to: string, cause: string): void;
  onMoved(to: Transport, cause: string): void;
};

/** With this many answers awaited on every connection, one more is opened. */
const BUSY = 16;
/** Age and idleness are looked at this often at least, so that changed limits hold soon. */
const LOOK_MS = 60_000;
/** How long a host has to answer a good-bye. */
const GOODBYE_MS = 1000;

export class Sockets implements ConnectionOwner, RouteOptions {
  readonly route: Route;
  readonly #owner: SocketsOwner;
  readonly #pace = new Pace();
  readonly #all = new Set<Connection>();
  #count = 0;
  #running = false;
  #over = false;
  #backoff: Timer | null = null;
  #wanted = false;
  #gone: (() => void) | null = null;

  constructor(owner: SocketsOwner) {
    this.#owner = owner;
    this.route = new Route(this);
  }

  // What the route and the connections ask and tell.

  get hostId(): string {
    return this.#owner.hostId;
  }
  get gate(): DialGate {
    return this.#owner.gate;
  }
  get wheel(): Wheel {
    return this.#owner.wheel;
  }
  get timers(): Timers {
    return this.#owner.wheel;
  }
  target(): Target | null {
    return this.#owner.target();
  }
  limits(): PoolLimits {
    return this.#owner.limits();
  }
  now(): number {
    return this.#owner.now();
  }
  hello(): CenterFrame {
    return this.#owner.hello();
  }
  frame(connection: Connection, frame: HostFrame): void {
    this.#owner.onFrame(connection, frame);
  }
  beat(connection: Connection, ms: number, sentAt: number, load: HostLoad): void {
    this.#owner.onBeat(connection, ms, sentAt, load);
  }
  bytes(received: number, sent: number): void {
    this.#owner.onBytes(received, sent);
  }
  probe(): void {
    this.#open(true);
  }

  get all(): ReadonlySet<Connection> {
    return this.#all;
  }
  get running(): boolean {
    return this.#running;
  }
  get transport(): Transport | null {
    for (const connection of this.#all) if (connection.state === 'ready') return connection.transport;
    return null;
  }
  /** Nothing listens at the address, for long enough to be sure. */
  get refused(): boolean {
    return this.#pace.refused;
  }

  /** How long the ready connection that is silent for longest has owed the answer to a beat, in milliseconds. @param now monotonic ms */
  waitedMs(now: number): number {
    let longest = 0;
    for (const one of this.#all) if (one.state === 'ready') longest = Math.max(longest, one.waitedMs(now));
    return longest;
  }

  /** The ready connection with the fewest answers awaited; those that stay before those that leave. */
  ready(): Connection | null {
    let best: Connection | null = null;
    for (const one of this.#all) {
      if (one.state !== 'ready') continue;
      if (!best || weightOf(one) < weightOf(best)) best = one;
    }
    return best;
  }

  /** Begins, or begins anew after `stop`: what was learned from failures is forgotten, and the dial is now. */
  start(): void {
    if (this.#over) return;
    this.#running = true;
    this.#pace.reset();
    this.#backoff?.cancel();
    this.#backoff = null;
    this.#tend();
  }

  /** Ends all of them, and dials no more until `start`. */
  stop(fault: Fault): void {
    this.#running = false;
    this.#backoff?.cancel();
    this.#backoff = null;
    for (const connection of this.#all) connection.terminate(fault);
  }

  /** For good, with a good-bye to the host. @returns when all are gone: those that do not answer the good-bye are ended after 1 s */
  close(reason: string): Promise<void> {
    this.#over = true;
    this.#running = false;
    this.#backoff?.cancel();
    this.route.close();
    for (const connection of this.#all) connection.close(reason);
    if (this.#all.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#gone = resolve;
      this.#owner.wheel.after(GOODBYE_MS, () => this.stop(GONE_BY));
    });
  }

  /** The address is another: all move there. */
  readdress(cause: string): void {
    this.route.reset();
    for (const connection of this.#all) if (connection.state === 'ready') connection.leaving ??= cause;
    this.redial();
  }

  /** What is on its way was dialled with what does not hold any more: it is dialled anew, now. Those that are open stay. */
  redial(): void {
    // Each that ends makes room for a new one, which is not meant.
    for (const connection of new Set(this.#all)) if (!connection.open) connection.terminate(GONE_BY);
    this.start();
  }

  /** Forgets that WebSocket was blocked. */
  resetRoute(): void {
    this.route.reset();
  }

  /** Commands were sent: another connection may help. @param waiting some could not be */
  grow(waiting: boolean): void {
    if (!waiting) {
      let awaited = Infinity;
      for (const one of this.#all) if (one.state === 'ready') awaited = Math.min(awaited, one.inFlight);
      if (awaited < BUSY) return;
    }
    this.#wanted = true;
    this.#tend();
  }

  /** Limits may have changed. */
  tend(): void {
    this.#tend();
  }

  #tend(): void {
    if (!this.#running || this.#backoff?.pending || this.#owner.target() === null) return;
    const { minSockets, maxSockets } = this.#owner.limits();
    let staying = 0;
    let leaving = 0;
    let coming = 0;
    for (const one of this.#all) {
      if (one.state === 'dialing' || one.state === 'greeting') coming++;
      if (one.state !== 'ready') continue;
      if (one.leaving === null) staying++;
      else leaving++;
    }
    let more = 0;
    if (staying + leaving === 0) more = coming === 0 ? 1 : 0;
    else {
      more = minSockets - staying - coming;
      const full = staying + coming >= maxSockets;
      if (more <= 0 && coming === 0 && !full && this.#wanted) more = 1;
    }
    this.#wanted = false;
    for (; more > 0; more--) this.#open(false);
    if (staying >= minSockets) for (const one of this.#all) if (one.leaving !== null) this.#retire(one, one.leaving);
  }

  #open(probe: boolean): void {
    if (!this.#running) return;
    this.#owner.onDial();
    this.#all.add(new Connection(`${this.hostId}-${++this.#count}`, probe, this));
  }

  welcome(connection: Connection, welcome: Welcome, times: DialTimes): void {
    let first = true;
    for (const one of this.#all) if (one !== connection && one.open) first = false;
    this.#pace.welcomed();
    connection.readySince = performance.now();
    this.#owner.onSocket(connection, 'greeting', 'ready', `welcomed over ${connection.transport}`);
    this.#owner.onWelcome(connection, welcome, times, first);
    if (connection.state !== 'ready') return;
    this.#look(connection);
    for (const one of this.#all) {
      if (one.leaving === null || one.state !== 'ready') continue;
      this.#retire(one, one.leaving);
      break;
    }
    this.#tend();
  }

  closed(connection: Connection, fault: Fault, was: string): void {
    this.#all.delete(connection);
    if (this.#all.size === 0) this.#gone?.();
    connection.look?.cancel();
    const since = connection.readySince;
    if (since === null) {
      // A look whether WebSocket works again may fail: HTTP carries.
      if (!connection.probe && fault !== GONE_BY && this.#running) this.#failed(fault);
      else this.#tend();
      return;
    }
    const meant = was === 'retiring';
    this.#owner.onSocket(connection, was, 'closed', fault.why ?? fault.message);
    this.#owner.onLost(connection, fault, meant);
    if (meant) return this.#tend();
    this.#again(this.#pace.lost(fault, performance.now() - since));
  }

  #failed(fault: Fault): void {
    const wait = this.#pace.failed(fault);
    this.#owner.onFailed(fault);
    this.#again(wait);
  }

  #again(waitMs: number): void {
    if (!this.#running) return;
    this.#backoff?.cancel();
    this.#backoff = this.#owner.wheel.after(waitMs, () => {
      this.#backoff = null;
      this.#tend();
    });
  }

  moved(to: Transport, cause: string): void {
    this.#owner.onMoved(to, cause);
    // The one that was welcomed just now is not ready yet: those that leave do so when it is.
    for (const one of this.#all) if (one.state === 'ready' && one.transport !== to) one.leaving ??= cause;
  }

  #retire(connection: Connection, cause: string): void {
    if (connection.state !== 'ready') return;
    this.#owner.onSocket(connection, 'ready', 'retiring', cause);
    connection.retire();
  }

  #look(connection: Connection): void {
    const { ttlMs, idleMs, minSockets } = this.#owner.limits();
    const now = performance.now();
    const old = (connection.readySince ?? now) + ttlMs * (0.9 + stagger(connection.id) * 0.1) - now;
    const idle = connection.usedAt + idleMs - now;
    let staying = 0;
    for (const one of this.#all) if (one.state === 'ready' && one.leaving === null) staying++;
    if (connection.state !== 'ready' || connection.leaving !== null) return;
    if (old <= 0) {
      connection.leaving = 'its time is over';
      this.#tend();
    } else if (idle <= 0 && connection.inFlight === 0 && staying > minSockets) this.#retire(connection, 'it carried nothing for a while');
    const next = Math.min(LOOK_MS, Math.max(old > 0 ? old : LOOK_MS, 0), idle > 0 ? idle : LOOK_MS);
    connection.look = this.wheel.after(next, () => this.#look(connection));
  }
}

const GONE_BY = fail('HOST_LOST', 'The connection was not needed any more.').fault;

/** Connections that leave are the last choice. */
const weightOf = (one: Connection): number => one.inFlight + (one.leaving === null ? 0 : 1e6);

/** 0–1, another for each connection: those opened together are not replaced together. */
const stagger = (id: string): number => (Number(id.slice(id.lastIndexOf('-') + 1)) * 0.618) % 1;
