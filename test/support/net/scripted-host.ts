/**
 * The doors of an agent host with a script behind them, for what a real host never does: it says any frame or none, answers a batch and
 * lets the answer be lost, refuses in any way. Frames that came are kept as texts.
 */
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { LINK_PATH, SOCKET_PATH } from '#shared/host-protocol/http.ts';

export const TOKEN = 'a-token-of-more-than-thirty-two-characters';

export const WELCOME = JSON.stringify({
  t: 'welcome',
  protocol: 1,
  host: { id: 'host-1', name: 'scripted', version: '0', pid: 1, platform: 'linux', startedAt: 0, boot: 'boot-1', workRoot: '/tmp' },
  streams: [],
  tokenUntil: null,
});

/** One connection, whatever carries it. */
export type Guest = {
  readonly transport: 'websocket' | 'http';
  say(text: string): void;
  end(code: number, reason: string): void;
  readonly raw: WebSocket | ServerResponse;
};

export type Script = {
  /** What it does with a frame; without it the first frame is welcomed. */
  frame?: (guest: Guest, text: string, index: number) => void;
  /** Answers a request in the script's own way: true when it did. Batches that are answered so were taken before. */
  request?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers an upgrade in the script's own way. */
  upgrade?: (request: IncomingMessage, socket: Socket) => boolean;
  tls?: { cert: string; key: string; ca?: string; requestCert?: boolean };
};

type Link = { guest: Guest | null; hello: string; taken: number; count: number };

export class ScriptedHost {
  readonly frames: string[] = [];
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #links = new Map<string, Link>();
  readonly script: Script;

  private constructor(script: Script) {
    this.script = script;
    const take = (request: IncomingMessage, response: ServerResponse): void => void this.#request(request, response);
    this.#server = script.tls ? createSecure({ ...script.tls, rejectUnauthorized: true }, take) : createPlain(take);
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      this.requests.push(`UPGRADE ${request.url}`);
      // Whoever was refused may be gone before the answer is read.
      socket.on('error', () => {});
      if (script.upgrade?.(request, socket)) return;
      if (request.url !== SOCKET_PATH || request.headers.authorization !== `Bearer ${TOKEN}`) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (raw) => {
        let count = 0;
        const guest: Guest = { transport: 'websocket', raw, say: (text) => raw.send(text), end: (code, reason) => raw.close(code, reason) };
        raw.on('message', (data) => this.#take(guest, (data as Buffer).toString(), count++));
        raw.on('error', () => {});
      });
    });
  }

  static async start(script: Script = {}): Promise<ScriptedHost> {
    const host = new ScriptedHost(script);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** HTTP connections that were opened and not deleted. */
  get links(): number {
    return this.#links.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(guest: Guest, text: string, index: number): void {
    this.frames.push(text);
    if (this.script.frame) this.script.frame(guest, text, index);
    else if (index === 0) guest.say(WELCOME);
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const [, id = '', frames] = (request.url ?? '').slice(LINK_PATH.length).split('/');
    const link = this.#links.get(id);
    if (link && frames && request.method === 'POST') this.#batch(link, body);
    if (this.script.request?.(request, response)) return;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) refuse(response, 401, 4401, 'wrong token');
    else if (request.method === 'POST' && request.url === LINK_PATH) {
      const name = `c${this.#links.size + 1}`;
      this.#links.set(name, { guest: null, hello: body, taken: 0, count: 1 });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ connection: name }));
    } else if (!link) refuse(response, 404, 4408, 'no such connection');
    else if (request.method === 'GET') this.#stream(link, response);
    else {
      if (request.method === 'DELETE') this.#links.delete(id);
      response.writeHead(204).end();
    }
  }

  #stream(link: Link, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    link.guest = {
      transport: 'http',
      raw: response,
      say: (text) => response.write(`data: ${text}\n\n`),
      end: (code, reason) => response.end(`event: end\ndata: ${JSON.stringify({ code, reason })}\n\n`),
    };
    this.#take(link.guest, link.hello, 0);
  }

  #batch(link: Link, body: string): void {
    const batch = JSON.parse(body) as { n: number; frames: unknown[] };
    if (batch.n !== link.taken + 1 || !link.guest) return;
    link.taken = batch.n;
    for (const frame of batch.frames) this.#take(link.guest, JSON.stringify(frame), link.count++);
  }
}

function refuse(response: ServerResponse, status: number, code: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code, reason }));
}
