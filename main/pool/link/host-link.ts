/**
 * One host as the pool has it: its connections, commands, streams and health together, and what of it is shown.
 *
 *   connecting ──first welcome──► ready ──last connection lost──► reconnecting ──welcome──► ready
 *                                   └──another center with our name (HOST_REPLACED), removed──► closed ──reconnect──► connecting
 */
import type { AgentHost, ConnectionMinute, HealthRules, HostFacts, HostState, PoolEvent, PoolLimits, Transport } from '#shared/domain/connection.ts';
import { HOST_PROTOCOLS, type CenterFrame, type Cursor, type HostFrame, type HostIdentity } from '#shared/host-protocol/frames.ts';
import type { HostHealth, HostLink, HostListener } from '#shared/host-protocol/link.ts';
import { fail, type Fault } from '#shared/lib/fault.ts';
import type { Wheel } from '../health/wheel.ts';
import type { DialGate, DialTimes, Welcome } from '../transport/index.ts';
import type { Candidate, Target } from '../types.ts';
import { Calls, type CallsOptions, type Outcome } from './calls.ts';
import type { Connection } from './connection.ts';
import { Signals, type SignalsOptions } from './signals.ts';
import { Sockets, type SocketsOwner } from './sockets.ts';
import { reportOf, Streams, type StreamsOptions } from './streams.ts';

/** What the links of a pool have in common; what differs is asked for by the host's id. */
export type LinkPool = {
  readonly center: string;
  readonly role: 'center' | 'probe';
  readonly wheel: Wheel;
  readonly gate: DialGate;
  /** Starts a new host's connections, not in this turn of the loop. */
  readonly begin: (sockets: Sockets) => void;
  readonly listener: HostListener;
  readonly rules: () => HealthRules;
  readonly cursors: (hostId: string) => Cursor[];
  readonly sessions: (hostId: string) => number;
  readonly now: () => number;
  readonly log: (text: string) => void;
  readonly emit: (hostId: string, kind: PoolEvent['kind'], from: string, to: string, cause: string) => void;
  /** A command was answered, or was not. */
  readonly judge: (hostId: string, ok: boolean, why: string) => void;
};

/** The parts of a host know it by what each needs of it; rooms above know it as a `HostLink`. */
export class PooledHost implements HostLink, SocketsOwner, StreamsOptions, CallsOptions, SignalsOptions {
  readonly hostId: string;
  readonly #pool: LinkPool;
  readonly #sockets: Sockets;
  readonly #signals: Signals;
  /** Made for the first command, and for the first run. */
  #calls: Calls | null = null;
  #streams: Streams | null = null;
  #host: AgentHost;
  #target: () => Target | null;
  #url: string | null = null;
  /** Name of this run of the center at the host; another once that one was replaced and a person asked to come back. */
  #link: string;
  #state: HostState = 'connecting';
  #fault: Fault | null = null;
  #identity: HostIdentity | null = null;
  /** The host said so; until its process is another. */
  #draining: string | null = null;
  #dead = false;
  #latencyMs: number | null = null;
  #lastSeenAt: number | null = null;
  #reconnects = 0;

  /** @param link name of this run of the center at this host */
  constructor(host: AgentHost, target: () => Target | null, link: string, pool: LinkPool) {
    this.#pool = pool;
    this.#host = host;
    this.#link = link;
    this.#target = target;
    this.hostId = host.id;
    this.#signals = new Signals(this);
    this.#sockets = new Sockets(this);
    this.#url = this.#target()?.url ?? null;
    pool.begin(this.#sockets);
  }

  readonly call: HostLink['call'] = (name, input, options) => {
    // A run counts as given from the moment it is asked for: its first events may come before the answer.
    if ((name === 'session.start' || name === 'telemetry.open') && 'sessionId' in input && 'epoch' in input)
      this.#streamed().given(input.sessionId, input.epoch);
    if (!this.#signals.enter()) return Promise.resolve({ ok: false, fault: this.unreachable() });
    return this.#called().call(name, input, options);
  };

  get host(): AgentHost {
    return this.#host;
  }
  get state(): HostState {
    return this.#state;
  }
  /** The host takes no new sessions by its own word. */
  get draining(): boolean {
    return this.#draining !== null;
  }

  /** What a balancer needs. @param now monotonic ms */
  candidate(now: number): Candidate {
    const ewmaMs = this.#signals.ewmaMs(now);
    const waitedMs = this.#sockets.waitedMs(now);
    return {
      id: this.hostId,
      weight: this.#host.weight,
      warmth: this.#signals.warmth(now),
      // An answer that is owed takes at least as long as it has taken: new work avoids a silent host before it is known to be frozen.
      ewmaMs: waitedMs > (ewmaMs ?? 0) ? waitedMs : ewmaMs,
      outstanding: this.#pool.sessions(this.hostId) + (this.#calls ? this.#calls.inFlight + this.#calls.queued : 0),
    };
  }

  /** Whether it can take something now. @param now monotonic ms */
  takes(now: number): boolean {
    return this.#state === 'ready' && this.#signals.allows(now);
  }

  health(): HostHealth {
    const { hostId } = this;
    return {
      hostId,
      name: this.#host.name,
      state: this.#state,
      latencyMs: this.#latencyMs,
      lastSeenAt: this.#lastSeenAt,
      cause: this.#state === 'ready' ? null : this.#cause(),
      dead: this.#dead,
      identity: this.#identity,
    };
  }

  /** Another name, weight, limit or state by a person. */
  change(host: AgentHost, target: () => Target | null): void {
    const before = this.#host;
    this.#host = host;
    this.#target = target;
    if (before.weight !== host.weight) this.emit('weight', String(before.weight), String(host.weight), 'set by a person');
    if (before.admin !== host.admin) this.emit('drain', before.admin, host.admin, 'set by a person');
    if (before.url !== host.url) this.renew();
    if (before.limits.window !== host.limits.window) this.send({ t: 'ack', cursors: [], window: host.limits.window }, null);
    this.#sockets.tend();
    this.listener.health(this.health());
  }

  /** The target may be another: a new token is told on the connections there are, a new address is moved to. */
  renew(): void {
    const target = this.#target();
    if (!target) return;
    if (target.url !== this.#url) {
      this.#url = target.url;
      this.#sockets.readdress('the address of the host changed');
      return;
    }
    for (const connection of this.#sockets.all) {
      connection.send({ t: 'auth', token: target.token });
      if (connection.transport === 'http') connection.leaving ??= 'its requests carry the old token';
    }
    if (this.#sockets.running) this.#sockets.redial();
  }

  reconnect(): void {
    // The host refuses a replaced name for good, so that two centers do not throw each other out for ever.
    if (this.#fault?.code === 'HOST_REPLACED') this.#link = crypto.randomUUID();
    this.#sockets.stop(LEFT);
    this.#sockets.resetRoute();
    this.#signals.begin('a person asked for a new connection');
    this.#calls?.open();
    this.#fault = null;
    this.#url = this.#target()?.url ?? null;
    this.#move('connecting', 'a person asked for a new connection');
    this.#sockets.start();
  }

  /** Its process is known to have ended. */
  down(cause: string): void {
    this.#dead = true;
    const fault = fail('HOST_UNREACHABLE', 'The agent host has ended.', { why: cause, fix: 'It is started again by itself.' }).fault;
    this.#fault = fault;
    this.#sockets.stop(fault);
    if (this.#state === 'ready') this.#move('reconnecting', cause);
    else this.listener.health(this.health());
    // Nothing is dialled until it has an address again.
    this.#url = null;
    this.#sockets.start();
  }

  /** Takes an open breaker back; the share grows slowly again. */
  readmit(): void {
    this.#signals.begin('taken back in');
  }

  /** Acknowledges what is stored, settles every command, says good-bye. Resolves when the connections are gone, within 1 s. */
  async end(cause: string): Promise<void> {
    this.#streams?.flush();
    this.#fault = fail('HOST_UNREACHABLE', 'The connection to the agent host is closed.', { why: cause }).fault;
    this.#called().close(this.#fault);
    this.#move('closed', cause);
    await this.#sockets.close(cause);
    this.#streams?.close();
  }

  minute(): ConnectionMinute | null {
    const { eventsIn, duplicates, gaps } = this.#streams ?? NO_STREAMS;
    return this.#signals.minute({ eventsIn, duplicates, gaps });
  }

  /** @param ejection in wall time already */
  facts(ejection: HostFacts['ejection']): HostFacts {
    const now = performance.now();
    const { url } = this.#host;
    const ready = this.#state === 'ready';
    const { eventsIn, duplicates, gaps } = this.#streams ?? NO_STREAMS;
    return {
      id: this.hostId,
      name: this.#host.name,
      url: url === '' ? (this.#url ?? '') : url,
      state: this.#state,
      cause: ready ? this.#draining : this.#cause(),
      code: ready ? null : (this.#fault?.code ?? null),
      admin: this.#host.admin,
      weight: this.#host.weight,
      transport: this.#sockets.transport,
      version: this.#identity?.version ?? null,
      lastSeenAt: this.#lastSeenAt,
      sessions: this.#pool.sessions(this.hostId),
      ejection,
      ...this.#signals.facts(now, this.now() - now),
      inFlight: this.#calls?.inFlight ?? 0,
      queued: this.#calls?.queued ?? 0,
      reconnects: this.#reconnects,
      eventsIn,
      duplicatesDropped: duplicates,
      gaps,
      sockets: [...this.#sockets.all].map((one) => one.facts(now)),
    };
  }

  // What its parts ask and tell.

  get wheel(): Wheel {
    return this.#pool.wheel;
  }
  get gate(): DialGate {
    return this.#pool.gate;
  }
  get listener(): HostListener {
    return this.#pool.listener;
  }
  /** A probe is told of streams by nobody. */
  get takeUnknown(): boolean {
    return this.#pool.role === 'probe';
  }
  get rules(): () => HealthRules {
    return this.#pool.rules;
  }
  get log(): (text: string) => void {
    return this.#pool.log;
  }
  target(): Target | null {
    return this.#target();
  }
  limits(): PoolLimits {
    return this.#host.limits;
  }
  window(): number {
    return this.#host.limits.window;
  }
  now(): number {
    return this.#pool.now();
  }
  ready(): Connection | null {
    return this.#sockets.ready();
  }
  emit(kind: PoolEvent['kind'], from: string, to: string, cause: string): void {
    this.#pool.emit(this.hostId, kind, from, to, cause);
  }
  judge(ok: boolean, why: string): void {
    this.#pool.judge(this.hostId, ok, why);
  }
  onGap(why: string): void {
    this.emit('gap', '', '', why);
  }
  onLie(connection: Connection, fault: Fault): void {
    connection.terminate(fault);
  }
  onBytes(received: number, sent: number): void {
    const { sums } = this.#signals.tally;
    sums.bytesIn += received;
    sums.bytesOut += sent;
  }
  onDial(): void {
    this.#signals.tally.attempt();
  }
  onSocket(connection: Connection, from: string, to: string, cause: string): void {
    this.emit('socket', `${connection.id} ${from}`, to, cause);
  }
  onMoved(to: Transport, cause: string): void {
    this.emit('transport', to === 'http' ? 'websocket' : 'http', to, cause);
  }
  onPumped(waiting: number): void {
    this.#sockets.grow(waiting > 0);
  }
  onOutcome(outcome: Outcome): void {
    this.#signals.outcome(outcome);
  }

  hello(): CenterFrame {
    const { center, role } = this.#pool;
    const fresh = this.#state !== 'ready';
    return {
      t: 'hello',
      protocols: [...HOST_PROTOCOLS],
      center,
      link: this.#link,
      role,
      window: this.#host.limits.window,
      have: fresh ? this.#cursors() : [],
      fresh,
    };
  }

  onWelcome(connection: Connection, welcome: Welcome, times: DialTimes, first: boolean): void {
    this.#signals.tally.ready(times.openMs);
    this.#seen();
    const another = this.#identity?.boot !== welcome.host.boot;
    this.#identity = welcome.host;
    if (first) {
      if (this.#state === 'reconnecting') this.#reconnects++;
      this.#dead = false;
      this.#signals.begin('it is connected');
    }
    if (another) {
      this.#draining = null;
      if (this.#streams || welcome.streams.length > 0) this.#streamed().welcomed(welcome.streams);
      // Before any command is sent again: what the host does not hold, the rooms above take back.
      this.listener.streams(this.hostId, reportOf(welcome.streams));
    }
    // It may have been given up by what the rooms above did.
    if (connection.state !== 'ready') return;
    this.#fault = null;
    if (this.#state === 'ready') return this.#calls?.pump();
    this.#move('ready', `welcomed over ${connection.transport}`);
    this.#streams?.flush();
    this.#calls?.pump();
  }

  onFrame(connection: Connection, frame: HostFrame): void {
    const { hostId } = this;
    const { listener } = this;
    this.#seen();
    switch (frame.t) {
      case 'events':
        this.#streamed().take(connection, frame.batch);
        return;
      case 'reply':
        this.#calls?.settle(frame);
        return;
      case 'live':
        for (const { sessionId, part } of frame.parts ?? []) if (this.#speaksFor(sessionId)) listener.live(hostId, sessionId, part);
        for (const { sessionId, gauge } of frame.gauges ?? []) if (this.#speaksFor(sessionId)) listener.gauge(hostId, sessionId, gauge);
        return;
      case 'authed':
        this.emit('token', '', 'accepted', frame.tokenUntil === null ? 'the new token does not end' : 'the new token was accepted');
        return;
      case 'draining':
        if (this.#draining === null) this.emit('drain', 'active', 'draining', `the host: ${frame.reason}`);
        this.#draining = frame.reason;
        return;
      case 'bye':
        this.#fault = fail('HOST_UNREACHABLE', 'The agent host went away.', { why: frame.reason.slice(0, 500) }).fault;
        return;
      case 'welcome':
      case 'pong':
    }
  }

  onBeat(connection: Connection, ms: number, sentAt: number): void {
    this.#seen();
    this.#latencyMs = ms;
    this.#signals.beat(ms);
    this.#streams?.confirmed(connection, sentAt);
    this.listener.health(this.health());
  }

  onFailed(fault: Fault): void {
    this.#signals.dialFailed(fault);
    if (this.#stopped(fault) || this.#state === 'ready') return;
    if (fault.code === 'HOST_UNAUTHORIZED' && this.#fault?.code !== fault.code) this.emit('token', '', 'refused', fault.why ?? fault.message);
    const told = this.#cause();
    if (this.#fault?.code !== fault.code) this.emit('socket', 'dialing', 'closed', fault.why ?? fault.message);
    this.#fault = fault;
    const dead = this.#sockets.refused;
    if (dead && !this.#dead) this.emit('state', this.#state, 'dead', 'nothing listens at its address any more');
    const changed = dead !== this.#dead || told !== this.#cause();
    this.#dead ||= dead;
    if (changed) this.listener.health(this.health());
  }

  onLost(connection: Connection, fault: Fault, meant: boolean): void {
    if (!meant) this.#signals.lost(fault);
    this.#streams?.lost(connection);
    this.#calls?.lost(connection);
    if (this.#stopped(fault)) return;
    if (this.#sockets.ready() === null && this.#state === 'ready') {
      // What the host said before it closed says more than the close.
      if (fault.code !== 'HOST_LOST' || this.#fault === null) this.#fault = fault;
      this.#latencyMs = null;
      this.#move('reconnecting', this.#cause() ?? fault.message);
    } else this.#streams?.flush();
    this.#calls?.pump();
  }

  /** Another center took the link: to dial again would only throw that one out. */
  #stopped(fault: Fault): boolean {
    if (fault.code !== 'HOST_REPLACED' || this.#state === 'closed') return false;
    this.#fault = fault;
    this.#move('closed', fault.why ?? fault.message);
    this.#sockets.stop(fault);
    this.#called().close(fault);
    return true;
  }

  send(frame: CenterFrame, prefer: Connection | null): Connection | null {
    const via = prefer?.state === 'ready' ? prefer : this.#sockets.ready();
    return via?.send(frame) ? via : null;
  }

  unreachable(): Fault {
    const why = this.#cause() ?? 'It is not connected yet.';
    return this.#fault?.code === 'HOST_REPLACED'
      ? this.#fault
      : fail('HOST_UNREACHABLE', `The agent host "${this.#host.name}" cannot be reached.`, { why, fix: this.#fault?.fix ?? 'Look at the host in Connections.' })
          .fault;
  }

  #called(): Calls {
    return (this.#calls ??= new Calls(this));
  }

  #streamed(): Streams {
    return (this.#streams ??= new Streams(this));
  }

  #cursors(): Cursor[] {
    const stored = this.#pool.cursors(this.hostId);
    return this.#streams || stored.length > 0 ? this.#streamed().cursors(stored) : [];
  }

  /** Whether live text and gauges of a session may be believed. */
  #speaksFor(sessionId: string): boolean {
    return this.takeUnknown || (this.#streams?.speaksFor(sessionId) ?? false);
  }

  #cause(): string | null {
    if (!this.#fault) return this.#signals.breaker(performance.now()).state === 'open' ? 'It did not answer several times in a row and is given a rest.' : null;
    return this.#fault.why ? `${this.#fault.message} ${this.#fault.why}` : this.#fault.message;
  }

  #seen(): void {
    this.#lastSeenAt = this.now();
  }

  #move(to: HostState, cause: string): void {
    if (this.#state === to) return;
    const from = this.#state;
    this.#state = to;
    this.emit('state', from, to, cause);
    this.listener.health(this.health());
  }
}

const NO_STREAMS = { eventsIn: 0, duplicates: 0, gaps: 0 } as const;

const LEFT = fail('HOST_LOST', 'The connection was given up.', { why: 'A person asked for a new one.' }).fault;
