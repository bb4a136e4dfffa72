/**
 * The host's door: an HTTP or HTTPS server on one address that upgrades `/host` to WebSocket for who shows a token. Who is slow in the
 * handshake, or one too many, is turned away before anything is kept for them.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import { SOCKET_PATH } from '#shared/host-protocol/http.ts';
import type { Certificates } from './certificates.ts';
import type { ChannelListener, HostChannel } from './channel.ts';
import { HttpLink } from './http-link.ts';
import { limits } from './limits.ts';
import { refuseSocket } from './responses.ts';
import { bearer, createRoutes, pathOf, type RoutesOptions } from './routes.ts';
import { SocketCount } from './socket-count.ts';
import type { Grant } from './tokens.ts';
import { webSocketChannel } from './web-socket.ts';

export type Door = { readonly port: number; /** Open TCP sockets. */ sockets(): number; close(): Promise<void> };

export type DoorOptions = Omit<RoutesOptions, 'link'> & {
  readonly address: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Null: plain HTTP. */
  readonly certificates: Certificates | null;
  /** Somebody with a token is there. */
  readonly accept: (channel: HostChannel, grant: Grant) => ChannelListener;
};

/** @returns PORT_TAKEN or LISTEN_FAILED as faults */
export async function listen(options: DoorOptions): Promise<Result<Door>> {
  const { tokens, counters, certificates } = options;
  const link = new HttpLink(options.accept);
  const patience = { requestTimeout: limits.requestMs, headersTimeout: limits.headersMs, keepAliveTimeout: limits.silenceMs, connectionsCheckingInterval: 500 };
  const routes = createRoutes({ ...options, link });
  const server = certificates
    ? createTlsServer({ ...patience, ...certificates.current(), handshakeTimeout: limits.headersMs, minVersion: 'TLSv1.2' }, routes)
    : createServer(patience, routes);
  const unwatch = certificates && 'setSecureContext' in server ? certificates.onChange((context) => server.setSecureContext(context)) : null;
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytes, perMessageDeflate: false });
  const sockets = new SocketCount(limits.connections, limits.connectionsPerAddress);

  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (sockets.add(socket)) return;
    counters.refuse('busy');
    // Inside TLS no word can be said before a handshake, which is what there is too much of.
    if (!certificates) refuseSocket(socket, 429, { code: CloseCode.busy, reason: 'too many connections' });
    socket.destroySoon();
  });
  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => raw.destroy());
    if (pathOf(request) !== SOCKET_PATH) {
      counters.refuse('path');
      refuseSocket(raw, 404, { code: CloseCode.badFrame, reason: `WebSocket is spoken at ${SOCKET_PATH}` });
      return;
    }
    const shown = tokens.check(bearer(request));
    if (!shown.ok) {
      counters.refuse(shown.reason);
      refuseSocket(raw, 401, { code: CloseCode.unauthorized, reason: shown.why });
      return;
    }
    webSockets.handleUpgrade(request, raw, head, (socket) => webSocketChannel(socket, raw, (channel) => options.accept(channel, shown.grant)));
  });
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(options.port, options.address, () => resolve(null));
  });
  async function close(): Promise<void> {
    unwatch?.();
    link.close();
    for (const socket of webSockets.clients) socket.terminate();
    webSockets.close();
    sockets.destroyAll();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  if (failure) {
    await close();
    return failure.code === 'EADDRINUSE'
      ? fail('PORT_TAKEN', `Port ${options.port} on ${options.address} is in use.`, { fix: 'Choose another port, or end the program that holds it.' })
      : fail('LISTEN_FAILED', `The agent host cannot listen on ${options.address}:${options.port}.`, { why: failure.message });
  }
  return ok({ port: (server.address() as AddressInfo).port, sockets: () => sockets.size, close });
}
