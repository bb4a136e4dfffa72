/**
 * One WebSocket to one agent host that stays up: dials, says hello, beats, and dials again after a loss with jittered backoff.
 *
 *   connecting ──welcome──► ready ──loss──► reconnecting ──► connecting …        close(): closed, for good
 */
import { WebSocket } from 'ws';
import { HostFrame, HOST_PROTOCOL, MAX_FRAME_BYTES, type CenterFrame, type Cursor } from '#shared/host-protocol/frames.ts';
import type { LinkState } from '#shared/host-protocol/link.ts';

export type HostAddress = { readonly url: string; readonly token: string };

export type SocketEvents = {
  /** Where each run stands, read anew for every hello. */
  cursors(): Cursor[];
  frame(frame: HostFrame): void;
  state(state: LinkState, cause: string | null): void;
  latency(ms: number): void;
};

const DIAL_MS = 5000;
const BEAT_MS = 5000;
const BEAT_DEADLINE_MS = 3000;
const MAX_BACKOFF_MS = 5000;

export class HostSocket {
  readonly #events: SocketEvents;
  #address: HostAddress | null = null;
  #socket: WebSocket | null = null;
  #state: LinkState = 'connecting';
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #beat: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Connects to an address; a new address replaces the one before (a host that was started again). */
  dial(address: HostAddress): void {
    if (this.#state === 'closed') return;
    this.#address = address;
    this.#failures = 0;
    if (this.#timer) clearTimeout(this.#timer);
    this.#socket?.terminate();
    this.#open();
  }

  /** @returns false when nothing could be sent now */
  send(frame: CenterFrame): boolean {
    if (this.#state !== 'ready' || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Drops the connection and dials again: what a receiver does that cannot take what came. */
  reset(cause: string): void {
    this.#lost(cause);
  }

  close(): void {
    this.#move('closed', null);
    if (this.#timer) clearTimeout(this.#timer);
    this.#stopBeating();
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #open(): void {
    const address = this.#address;
    if (!address || this.#state === 'closed') return;
    const socket = new WebSocket(address.url, {
      headers: { authorization: `Bearer ${address.token}` },
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: DIAL_MS,
    });
    this.#socket = socket;
    const mine = (): boolean => this.#socket === socket;
    socket.on('open', () => {
      if (mine()) socket.send(JSON.stringify({ t: 'hello', protocol: HOST_PROTOCOL, center: 'acc', have: this.#events.cursors() } satisfies CenterFrame));
    });
    socket.on('message', (data) => {
      if (mine()) this.#receive((data as Buffer).toString());
    });
    socket.on('error', (error) => {
      if (mine()) this.#lost(error.message);
    });
    socket.on('close', (code, reason) => {
      if (mine()) this.#lost(reason.toString() || `closed with ${code}`);
    });
  }

  #receive(text: string): void {
    let parsed;
    try {
      parsed = HostFrame.safeParse(JSON.parse(text));
    } catch {
      this.#lost('the host sent something that is not JSON');
      return;
    }
    // A frame of a later protocol is not an error: it is left out.
    if (!parsed.success) return;
    const frame = parsed.data;
    if (frame.t === 'welcome') {
      this.#failures = 0;
      this.#move('ready', null);
      this.#startBeating();
    } else if (frame.t === 'pong') {
      if (this.#deadline) clearTimeout(this.#deadline);
      this.#deadline = null;
      this.#events.latency(performance.now() - frame.at);
    }
    this.#events.frame(frame);
  }

  #lost(cause: string): void {
    const socket = this.#socket;
    if (!socket || this.#state === 'closed') return;
    this.#socket = null;
    this.#stopBeating();
    // `error` is still emitted on a terminated socket that was dialling.
    socket.on('error', () => {});
    socket.terminate();
    this.#move('reconnecting', cause);
    const wait = Math.min(MAX_BACKOFF_MS, 50 * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #startBeating(): void {
    this.#stopBeating();
    const ping = (): void => {
      this.send({ t: 'ping', at: performance.now() });
      this.#deadline = setTimeout(() => this.#lost(`no heartbeat within ${BEAT_DEADLINE_MS} ms`), BEAT_DEADLINE_MS);
    };
    ping();
    this.#beat = setInterval(ping, BEAT_MS);
  }

  #stopBeating(): void {
    if (this.#beat) clearInterval(this.#beat);
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#beat = this.#deadline = null;
  }

  #move(to: LinkState, cause: string | null): void {
    this.#state = to;
    this.#events.state(to, cause);
  }
}
