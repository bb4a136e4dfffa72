/** Answers of the host's door: JSON, text, and refusals in the shape of shared/host-protocol/http.ts, before an upgrade too. */
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '#shared/host-protocol/http.ts';

const JSON_TYPE = 'application/json';

export function answer(response: ServerResponse, status: number, body?: object): void {
  if (response.headersSent || response.destroyed) return;
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** Says no and ends the connection: what else was on its way on it is not read. */
export function refuse(response: ServerResponse, status: number, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': JSON_TYPE, connection: 'close', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) });
  response.end(JSON.stringify(refusal));
}

/** The same where no answer object exists: an upgrade that is refused, a socket too many. */
export function refuseSocket(socket: Duplex, status: number, refusal: Refusal): void {
  const body = JSON.stringify(refusal);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\n\r\n${body}`);
}

export function text(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
