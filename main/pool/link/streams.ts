/**
 * The streams of one host: which number each run is at, what is new, what came twice, what is missing; and the acknowledgements.
 *
 *   given ──number next──► taken (stored by the listener) ──50 ms or 256 events──► acknowledged ──beat answered after it──► forgotten if ended
 *     └──number beyond the next──► gap: asked for again once; nothing in 3 s ──► the connections start again
 *     └──listener refuses──► held: asked for again after 250 ms, doubling to 5 s
 *
 * Nothing is ever passed on out of order, twice, or for a run that was not given to the host.
 */
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { Cursor, HostFrame } from '#shared/host-protocol/frames.ts';
import type { HostListener, StreamReport } from '#shared/host-protocol/link.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Timer, Wheel } from '../health/wheel.ts';
import type { Welcome } from '../transport/index.ts';
import { nonsense, type Connection } from './connection.ts';

type Batch = Extract<HostFrame, { t: 'events' }>['batch'];

type Stream = {
  readonly sessionId: string;
  readonly epoch: string;
  /** The last number that is stored. */
  last: number;
  /** False for a run that the center has no use for: taken from the host's hands, shown to nobody. */
  readonly wanted: boolean;
  ended: boolean;
  /** Waits for its next acknowledgement. */
  dirty: boolean;
  via: Connection | null;
  /** Where and when (monotonic) its last acknowledgement went. */
  ackedVia: Connection | null;
  ackedAt: number;
  /** Set while numbers beyond the next are left out until those missing come. */
  waiting: Timer | null;
  heldMs: number;
};

export type StreamsOptions = {
  readonly hostId: string;
  readonly wheel: Wheel;
  readonly listener: HostListener;
  /** A probe is told of streams by nobody: it takes what it asked for. */
  readonly takeUnknown: boolean;
  /** Credit of one stream, in events. */
  window(): number;
  /** @returns the connection it went over; null when there is none now */
  send(frame: { t: 'ack' | 'resume'; cursors: Cursor[] }, prefer: Connection | null): Connection | null;
  onGap(why: string): void;
  /** The host cannot be believed on this connection any more. */
  onLie(connection: Connection, fault: Fault): void;
  readonly log: (text: string) => void;
};

const ACK_MS = 50;
const ACK_EVENTS = 256;
/** Cursors in one acknowledgement, so that its frame stays small whatever the number of streams. */
const ACK_CURSORS = 5000;
const GAP_MS = 3000;
const HOLD_MS = 250;
const MAX_HOLD_MS = 5000;

const keyOf = (sessionId: string, epoch: string): string => `${sessionId}/${epoch}`;

export class Streams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<string, Stream>();
  /** How many wanted runs each session has here. */
  readonly #sessions = new Map<string, number>();
  readonly #dirty = new Set<Stream>();
  /** Ended runs whose last acknowledgement may not have arrived. */
  readonly #ending = new Set<Stream>();
  #unacknowledged = 0;
  #ackAlarm: Timer | null = null;
  eventsIn = 0;
  duplicates = 0;
  gaps = 0;
  lies = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** A run was given to the host: events of it may come. */
  given(sessionId: string, epoch: string): void {
    if (!this.#streams.has(keyOf(sessionId, epoch))) this.#add(sessionId, epoch, 0, true);
  }

  /** What is stored, of the runs known here and of those the center names; for a hello. */
  cursors(stored: readonly Cursor[]): Cursor[] {
    for (const { sessionId, epoch, seq } of stored) {
      const known = this.#streams.get(keyOf(sessionId, epoch));
      if (!known) this.#add(sessionId, epoch, seq, true);
    }
    return [...this.#streams.values()].map(({ sessionId, epoch, last }) => ({ sessionId, epoch, seq: last }));
  }

  /** The host's own list, at the first welcome of its process. */
  welcomed(held: Welcome['streams']): void {
    const names = new Set(held.map(({ sessionId, epoch }) => keyOf(sessionId, epoch)));
    // A new process that does not hold a run which had begun will say no more of it. One that had not may still be begun there.
    for (const [name, stream] of this.#streams) if (stream.last > 0 && !names.has(name) && !this.#options.takeUnknown) this.#forget(stream);
    for (const { sessionId, epoch, seq, recovered } of held) {
      const known = this.#streams.get(keyOf(sessionId, epoch));
      if (known && recovered) continue;
      if (!known && this.#options.takeUnknown) continue;
      // Either the run is closed here (its last acknowledgement was lost), or what is missing is gone for good: the host may forget it.
      if (known) this.#forget(known);
      this.#acknowledge(this.#add(sessionId, epoch, seq, false), 0);
    }
    this.#flush(null);
  }

  take(connection: Connection, batch: Batch): void {
    for (const { sessionId, events } of batch) {
      const first = events[0];
      if (!first) continue;
      const stream = this.#of(connection, sessionId, first.epoch);
      if (!stream) return;
      if (stream.via !== connection) this.#move(stream, connection);
      if (first.seq === stream.last + 1 && inOrder(events)) this.#store(stream, events);
      else if (!this.#pick(connection, sessionId, events)) return;
    }
    if (this.#unacknowledged >= Math.min(ACK_EVENTS, Math.ceil(this.#options.window() / 2))) this.#flush(connection);
    else if (this.#dirty.size > 0) this.#ackAlarm ??= this.#options.wheel.after(ACK_MS, () => this.#flush(connection));
  }

  /** Whether the host was given a run of the session that it may speak of. */
  speaksFor(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  /** A connection is ready: what was not told can be told. */
  flush(): void {
    this.#flush(null);
  }

  /** A connection is gone: whatever was acknowledged over it is said again over another. */
  lost(connection: Connection): void {
    for (const stream of this.#streams.values()) {
      if (stream.via === connection) {
        // The host begins again at what was acknowledged: nothing is missing any more, and what comes twice is told by its number.
        stream.via = null;
        stream.waiting?.cancel();
        stream.waiting = null;
      }
      if (stream.ackedVia !== connection) continue;
      stream.ackedVia = null;
      stream.dirty = true;
      this.#dirty.add(stream);
    }
  }

  /** A beat that was sent at `sentAt` over the connection is answered: everything sent before it has arrived. */
  confirmed(connection: Connection, sentAt: number): void {
    for (const stream of this.#ending) {
      if (stream.ackedVia === connection && !stream.dirty && stream.ackedAt < sentAt) this.#forget(stream);
    }
  }

  close(): void {
    this.#ackAlarm?.cancel();
    for (const stream of this.#streams.values()) stream.waiting?.cancel();
  }

  #add(sessionId: string, epoch: string, last: number, wanted: boolean): Stream {
    const stream: Stream = {
      sessionId,
      epoch,
      last,
      wanted,
      ended: false,
      dirty: false,
      via: null,
      ackedVia: null,
      ackedAt: 0,
      waiting: null,
      heldMs: 0,
    };
    this.#streams.set(keyOf(sessionId, epoch), stream);
    if (wanted) this.#sessions.set(sessionId, (this.#sessions.get(sessionId) ?? 0) + 1);
    return stream;
  }

  #forget(stream: Stream): void {
    stream.waiting?.cancel();
    if (stream.via) stream.via.streams--;
    this.#streams.delete(keyOf(stream.sessionId, stream.epoch));
    this.#ending.delete(stream);
    this.#dirty.delete(stream);
    if (!stream.wanted) return;
    const left = (this.#sessions.get(stream.sessionId) ?? 1) - 1;
    if (left > 0) this.#sessions.set(stream.sessionId, left);
    else this.#sessions.delete(stream.sessionId);
  }

  #of(connection: Connection, sessionId: string, epoch: string): Stream | null {
    const known = this.#streams.get(keyOf(sessionId, epoch));
    if (known) return known;
    if (this.#options.takeUnknown) return this.#add(sessionId, epoch, 0, true);
    this.lies++;
    this.#options.onLie(connection, nonsense(`events of a run that was not given to it (session ${sessionId}, run ${epoch})`));
    return null;
  }

  #move(stream: Stream, to: Connection): void {
    if (stream.via) stream.via.streams--;
    stream.via = to;
    to.streams++;
  }

  /** The slow way: each event by itself. @returns false when the connection was given up */
  #pick(connection: Connection, sessionId: string, events: readonly NumberedEvent[]): boolean {
    for (const event of events) {
      const stream = this.#of(connection, sessionId, event.epoch);
      if (!stream) return false;
      if (event.seq <= stream.last) this.#repeated(stream);
      else if (event.seq === stream.last + 1 || !stream.wanted) this.#store(stream, [event]);
      else this.#missing(stream, event.seq);
    }
    return true;
  }

  /** The host sends it again because an acknowledgement was lost: said once more. */
  #repeated(stream: Stream): void {
    this.duplicates++;
    this.#acknowledge(stream, 0);
  }

  #store(stream: Stream, events: readonly NumberedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    this.eventsIn += events.length;
    if (stream.wanted) {
      try {
        this.#options.listener.events(this.#options.hostId, stream.sessionId, events);
      } catch (error) {
        this.#hold(stream, error);
        return;
      }
    }
    stream.last = last.seq;
    stream.heldMs = 0;
    stream.waiting?.cancel();
    stream.waiting = null;
    if (last.event.kind === 'exited') stream.ended = true;
    this.#acknowledge(stream, events.length);
  }

  #acknowledge(stream: Stream, events: number): void {
    stream.dirty = true;
    this.#dirty.add(stream);
    this.#unacknowledged += events;
  }

  /** Not stored means not acknowledged: the host keeps it, and is asked for it again. */
  #hold(stream: Stream, error: unknown): void {
    stream.waiting?.cancel();
    this.#options.log(`events of ${stream.sessionId} could not be stored: ${error instanceof Error ? error.message : String(error)}`);
    stream.heldMs = Math.min(MAX_HOLD_MS, stream.heldMs * 2 || HOLD_MS);
    stream.waiting = this.#options.wheel.after(stream.heldMs, () => this.#ask(stream, 'events that could not be stored at first'));
  }

  #missing(stream: Stream, got: number): void {
    if (stream.waiting) return;
    this.gaps++;
    const why = `session ${stream.sessionId}, run ${stream.epoch}: after number ${stream.last} came ${got}`;
    this.#options.onGap(why);
    this.#ask(stream, why);
  }

  /** Asks for everything after the last stored number, once. */
  #ask(stream: Stream, why: string): void {
    const { sessionId, epoch, last, via } = stream;
    stream.waiting = this.#options.wheel.after(GAP_MS, () => {
      stream.waiting = null;
      this.lies++;
      if (stream.via) this.#options.onLie(stream.via, nonsense(`${why}; what is missing did not come when it was asked for`));
    });
    // Without a connection nothing is lost: a new one begins at what is acknowledged.
    this.#options.send({ t: 'resume', cursors: [{ sessionId, epoch, seq: last }] }, via);
  }

  #flush(prefer: Connection | null): void {
    this.#ackAlarm?.cancel();
    this.#ackAlarm = null;
    while (this.#dirty.size > 0) {
      const some = [...this.#dirty].slice(0, ACK_CURSORS);
      const cursors = some.map(({ sessionId, epoch, last }) => ({ sessionId, epoch, seq: last }));
      const via = this.#options.send({ t: 'ack', cursors }, prefer);
      if (!via) return;
      const now = performance.now();
      for (const stream of some) {
        stream.dirty = false;
        stream.ackedVia = via;
        stream.ackedAt = now;
        this.#dirty.delete(stream);
        if (stream.ended) this.#ending.add(stream);
      }
    }
    this.#unacknowledged = 0;
  }
}

/** What the rooms above hear of the host's list. */
export const reportOf = (held: Welcome['streams']): StreamReport[] =>
  held.map(({ sessionId, epoch, seq, live, recovered }) => ({ sessionId, epoch, seq, live, recovered }));

function inOrder(events: readonly NumberedEvent[]): boolean {
  const first = events[0];
  if (!first) return true;
  for (let i = 1; i < events.length; i++) {
    const event = events[i];
    if (!event || event.epoch !== first.epoch || event.seq !== first.seq + i) return false;
  }
  return true;
}
