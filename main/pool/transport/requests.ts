/** The HTTP requests of one channel: their own keep-alive sockets, which end with it; limits of time; bytes counted; redirects never followed. */
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { readBody } from './body.ts';
import type { TlsOptions } from './tls.ts';

/** Loaded at the first host that is reached over TLS: see tls.ts. */
const secure = () => process.getBuiltinModule('node:https');

export type Answer = { readonly status: number; readonly body: string };

/** A request that was not answered in its time. */
export class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
}

type Ask = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly body?: string; readonly limitMs: number };

export class Requests {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: PlainAgent;
  readonly #tls: TlsOptions | null;
  readonly #sockets = new Map<Socket, { received: number; sent: number }>();

  /**
   * @param base address of the link; the path of a request is put behind its own
   * @param tls null for plain HTTP
   */
  constructor(base: URL, token: string, tls: TlsOptions | null) {
    this.#base = base;
    this.#tls = tls;
    this.#headers = { authorization: `Bearer ${token}` };
    // An agent of its own: pooled sockets are told apart by address, not by the certificates they were opened with.
    this.#agent = tls ? new (secure().Agent)({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
  }

  /** A request and the beginning of its answer. @throws what the network says, NoAnswer */
  async ask(ask: Ask): Promise<Answer> {
    const response = await this.stream(ask);
    return { status: response.statusCode ?? 0, body: await readBody(response) };
  }

  /** A request whose answer is read by the caller. The limit is for its headers. @throws what the network says, NoAnswer */
  stream({ method, path, body, limitMs }: Ask): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (this.#tls ? secure().request : plainRequest)(`${this.#base.href}${path}`, {
        ...this.#tls,
        method,
        agent: this.#agent,
        headers: {
          ...this.#headers,
          ...(body === undefined
            ? { accept: 'text/event-stream', 'cache-control': 'no-cache' }
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      });
      const limit = setTimeout(() => request.destroy(new NoAnswer(`no answer within ${limitMs} ms`)), limitMs);
      request
        .on('socket', (socket) => this.#sockets.set(socket, this.#sockets.get(socket) ?? { received: 0, sent: 0 }))
        .on('response', (response) => {
          clearTimeout(limit);
          response.on('error', () => {});
          resolve(response);
        })
        .on('error', (error) => {
          clearTimeout(limit);
          reject(error);
        })
        .end(body);
    });
  }

  /** Bytes over all its sockets since the last call. */
  count(): { received: number; sent: number } {
    const sum = { received: 0, sent: 0 };
    for (const [socket, before] of this.#sockets) {
      const now = { received: socket.bytesRead, sent: socket.bytesWritten };
      sum.received += now.received - before.received;
      sum.sent += now.sent - before.sent;
      if (socket.destroyed) this.#sockets.delete(socket);
      else this.#sockets.set(socket, now);
    }
    return sum;
  }

  /** Ends every socket, now. */
  destroy(): void {
    this.#agent.destroy();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}
