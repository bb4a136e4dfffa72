/**
 * A channel over WebSocket.
 *
 *   dialing ──101──► open ──close, error, terminate──► closed
 *      └──refusal, error, deadline──────────────────────►┘
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Channel, ChannelEvents, Dial } from '../types.ts';
import { socketEndpoint } from './endpoint.ts';
import { closeFault, dialTimeoutFault, errorFault, lostFault, protocolFault, STUCK, STUCK_BYTES, statusFault } from './faults.ts';
import { readBody } from './body.ts';
import { tlsOptions } from './tls.ts';

/** Compression costs 50 times more than it saves on small frames; the closing handshake with a silent host ends soon. */
const OPTIONS = { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, followRedirects: false, closeTimeout: 2000 } as const;

export const dialWebSocket: Dial = (target, events, { timeoutMs }) => {
  const dialled = dial(target);
  const socket = dialled instanceof Wire ? dialled : null;
  const channel = new SocketChannel(socket, events, timeoutMs, target.tls.cert !== undefined);
  // The caller has no channel yet, so it hears of it in the next turn.
  if (!(dialled instanceof Wire)) process.nextTick(() => channel.end(dialled));
  return channel;
};

class SocketChannel implements Channel {
  readonly transport = 'websocket';
  readonly #socket: Wire | null;
  readonly #events: ChannelEvents;
  /** A client certificate was shown. */
  readonly #shown: boolean;
  readonly #deadline: NodeJS.Timeout;
  #raw: Socket | null = null;
  #opened = false;
  #ended = false;
  #corked = false;
  #received = 0;
  #sent = 0;

  constructor(socket: Wire | null, events: ChannelEvents, timeoutMs: number, shown: boolean) {
    this.#socket = socket;
    this.#events = events;
    this.#shown = shown;
    // `handshakeTimeout` of ws is one of silence: a host that sends a byte now and then would hold the dial for ever.
    this.#deadline = setTimeout(outOfTime, timeoutMs, this, timeoutMs);
    socket?.listen(this);
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(text: string): void {
    if (!this.#opened || this.#ended || !this.#socket || !this.#raw) return;
    if (!this.#corked) {
      this.#corked = true;
      this.#raw.cork();
      process.nextTick(flush, this);
    }
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > STUCK_BYTES) this.drop(lostFault(STUCK));
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    if (this.#opened) this.#socket?.close(code, reason);
    else this.terminate();
  }

  terminate(): void {
    this.drop(lostFault('It was ended from this side.'));
  }

  /** The handshake is answered. */
  upgraded(raw: Socket): void {
    this.#raw = raw;
  }

  open(): void {
    if (this.#ended) return;
    this.#opened = true;
    clearTimeout(this.#deadline);
    this.#events.open();
  }

  message(data: RawData, binary: boolean): void {
    if (this.#ended) return;
    if (binary) return this.drop(protocolFault('It sent a binary frame.'));
    this.#heard();
    this.#events.message((data as Buffer).toString());
  }

  failed(error: Error): void {
    this.drop(errorFault(error, this.#opened, this.#shown));
  }

  /** Ends it from this side with a fault of its own. */
  drop(fault: Fault): void {
    this.end(fault);
    this.#socket?.terminate();
  }

  end(fault: Fault): void {
    if (this.#ended) return;
    this.#heard();
    this.#wrote();
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.#events.closed(fault);
  }

  /** The frames of one turn of the loop go together. */
  flush(): void {
    this.#corked = false;
    this.#raw?.uncork();
    if (!this.#ended) this.#wrote();
  }

  #heard(): void {
    if (!this.#raw) return;
    const { bytesRead } = this.#raw;
    this.#events.bytes(bytesRead - this.#received, 0);
    this.#received = bytesRead;
  }

  /** Apart from what came: to know what was written the socket adds up everything that waits. */
  #wrote(): void {
    if (!this.#raw) return;
    const { bytesWritten } = this.#raw;
    this.#events.bytes(0, bytesWritten - this.#sent);
    this.#sent = bytesWritten;
  }
}

const outOfTime = (channel: SocketChannel, timeoutMs: number): void => channel.drop(dialTimeoutFault(timeoutMs));
const flush = (channel: SocketChannel): void => channel.flush();

/** A WebSocket that knows its channel: its listeners are the same functions for all, so that a thousand dials do not make thousands of them. */
class Wire extends WebSocket {
  #channel: SocketChannel | null = null;

  listen(channel: SocketChannel): void {
    this.#channel = channel;
    this.on('upgrade', Wire.#onUpgrade)
      .on('open', Wire.#onOpen)
      .on('message', Wire.#onMessage)
      .on('unexpected-response', Wire.#onRefusal)
      .on('error', Wire.#onError)
      .on('close', Wire.#onClose);
  }

  static #of(socket: WebSocket): SocketChannel | null {
    return socket instanceof Wire ? socket.#channel : null;
  }
  static #onUpgrade(this: WebSocket, response: IncomingMessage): void {
    Wire.#of(this)?.upgraded(response.socket);
  }
  static #onOpen(this: WebSocket): void {
    Wire.#of(this)?.open();
  }
  static #onMessage(this: WebSocket, data: RawData, binary: boolean): void {
    Wire.#of(this)?.message(data, binary);
  }
  static #onRefusal(this: WebSocket, _request: unknown, response: IncomingMessage): void {
    void readBody(response).then((body) => Wire.#of(this)?.drop(statusFault(response.statusCode ?? 0, body, false)));
  }
  static #onError(this: WebSocket, error: Error): void {
    Wire.#of(this)?.failed(error);
  }
  static #onClose(this: WebSocket, code: number, reason: Buffer): void {
    Wire.#of(this)?.end(closeFault(code, reason.toString()));
  }
}

/** A socket on its way, or why there can be none. */
function dial({ url, token, tls }: Parameters<Dial>[0]): Wire | Fault {
  const endpoint = socketEndpoint(url);
  if (!endpoint.ok) return endpoint.fault;
  try {
    return new Wire(endpoint.value.url, {
      ...OPTIONS,
      ...(endpoint.value.secure ? tlsOptions(tls) : {}),
      headers: { authorization: `Bearer ${token}` },
    });
  } catch (error) {
    return errorFault(error, false);
  }
}
