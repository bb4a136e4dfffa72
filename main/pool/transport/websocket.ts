/**
 * A channel over WebSocket.
 *
 *   dialing ──101──► open ──close, error, terminate──► closed
 *      └──refusal, error, terminate─────────────────────►┘
 */
import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Carried, Channel, ChannelEvents, Dial } from '../types.ts';
import { socketEndpoint } from './endpoint.ts';
import { closeFault, errorFault, lostFault, protocolFault, STUCK, STUCK_BYTES, statusFault } from './faults.ts';
import { readBody } from './body.ts';
import { tlsOptions } from './tls.ts';

/** Compression costs 50 times more than it saves on small frames; the closing handshake with a silent host ends soon. */
const OPTIONS = { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, followRedirects: false, closeTimeout: 2000 } as const;

export const dialWebSocket: Dial = (target, events) => {
  const dialled = dial(target);
  const channel = new SocketChannel(dialled instanceof Wire ? dialled : null, events, target.tls.cert !== undefined);
  // The caller has no channel yet, so it hears of it in the next turn.
  if (!(dialled instanceof Wire)) process.nextTick(() => channel.end(dialled));
  return channel;
};

class SocketChannel implements Channel {
  readonly transport = 'websocket';
  readonly #socket: Wire | null;
  #events: Carried;
  #dialler: ChannelEvents | null;
  /** A client certificate was shown. */
  readonly #shown: boolean;
  #raw: Socket | null = null;
  #opened = false;
  #ended = false;
  #corked = false;
  #received = 0;
  #sent = 0;

  constructor(socket: Wire | null, events: ChannelEvents, shown: boolean) {
    this.#socket = socket;
    this.#events = this.#dialler = events;
    this.#shown = shown;
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

  passTo(events: Carried): void {
    this.#events = events;
    this.#dialler = null;
  }

  /** The handshake is answered. */
  upgraded(raw: Socket): void {
    this.#raw = raw;
  }

  open(): void {
    if (this.#ended) return;
    this.#opened = true;
    this.#dialler?.open();
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

const flush = (channel: SocketChannel): void => channel.flush();

/**
 * A WebSocket that tells its channel what it would tell listeners: a thousand dials make no thousands of listeners, and a frame looks for
 * none. An instance has no other listeners.
 */
class Wire extends WebSocket {
  #channel: SocketChannel | null = null;

  listen(channel: SocketChannel): void {
    this.#channel = channel;
  }

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const channel = this.#channel;
    if (!channel) return false;
    switch (event) {
      case 'message':
        channel.message(first as RawData, second === true);
        return true;
      case 'upgrade':
        channel.upgraded((first as IncomingMessage).socket);
        return true;
      case 'open':
        channel.open();
        return true;
      case 'unexpected-response':
        void refused(channel, second as IncomingMessage);
        return true;
      case 'error':
        channel.failed(first as Error);
        return true;
      case 'close':
        channel.end(closeFault(first as number, (second as Buffer).toString()));
        return true;
      default:
        return false;
    }
  }
}

async function refused(channel: SocketChannel, response: IncomingMessage): Promise<void> {
  const body = await readBody(response);
  channel.drop(statusFault(response.statusCode ?? 0, body, false));
}

/** A socket is made of what it needs: the options of a WebSocket are forty, and each layer below copies all of them. */
const plainSocket = ({ host, port }: ClientRequestArgs): Socket => connect({ host: host ?? '', port: Number(port) });
const PLAIN = { ...OPTIONS, createConnection: plainSocket };

/** A socket on its way, or why there can be none. */
function dial({ url, token, tls }: Parameters<Dial>[0]): Wire | Fault {
  const endpoint = socketEndpoint(url);
  if (!endpoint.ok) return endpoint.fault;
  const { url: address, secure } = endpoint.value;
  const headers = { authorization: `Bearer ${token}` };
  try {
    return new Wire(address, secure ? { ...OPTIONS, headers, ...tlsOptions(tls) } : { ...PLAIN, headers });
  } catch (error) {
    return errorFault(error, false);
  }
}
