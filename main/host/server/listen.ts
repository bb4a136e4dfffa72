/** The host's door: an HTTP server on one address that upgrades `/host` to WebSocket for who shows the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';

export type Door = { readonly port: number; close(): Promise<void> };

/**
 * @param address host part of the address to listen on
 * @param port 0 picks a free one
 * @returns PORT_TAKEN or LISTEN_FAILED as faults
 */
export async function listen(address: string, port: number, token: string, onSocket: (socket: WebSocket) => void): Promise<Result<Door>> {
  const server = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This is an agent host. It speaks WebSocket at /host.\n');
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    const refusal =
      new URL(request.url ?? '/', 'http://host').pathname !== '/host' ? '404 Not Found' : tokenMatches(request, token) ? null : '401 Unauthorized';
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, onSocket);
  });
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(port, address, () => resolve(null));
  });
  if (failure) {
    return failure.code === 'EADDRINUSE'
      ? fail('PORT_TAKEN', `Port ${port} on ${address} is in use.`, { fix: 'Choose another port, or end the program that holds it.' })
      : fail('LISTEN_FAILED', `The agent host cannot listen on ${address}:${port}.`, { why: failure.message });
  }
  return ok({
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function tokenMatches(request: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}
