/**
 * One control center's run and this host: its connections, its streams spread over them, its commands.
 *
 *   made ──first hello──► up ──last connection ends──► bare ──hello──► up …        newer link of the center, or the host ends: closed
 *
 * A stream travels on one connection at a time. When that ends, or nothing of it is on the way, it goes over the one with the fewest.
 */
import type { LivePart, SessionGauge } from '#shared/domain/session-event.ts';
import { fail } from '#shared/lib/fault.ts';
import { CloseCode, MAX_FRAME_BYTES, type CenterFrame, type HostFrame } from '#shared/host-protocol/frames.ts';
import type { Counters } from '../metrics/counters.ts';
import type { AnsweredCommands } from './answered.ts';
import { limits } from './limits.ts';
import { LiveBox } from './live-box.ts';
import { Outgoing, type Way } from './outgoing.ts';
import type { OutStream, StreamSource } from './out-stream.ts';
import { Pump } from './pump.ts';
import type { HostChannel } from './channel.ts';

type Hello = Extract<CenterFrame, { t: 'hello' }>;
type Command = Extract<CenterFrame, { t: 'command' }>;
type Streams = Extract<HostFrame, { t: 'welcome' }>['streams'];

/** What a link needs of one of its connections. */
export type LinkConnection = { readonly channel: HostChannel; close(code: number, reason: string): void };

export type LinkOptions = {
  readonly center: string;
  readonly id: string;
  readonly role: Hello['role'];
  readonly source: StreamSource;
  readonly answered: AnsweredCommands;
  readonly carryOut: (command: Command) => Promise<Extract<HostFrame, { t: 'reply' }>>;
  readonly counters: Counters;
};

export class Link {
  readonly center: string;
  readonly id: string;
  readonly role: Hello['role'];
  /** When its last connection ended, on a clock that only goes forward; null while it has one. */
  bareSince: number | null = performance.now();
  readonly #options: LinkOptions;
  readonly #connections = new Map<LinkConnection, Pump>();
  /** Connections the center may have given up, and the one whose hello said so. */
  readonly #doubted = new Map<LinkConnection, LinkConnection>();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #live = new LiveBox(limits.liveChars);
  #choices = 0;
  #liveScheduled = false;
  #window = 1;
  #inFlight = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.center = options.center;
    this.id = options.id;
    this.role = options.role;
  }

  get connections(): ReadonlySet<LinkConnection> {
    return new Set(this.#connections.keys());
  }
  get size(): number {
    return this.#connections.size;
  }
  /** Commands under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * A connection said hello. The first of those there are tells what the center has, and is told what the host has. Nothing is sent on it
   * before `begin`, so that the welcome is the first frame.
   */
  join(connection: LinkConnection, hello: Hello): Streams {
    // What the center has given up, the host would otherwise find out only by its silence, with streams waiting on it meanwhile.
    if (hello.fresh) for (const other of this.connections) this.#doubt(other, connection);
    const first = this.#connections.size === 0 || hello.fresh;
    this.#window = hello.window;
    this.bareSince = null;
    this.#connections.set(connection, this.#newPump(connection));
    return first ? this.#agree(hello.have) : [];
  }

  /** The welcome is on its way: streams may follow. */
  begin(): void {
    for (const outgoing of this.#outgoing.values()) this.#send(outgoing);
  }

  /**
   * The center spoke on a connection after its hello, so it uses it. What it doubted by coming anew is given up then, not before: a center
   * that tries two transports at once says a fresh hello on both and keeps the one that is welcomed first.
   */
  heard(connection: LinkConnection): void {
    if (this.#doubted.size === 0) return;
    if (this.#doubted.delete(connection)) this.begin();
    for (const [other, by] of this.#doubted) if (by === connection) other.close(CloseCode.timeout, 'the control center connected again without it');
  }

  /** The connection is gone: what was on the way on it is sent again over another. */
  leave(connection: LinkConnection): void {
    const pump = this.#connections.get(connection);
    if (!pump) return;
    this.#connections.delete(connection);
    this.#doubted.delete(connection);
    for (const [other, by] of this.#doubted) if (by === connection) this.#doubted.delete(other);
    this.#rewind(pump);
    if (this.#connections.size > 0) return this.begin();
    this.bareSince = performance.now();
    this.#live.clear();
  }

  drained(connection: LinkConnection): void {
    this.#connections.get(connection)?.drained();
    this.#scheduleLive();
  }

  /** A stream of this center has more to send. */
  wake(stream: OutStream): void {
    this.#send(this.#of(stream));
  }

  acknowledge({ cursors, window }: Extract<CenterFrame, { t: 'ack' }>): void {
    if (window !== undefined) this.#window = window;
    this.#options.counters.acks += cursors.length;
    for (const cursor of cursors) {
      const stream = this.#options.source.get(cursor.sessionId, cursor.epoch);
      if (!stream) continue;
      const outgoing = this.#of(stream);
      // A number that jumps back, and one that was never given, change nothing.
      if (!outgoing.acknowledge(cursor.seq)) continue;
      if (outgoing.rests) this.#free(outgoing);
      this.#options.source.acknowledge(stream, outgoing.acked);
      if (this.#options.source.get(cursor.sessionId, cursor.epoch) !== stream) this.#outgoing.delete(key(stream));
    }
    if (window !== undefined) this.begin();
    else for (const { sessionId, epoch } of cursors) this.#sendIfKnown(`${sessionId}/${epoch}`);
  }

  resume({ cursors }: Extract<CenterFrame, { t: 'resume' }>): void {
    const { source, counters } = this.#options;
    for (const cursor of cursors) {
      const stream = source.get(cursor.sessionId, cursor.epoch);
      if (!stream) continue;
      counters.resumes++;
      const outgoing = this.#of(stream);
      counters.eventsAgain += outgoing.rewindTo(cursor.seq);
      this.#send(outgoing);
    }
  }

  /** Carries a command out once; the answer goes to who asked, or over another connection when that is gone meanwhile. */
  command(connection: LinkConnection, frame: Command): void {
    const { answered, counters } = this.#options;
    const known = answered.known(frame.id);
    if (known) {
      counters.repeats++;
      void known.then((reply) => this.#reply(connection, reply));
      return;
    }
    if (this.#inFlight >= limits.commands) {
      counters.commands.busy++;
      const busy = fail('HOST_BUSY', `The agent host carries out ${limits.commands} commands of this control center already.`, {
        fix: 'Try again in a moment.',
      });
      this.#reply(connection, JSON.stringify({ t: 'reply', id: frame.id, ...busy }));
      return;
    }
    this.#inFlight++;
    const began = performance.now();
    const answer = this.#options
      .carryOut(frame)
      .then((reply) => {
        counters.command(reply.ok ? 'ok' : 'fault', (performance.now() - began) / 1000);
        return textOf(reply);
      })
      .finally(() => this.#inFlight--);
    answered.keep(frame.id, answer);
    void answer.then((reply) => this.#reply(connection, reply));
  }

  part(sessionId: string, part: LivePart): void {
    if (this.#connections.size === 0) return;
    this.#live.part(sessionId, part);
    this.#scheduleLive();
  }

  gauge(sessionId: string, gauge: SessionGauge): void {
    if (this.#connections.size === 0) return;
    this.#live.gauge(sessionId, gauge);
    this.#scheduleLive();
  }

  /** On every connection. */
  announce(frame: HostFrame): void {
    const text = JSON.stringify(frame);
    for (const { channel } of this.#connections.keys()) channel.send(text);
  }

  close(code: number, reason: string): void {
    for (const connection of this.#connections.keys()) connection.close(code, reason);
  }

  /** What the center lacks of each stream, and what the host can give. */
  #agree(have: Hello['have']): Streams {
    const { source } = this.#options;
    const stored = new Map(have.map((cursor) => [`${cursor.sessionId}/${cursor.epoch}`, cursor.seq]));
    const streams = source.all().map((stream) => {
      const outgoing = this.#outgoing.get(key(stream));
      const seq = Math.min(stored.get(key(stream)) ?? outgoing?.acked ?? 0, stream.durable);
      this.#outgoing.set(key(stream), new Outgoing(stream, Math.max(seq, stream.first - 1)));
      return {
        sessionId: stream.sessionId,
        epoch: stream.epoch,
        seq: stream.durable,
        first: stream.first,
        recovered: stream.first <= seq + 1,
        live: source.isLive(stream),
      };
    });
    for (const [name, { stream, acked }] of this.#outgoing) {
      // What the center has stored is as good as acknowledged.
      source.acknowledge(stream, acked);
      if (source.get(stream.sessionId, stream.epoch) !== stream) this.#outgoing.delete(name);
    }
    return streams;
  }

  #of(stream: OutStream): Outgoing {
    const known = this.#outgoing.get(key(stream));
    if (known) return known;
    const made = new Outgoing(stream, stream.first - 1);
    this.#outgoing.set(key(stream), made);
    return made;
  }

  /** Nothing more goes over it until it is heard of, or until the one that made it doubtful is gone. */
  #doubt(connection: LinkConnection, by: LinkConnection): void {
    const pump = this.#connections.get(connection);
    if (!pump) return;
    this.#doubted.set(connection, by);
    this.#connections.set(connection, this.#newPump(connection));
    this.#rewind(pump);
  }

  #newPump({ channel }: LinkConnection): Pump {
    return new Pump(channel, () => this.#window, this.#options.counters);
  }

  /** Ends a pump: its streams go on from what was acknowledged, over whichever connection is next. */
  #rewind(pump: Pump): void {
    pump.end();
    for (const outgoing of this.#outgoing.values()) {
      if (outgoing.way !== pump) continue;
      outgoing.way = null;
      this.#options.counters.eventsAgain += outgoing.rewind();
    }
  }

  #sendIfKnown(name: string): void {
    const outgoing = this.#outgoing.get(name);
    if (outgoing) this.#send(outgoing);
  }

  #send(outgoing: Outgoing): void {
    if (!outgoing.wantsToSend(this.#window)) return;
    if (!outgoing.way) {
      outgoing.way = this.#emptiest();
      if (!outgoing.way) return;
      outgoing.way.streams++;
    }
    outgoing.way.push(outgoing);
  }

  #free(outgoing: Outgoing): void {
    if (outgoing.way) outgoing.way.streams--;
    outgoing.way = null;
  }

  /** The one with the fewest streams; among equals the one whose last turn is longest ago, so that streams that seldom speak spread too. */
  #emptiest(): Pump | null {
    let best: Pump | null = null;
    for (const [connection, pump] of this.#connections) {
      if (this.#doubted.has(connection)) continue;
      if (!best || pump.streams < best.streams || (pump.streams === best.streams && pump.chosen < best.chosen)) best = pump;
    }
    if (best) best.chosen = ++this.#choices;
    return best;
  }

  #reply(connection: LinkConnection, reply: string): void {
    const trusted = (each: LinkConnection): boolean => this.#connections.has(each) && !this.#doubted.has(each);
    const to = trusted(connection) ? connection : [...this.#connections.keys()].find(trusted);
    // With none the center asks again when it has one, and gets the kept answer.
    to?.channel.send(reply);
  }

  #scheduleLive(): void {
    if (this.#liveScheduled || this.#live.empty || this.#connections.size === 0) return;
    this.#liveScheduled = true;
    setImmediate(() => {
      this.#liveScheduled = false;
      this.#flushLive();
    });
  }

  /** Text of a session goes where its events go, so that it does not overtake them; over any connection when they rest. */
  #flushLive(): void {
    const ways = new Map<string, Way>();
    for (const { stream, way } of this.#outgoing.values()) if (way) ways.set(stream.sessionId, way);
    let first = true;
    for (const [connection, pump] of this.#connections) {
      if (this.#doubted.has(connection)) continue;
      const { channel } = connection;
      const rest = first;
      first = false;
      if (channel.bufferedBytes > limits.highWater / 2) continue;
      const frame = this.#live.take((sessionId) => (ways.get(sessionId) ?? (rest ? pump : null)) === pump);
      if (frame) channel.send(JSON.stringify(frame));
    }
    this.#options.counters.liveLeftOut += this.#live.leftOut;
    this.#live.leftOut = 0;
  }
}

const key = (stream: { sessionId: string; epoch: string }): string => `${stream.sessionId}/${stream.epoch}`;

/** An answer that no frame can carry would end the connection, be asked for again, and end the next one. */
function textOf(reply: Extract<HostFrame, { t: 'reply' }>): string {
  const text = JSON.stringify(reply);
  if (Buffer.byteLength(text) <= MAX_FRAME_BYTES) return text;
  const fault = fail('ANSWER_TOO_LARGE', 'The answer of the agent host is larger than a frame may be.', { fix: 'Ask for less at once.' });
  return JSON.stringify({ t: 'reply', id: reply.id, ...fault });
}
