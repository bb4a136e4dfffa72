/** The host's door: an HTTP server on one address that upgrades `/host` to WebSocket for who shows a token. */
import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import { SOCKET_PATH, type Refusal } from '#shared/host-protocol/http.ts';
import type { Counters } from '../metrics/counters.ts';
import type { ChannelListener, HostChannel } from './channel.ts';
import { limits } from './limits.ts';
import type { Grant, Tokens } from './tokens.ts';
import { webSocketChannel } from './web-socket.ts';

export type Door = { readonly port: number; close(): Promise<void> };

export type DoorOptions = {
  readonly address: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly tokens: Tokens;
  readonly counters: Counters;
  /** Somebody with a token is there. */
  readonly accept: (channel: HostChannel, grant: Grant) => ChannelListener;
};

/** @returns PORT_TAKEN or LISTEN_FAILED as faults */
export async function listen(options: DoorOptions): Promise<Result<Door>> {
  const server = createServer(
    { requestTimeout: limits.requestMs, headersTimeout: limits.headersMs, connectionsCheckingInterval: 1000 },
    (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('This is an agent host. It speaks WebSocket at /host.\n');
    },
  );
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytes, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => raw.destroy());
    if (pathOf(request) !== SOCKET_PATH) {
      options.counters.refuse('path');
      refuse(raw, 404, { code: CloseCode.badFrame, reason: `WebSocket is spoken at ${SOCKET_PATH}` });
      return;
    }
    const shown = options.tokens.check(bearer(request));
    if (!shown.ok) {
      options.counters.refuse(shown.reason);
      refuse(raw, 401, { code: CloseCode.unauthorized, reason: shown.why });
      return;
    }
    sockets.handleUpgrade(request, raw, head, (socket) => webSocketChannel(socket, raw, (channel) => options.accept(channel, shown.grant)));
  });
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(options.port, options.address, () => resolve(null));
  });
  if (failure) {
    return failure.code === 'EADDRINUSE'
      ? fail('PORT_TAKEN', `Port ${options.port} on ${options.address} is in use.`, { fix: 'Choose another port, or end the program that holds it.' })
      : fail('LISTEN_FAILED', `The agent host cannot listen on ${options.address}:${options.port}.`, { why: failure.message });
  }
  return ok({
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

const bearer = (request: IncomingMessage): string => /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';

function refuse(raw: Duplex, status: number, refusal: Refusal): void {
  const body = JSON.stringify(refusal);
  raw.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
