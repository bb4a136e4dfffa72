/** A host as the rooms above see it: commands, events exactly once and in order, health. One socket; what comes is acknowledged after it was taken. */
import type { Cursor, HostFrame } from '#shared/host-protocol/frames.ts';
import type { HostHealth, HostLink, HostListener, LinkState } from '#shared/host-protocol/link.ts';
import { Calls } from './calls.ts';
import { HostSocket, type HostAddress } from './socket.ts';

const ACK_MS = 50;

export class PooledHost implements HostLink {
  readonly hostId: string;
  readonly call: HostLink['call'];
  readonly #name: string;
  readonly #listener: HostListener;
  readonly #socket: HostSocket;
  readonly #calls: Calls;
  readonly #acks = new Map<string, Cursor>();
  #ackTimer: NodeJS.Timeout | null = null;
  #latencyMs: number | null = null;
  #lastSeenAt: number | null = null;
  #cause: string | null = null;

  /** @param cursors the last stored event of each run, read at every (re)connect */
  constructor(hostId: string, name: string, listener: HostListener, cursors: () => Cursor[]) {
    this.hostId = hostId;
    this.#name = name;
    this.#listener = listener;
    this.#socket = new HostSocket({
      cursors,
      frame: (frame) => this.#receive(frame),
      state: (state, cause) => this.#moved(state, cause),
      latency: (ms) => {
        this.#latencyMs = ms;
        this.#listener.health(this.health());
      },
    });
    this.#calls = new Calls((frame) => this.#socket.send(frame));
    this.call = (name, input, options) => this.#calls.call(name, input, options);
  }

  health(): HostHealth {
    return { hostId: this.hostId, name: this.#name, state: this.#socket.state, latencyMs: this.#latencyMs, lastSeenAt: this.#lastSeenAt, cause: this.#cause };
  }

  dial(address: HostAddress): void {
    this.#socket.dial(address);
  }

  close(): void {
    this.#flushAcks();
    this.#socket.close();
    this.#calls.close();
  }

  /** Told when the host's process is gone, so that the health says why before a dial fails. */
  down(cause: string): void {
    this.#cause = cause;
    this.#socket.reset(cause);
  }

  #receive(frame: HostFrame): void {
    this.#lastSeenAt = Date.now();
    switch (frame.t) {
      case 'welcome':
        this.#listener.streams(frame.streams);
        this.#calls.resend();
        return;
      case 'reply':
        this.#calls.settle(frame);
        return;
      case 'events':
        this.#take(frame.batch);
        return;
      case 'live':
        for (const { sessionId, part } of frame.parts ?? []) this.#listener.live(sessionId, part);
        for (const { sessionId, gauge } of frame.gauges ?? []) this.#listener.gauge(sessionId, gauge);
        return;
      case 'pong':
      case 'bye':
    }
  }

  #take(batch: Extract<HostFrame, { t: 'events' }>['batch']): void {
    for (const { sessionId, events } of batch) {
      try {
        this.#listener.events(sessionId, events);
      } catch (error) {
        // Not stored means not acknowledged: the host keeps it, and the next hello asks from what is stored.
        this.#socket.reset(`events could not be stored: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
      const last = events.at(-1);
      if (last) this.#acks.set(`${sessionId}/${last.epoch}`, { sessionId, epoch: last.epoch, seq: last.seq });
    }
    this.#ackTimer ??= setTimeout(() => this.#flushAcks(), ACK_MS);
  }

  #flushAcks(): void {
    if (this.#ackTimer) clearTimeout(this.#ackTimer);
    this.#ackTimer = null;
    if (this.#acks.size === 0) return;
    // When this cannot be sent now, the next hello says the same.
    this.#socket.send({ t: 'ack', cursors: [...this.#acks.values()] });
    this.#acks.clear();
  }

  #moved(state: LinkState, cause: string | null): void {
    this.#cause = cause;
    if (state !== 'ready') this.#latencyMs = null;
    this.#listener.health(this.health());
  }
}
