/**
 * One connection to a host: greets, beats, reads frames, counts what crosses it. Which one is opened when, and what travels on it, its
 * owner decides.
 *
 *   dialing ──open──► greeting ──welcome──► ready ──retire──► retiring ──nothing in flight──► closed
 *      └────────────────┴──fault, silence, close──┴────────────────┴────────────────────────────►┘
 *
 * Only the answer to a beat counts as life: a connection whose other end is frozen can swallow what is sent for minutes.
 */
import type { SocketFacts, Transport } from '#shared/domain/connection.ts';
import { HOST_PROTOCOLS, HostFrame, type CenterFrame, type HostLoad } from '#shared/host-protocol/frames.ts';
import { fail, type Fault } from '#shared/lib/fault.ts';
import { parseJson } from '#shared/lib/json.ts';
import { spread } from '../health/backoff.ts';
import { RollingQuantiles } from '../health/window.ts';
import type { Timer, Wheel } from '../health/wheel.ts';
import type { DialTimes, OpenEvents, Opening, Route, Welcome } from '../transport/index.ts';
import type { Channel } from '../types.ts';

export type ConnectionEvents = {
  /** The first frame, made when a transport is open. */
  hello(): CenterFrame;
  welcome(connection: Connection, welcome: Welcome, times: DialTimes): void;
  /** Every frame after the welcome but `pong` and `welcome`. */
  frame(connection: Connection, frame: HostFrame): void;
  /** The answer to a beat: round trip in milliseconds, and when the beat was sent (monotonic). */
  beat(connection: Connection, ms: number, sentAt: number, load: HostLoad): void;
  bytes(received: number, sent: number): void;
  /** Once; `was` is the state before. */
  closed(connection: Connection, fault: Fault, was: SocketFacts['state']): void;
};

export type ConnectionTimes = { readonly beatMs: number; readonly beatDeadlineMs: number };

/** Whose a connection is. */
export type ConnectionOwner = ConnectionEvents & {
  readonly wheel: Wheel;
  readonly route: Route;
  limits(): ConnectionTimes;
  now(): number;
};

/** How long a retiring connection waits for answers; after that they are asked for again over another. */
const RETIRE_MS = 60_000;
/** The first beat comes after half of this to the whole: those of many connections opened together spread out, and leave the dials still to come alone. */
const FIRST_BEAT_MS = 1000;
const BEAT_SPREAD = 0.1;
/** Always a little sooner than asked, so that with the spread and the wheel's ticks silence is found within interval and deadline. */
const BEAT_SHARE = 0.89;
/** Of a refusal's text, for people. */
const MAX_WHY = 500;
const FRAME_TYPES = new Set(['welcome', 'reply', 'events', 'live', 'pong', 'authed', 'draining', 'bye']);

export class Connection implements OpenEvents {
  readonly id: string;
  /** It only looks whether WebSocket works again. */
  readonly probe: boolean;
  readonly openedAt: number;
  /** Commands that were sent here and are not answered. Kept by the owner's calls. */
  inFlight = 0;
  /** Streams whose events came this way last. Kept by the owner's streams. */
  streams = 0;
  bytesIn = 0;
  bytesOut = 0;
  lastActivityAt: number | null = null;
  /** When it last carried something other than a beat (monotonic). */
  usedAt = performance.now();
  /** Set by the owner: to be replaced as soon as another is ready, and why. */
  leaving: string | null = null;
  /** Kept by the owner: since when it is ready (monotonic), and the alarm that looks at age and idleness. */
  readySince: number | null = null;
  look: Timer | null = null;
  #latency: RollingQuantiles | null = null;
  readonly #owner: ConnectionOwner;
  #opening: Opening | null = null;
  #channel: Channel | null = null;
  #transport: Transport;
  #state: SocketFacts['state'] = 'dialing';
  #fault: Fault | null = null;
  #alarm: Timer | null = null;
  #retiring: Timer | null = null;
  /** When the beat that waits for its answer was sent; 0 while none does. */
  #beatAt = 0;

  /** Begins the dial; its end comes in a later turn. */
  constructor(id: string, probe: boolean, owner: ConnectionOwner) {
    this.id = id;
    this.probe = probe;
    this.#owner = owner;
    this.#transport = probe ? 'websocket' : owner.route.transport;
    this.openedAt = owner.now();
    this.#opening = owner.route.open(this, { probe });
  }

  get state(): SocketFacts['state'] {
    return this.#state;
  }
  get transport(): Transport {
    return this.#transport;
  }
  /** True while frames may be sent. */
  get open(): boolean {
    return this.#state === 'ready' || this.#state === 'retiring';
  }

  /** How long the beat that is out has waited for its answer, in milliseconds; 0 when none is. @param now monotonic ms */
  waitedMs(now: number): number {
    return this.#beatAt === 0 ? 0 : now - this.#beatAt;
  }

  /** @param now monotonic milliseconds */
  facts(now: number): SocketFacts {
    const { id, state, transport, openedAt, lastActivityAt, inFlight, streams, bytesIn, bytesOut } = this;
    return { id, state, transport, openedAt, lastActivityAt, latency: this.#latency?.view(now) ?? null, inFlight, streams, bytesIn, bytesOut };
  }

  /** @returns false when nothing can be sent here now */
  send(frame: CenterFrame): boolean {
    return this.sendText(JSON.stringify(frame));
  }

  /** One frame that is text already. */
  sendText(text: string): boolean {
    if (!this.open) return false;
    this.usedAt = performance.now();
    this.#channel?.send(text);
    return true;
  }

  /** No new commands from now on; closes when the last answer is in. */
  retire(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'retiring';
    this.#retiring = this.#owner.wheel.after(RETIRE_MS, () => this.close('replaced by another'));
    this.settle();
  }

  /** To be called when an answer came in: a retiring connection may close now. */
  settle(): void {
    if (this.#state === 'retiring' && this.inFlight === 0) this.close('replaced by another');
  }

  /** A good-bye, for an end that is meant; one that is not open yet just ends. */
  close(reason: string): void {
    if (this.#channel) this.#channel.close(1000, reason);
    else this.terminate(fail('HOST_LOST', 'The connection was not needed any more.', { why: reason }).fault);
  }

  /** Ends it now; `fault` is what its owner hears. */
  terminate(fault: Fault): void {
    if (this.#state === 'closed') return;
    this.#fault ??= fault;
    this.#opening?.cancel();
    this.#channel?.terminate();
    // A dial that is taken back says nothing of its own.
    this.#ended(fault);
  }

  // What the route tells.

  hello(): string {
    return JSON.stringify(this.#owner.hello());
  }
  progress(step: 'dialing' | 'greeting'): void {
    if (this.#state === 'dialing') this.#state = step;
  }
  failed(fault: Fault): void {
    this.#ended(fault);
  }
  closed(fault: Fault): void {
    this.#ended(fault);
  }
  bytes(received: number, sent: number): void {
    this.bytesIn += received;
    this.bytesOut += sent;
    this.#owner.bytes(received, sent);
  }

  message(text: string): void {
    if (this.#state === 'closed') return;
    this.lastActivityAt = this.#owner.now();
    const json = parseJson(text);
    const parsed = HostFrame.safeParse(json);
    if (!parsed.success) {
      // A frame this version does not know is left out; one it knows in another shape, or what is no frame, is not this protocol.
      if (!unknownFrame(json)) this.terminate(nonsense(`a frame that is none: ${parsed.error.issues[0]?.message ?? ''}`));
      return;
    }
    const frame = parsed.data;
    if (frame.t === 'welcome') this.terminate(nonsense('a second welcome'));
    else if (frame.t === 'pong') this.#answered(frame.at, frame.load);
    else {
      this.usedAt = performance.now();
      this.#owner.frame(this, frame);
    }
  }

  ready(channel: Channel, welcome: Welcome, times: DialTimes): void {
    this.#opening = null;
    this.#channel = channel;
    this.#transport = channel.transport;
    this.lastActivityAt = this.#owner.now();
    if (!HOST_PROTOCOLS.includes(welcome.protocol)) {
      const fix = 'Use the same version of the app on both sides.';
      return this.terminate(fail('HOST_VERSION', 'The agent host speaks another version of the protocol.', { why: `It took ${welcome.protocol}.`, fix }).fault);
    }
    this.#state = 'ready';
    this.usedAt = performance.now();
    this.#owner.welcome(this, welcome, times);
    if (this.open) this.#alarm = this.#owner.wheel.after(Math.min(FIRST_BEAT_MS, this.#owner.limits().beatMs) * (0.5 + Math.random() / 2), () => this.#beat());
  }

  #beat(): void {
    this.#beatAt = performance.now();
    this.#channel?.send(JSON.stringify({ t: 'ping', at: this.#beatAt } satisfies CenterFrame));
    const { beatDeadlineMs } = this.#owner.limits();
    this.#alarm = this.#owner.wheel.after(beatDeadlineMs, () => {
      const sent = this.#beatAt;
      // When this process itself was busy, the answer lies in a buffer: what has arrived is read before the verdict.
      setImmediate(() => {
        if (this.#beatAt === sent && this.open) this.terminate(silent(`no heartbeat within ${beatDeadlineMs} ms`));
      });
    });
  }

  #answered(at: number, load: HostLoad): void {
    // Only the beat that is out can be answered: a number made up would be a latency made up.
    if (at !== this.#beatAt) return;
    this.#beatAt = 0;
    this.#alarm?.cancel();
    this.#alarm = this.#owner.wheel.after(spread(this.#owner.limits().beatMs * BEAT_SHARE, BEAT_SPREAD), () => this.#beat());
    const now = performance.now();
    (this.#latency ??= new RollingQuantiles()).add(now, now - at);
    this.#owner.beat(this, now - at, at, load);
  }

  #ended(fault: Fault): void {
    if (this.#state === 'closed') return;
    const was = this.#state;
    this.#state = 'closed';
    this.#alarm?.cancel();
    this.#retiring?.cancel();
    this.#owner.closed(this, this.#fault ?? fault, was);
  }
}

const silent = (why: string): Fault =>
  fail('HOST_FROZEN', 'The agent host is connected and does not answer.', {
    why,
    fix: 'Look at the machine: it may be overloaded, suspended or cut off. It is dialled again by itself.',
  }).fault;

/** What a host says that breaks the protocol. @param why for a person, in English */
export const nonsense = (why: string): Fault =>
  fail('HOST_PROTOCOL', 'The agent host says what its protocol does not allow.', {
    why: why.slice(0, MAX_WHY),
    fix: 'Use the same version of the app on both sides, and check that the address is the right one.',
  }).fault;

function unknownFrame(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 't' in json && typeof json.t === 'string' && !FRAME_TYPES.has(json.t);
}
