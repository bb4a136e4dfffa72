/**
 * A channel over WebSocket.
 *
 *   dialing ──101──► open ──close, error, terminate──► closed
 *      └──refusal, error, deadline──────────────────────►┘
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Channel, Dial } from '../types.ts';
import { socketEndpoint } from './endpoint.ts';
import { closeFault, dialTimeoutFault, errorFault, lostFault, protocolFault, STUCK, STUCK_BYTES, statusFault } from './faults.ts';
import { readBody } from './body.ts';
import { tlsOptions } from './tls.ts';

/** Compression costs 50 times more than it saves on small frames; the closing handshake with a silent host ends soon. */
const OPTIONS = { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, followRedirects: false, closeTimeout: 2000 } as const;

export const dialWebSocket: Dial = (target, events, { timeoutMs }) => {
  const shown = target.tls.cert !== undefined;
  let opened = false;
  let ended = false;
  let raw: Socket | null = null;
  let corked = false;
  let received = 0;
  let sent = 0;

  const heard = (): void => {
    if (!raw) return;
    events.bytes(raw.bytesRead - received, 0);
    received = raw.bytesRead;
  };
  // Apart from what came: to know what was written the socket adds up everything that waits.
  const wrote = (): void => {
    if (!raw) return;
    events.bytes(0, raw.bytesWritten - sent);
    sent = raw.bytesWritten;
  };
  const end = (fault: Fault): void => {
    if (ended) return;
    heard();
    wrote();
    ended = true;
    clearTimeout(deadline);
    events.closed(fault);
  };
  /** Ends it from this side with a fault of its own. */
  const drop = (fault: Fault): void => {
    end(fault);
    socket?.terminate();
  };
  // `handshakeTimeout` of ws is one of silence: a host that sends a byte now and then would hold the dial for ever.
  const deadline = setTimeout(() => drop(dialTimeoutFault(timeoutMs)), timeoutMs);

  const dialled = dial(target);
  const socket = dialled instanceof WebSocket ? dialled : null;
  // The caller has no channel yet, so it hears of it in the next turn.
  if (!socket) process.nextTick(end, dialled);

  socket
    ?.on('upgrade', (response) => {
      raw = response.socket;
      raw.setNoDelay(true);
    })
    .on('open', () => {
      if (ended) return;
      opened = true;
      clearTimeout(deadline);
      events.open();
    })
    .on('message', (data, binary) => {
      if (ended) return;
      if (binary) {
        drop(protocolFault('It sent a binary frame.'));
        return;
      }
      heard();
      events.message((data as Buffer).toString());
    })
    .on('unexpected-response', (_request, response) => {
      void readBody(response).then((body) => drop(statusFault(response.statusCode ?? 0, body, false)));
    })
    .on('error', (error) => drop(errorFault(error, opened, shown)))
    .on('close', (code, reason) => end(closeFault(code, reason.toString())));

  const flush = (): void => {
    corked = false;
    raw?.uncork();
    if (!ended) wrote();
  };

  return {
    transport: 'websocket',
    send(text) {
      if (!opened || ended || !socket || !raw) return;
      if (!corked) {
        corked = true;
        raw.cork();
        process.nextTick(flush);
      }
      socket.send(text);
      if (socket.bufferedAmount > STUCK_BYTES) drop(lostFault(STUCK));
    },
    get bufferedBytes() {
      return socket?.bufferedAmount ?? 0;
    },
    close(code, reason) {
      if (ended) return;
      if (opened) socket?.close(code, reason);
      else this.terminate();
    },
    terminate() {
      drop(errorFault(new Error('It was ended from this side.'), true));
    },
  } satisfies Channel;
};

/** A socket on its way, or why there can be none. */
function dial({ url, token, tls }: Parameters<Dial>[0]): WebSocket | Fault {
  const endpoint = socketEndpoint(url);
  if (!endpoint.ok) return endpoint.fault;
  try {
    return new WebSocket(endpoint.value.url, {
      ...OPTIONS,
      ...(endpoint.value.secure ? tlsOptions(tls) : {}),
      headers: { authorization: `Bearer ${token}` },
    });
  } catch (error) {
    return errorFault(error, false);
  }
}
