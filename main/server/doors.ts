/** The checks and routes behind the listener: every request passes Host, then who, then what. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import type { Core } from '#core/core.ts';
import type { Role } from '#shared/contract/base.ts';
import { EXPOSITION_TYPE } from '#shared/lib/exposition.ts';
import type { Auth, Identity } from './auth.ts';
import { hostIsAllowed, originIsOurs, setSecurityHeaders } from './guard.ts';
import { serveContract } from './rpc-socket.ts';

/** Largest message a client may send on the contract's socket, in bytes. */
const MAX_MESSAGE = 4 * 1024 * 1024;

export type DoorsOptions = {
  readonly core: Core;
  readonly auth: Auth;
  /** Values of the Host header that are answered. */
  readonly hosts: ReadonlySet<string>;
  /** Folder of the built UI. */
  readonly uiDir: string;
  readonly link: (role: Role) => string;
};

export class Doors {
  readonly #options: DoorsOptions;
  /** Made at the first request: it reads the whole folder, which is time and memory a core without a browser does not spend. */
  #files: ReturnType<typeof sirv> | null = null;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  readonly #serve: ReturnType<typeof serveContract>;
  /** Wrong tokens a minute from one address before it has to wait. */
  readonly #wrong = new RateLimiterMemory({ points: 20, duration: 60 });

  constructor(options: DoorsOptions) {
    this.#options = options;
    this.#serve = serveContract(options.core);
  }

  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response);
    if (!hostIsAllowed(request, this.#options.hosts)) return text(response, 421, 'This server does not answer to that Host.');
    const at = new URL(request.url ?? '/', 'http://host');
    if (request.method === 'POST' && at.pathname === '/links') return this.#newLink(request, response, at);
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(response, 405, 'Only GET.');
    if (at.pathname === '/healthz') return text(response, 200, 'ok');
    if (at.pathname === '/readyz') return this.#ready(response);
    if (at.pathname === '/metrics') return this.#metrics(request, response);
    if (at.pathname === '/session') return this.#session(request, response);
    if (at.pathname === '/' && at.searchParams.has('token')) return this.#redeem(request, response, at.searchParams.get('token') ?? '');
    this.#files ??= filesOf(this.#options.uiDir);
    this.#files(request, response, () => text(response, 404, 'Not here.'));
  }

  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    socket.on('error', () => socket.destroy());
    if (!hostIsAllowed(request, this.#options.hosts)) return refuse('421 Misdirected Request');
    if (new URL(request.url ?? '/', 'http://host').pathname !== '/rpc') return refuse('404 Not Found');
    if (request.headers.origin !== undefined && !originIsOurs(request)) return refuse('403 Forbidden');
    const who = await this.#identify(request);
    if (who === 'slow down') return refuse('429 Too Many Requests');
    // A cookie without an Origin is no browser of ours.
    if (!who || (who.by === 'cookie' && !originIsOurs(request))) return refuse('401 Unauthorized');
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket, who));
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.close(1001, 'the core is going away');
    this.#sockets.close();
  }

  async #identify(request: IncomingMessage): Promise<(Identity & { by: 'cookie' | 'bearer' }) | null | 'slow down'> {
    const address = request.socket.remoteAddress ?? '?';
    const soFar = await this.#wrong.get(address);
    if (soFar && soFar.remainingPoints <= 0) return 'slow down';
    const who = this.#options.auth.identify(request.headers);
    if (!who && (request.headers.authorization !== undefined || request.headers.cookie?.includes(this.#options.auth.cookieName)))
      await this.#wrong.consume(address).catch(() => {});
    return who;
  }

  async #redeem(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const allowed = await this.#wrong.get(request.socket.remoteAddress ?? '?');
    if (allowed && allowed.remainingPoints <= 0) return text(response, 429, 'Too many wrong tokens. Wait a minute.');
    const cookie = this.#options.auth.redeem(token);
    if (!cookie) {
      await this.#wrong.consume(request.socket.remoteAddress ?? '?').catch(() => {});
      return text(response, 401, 'This link was used already or is too old. Get a new one with: acc link');
    }
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
  }

  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const who = await this.#identify(request);
    if (who === 'slow down') return text(response, 429, 'Too many wrong tokens. Wait a minute.');
    if (!who) return text(response, 401, 'Open a link first: acc link');
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify({ role: who.role, actor: who.actor }));
  }

  async #newLink(request: IncomingMessage, response: ServerResponse, at: URL): Promise<void> {
    const who = await this.#identify(request);
    if (who === 'slow down') return text(response, 429, 'Too many wrong tokens. Wait a minute.');
    if (!who || who.by !== 'bearer') return text(response, 401, 'Only a bearer of the token may make links.');
    response.setHeader('cache-control', 'no-store');
    text(response, 200, this.#options.link(at.searchParams.get('role') === 'viewer' ? 'viewer' : 'operator'));
  }

  async #metrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const who = await this.#identify(request);
    if (who === 'slow down') return text(response, 429, 'Too many wrong tokens. Wait a minute.');
    if (!who || who.by !== 'bearer') {
      response.setHeader('www-authenticate', 'Bearer');
      return text(response, 401, 'Only a bearer of the token may read the metrics.');
    }
    response.writeHead(200, { 'content-type': EXPOSITION_TYPE, 'cache-control': 'no-store' }).end(this.#options.core.exposition());
  }

  #ready(response: ServerResponse): void {
    const { state, detail } = this.#options.core.storeState();
    text(response, state === 'ok' ? 200 : 503, state === 'ok' ? 'ready' : `not ready: the store is ${state} ${detail}`);
  }
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${body}\n`);
}

function filesOf(uiDir: string): ReturnType<typeof sirv> {
  return sirv(uiDir, {
    etag: true,
    dev: false,
    setHeaders: (response, pathname) =>
      response.setHeader('cache-control', pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
  });
}
