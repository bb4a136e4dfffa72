/**
 * One connection to the core, by the way this page was opened: a MessagePort handed through the preload in the desktop, a
 * WebSocket at /rpc of the same origin in a browser.
 */
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';

export type Connection = {
  readonly link: ClientLink<ClientContext>;
  /** Settles when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
};

/** The server answers, but this browser has shown it no link yet. */
export class SignedOut extends Error {}

/** Longest wait for a connection to open, milliseconds. */
const OPEN_TIMEOUT = 5000;

const isWeb = location.protocol === 'http:' || location.protocol === 'https:';
let settled: 'port' | 'socket' | null = isWeb ? null : 'port';

/**
 * Opens a connection. A page under http may still be a desktop's (its scheme can be served as http), so the first time both
 * ways are tried at once and the one that answers is kept.
 * @throws {SignedOut} when the server wants a link first
 * @throws when neither answers within five seconds
 */
export async function connect(): Promise<Connection> {
  if (settled === 'port') return openPort();
  // A refused WebSocket does not say why; this does.
  const session = isWeb ? await fetch('/session', { signal: AbortSignal.timeout(OPEN_TIMEOUT) }).catch(() => null) : null;
  if (session?.status === 401) throw new SignedOut();
  if (settled === 'socket') return openSocket();
  const ways = [openPort().then((it) => ['port', it] as const), openSocket().then((it) => ['socket', it] as const)];
  const [kind, connection] = await Promise.any(ways);
  settled = kind;
  void Promise.allSettled(ways).then((all) => {
    for (const other of all) if (other.status === 'fulfilled' && other.value[1] !== connection) other.value[1].close();
  });
  return connection;
}

async function openPort(): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  port1.addEventListener('close', () => resolve());
  port1.start();
  window.postMessage('acc:connect', '*', [port2]);
  const link = new PortLink({ port: port1 });
  const close = (): void => {
    port1.close();
    resolve();
  };
  // A port has no "open": only an answer shows that somebody listens.
  try {
    await link.call(['system', 'info'], {}, { context: {}, signal: AbortSignal.timeout(OPEN_TIMEOUT) });
  } catch (error) {
    close();
    throw error;
  }
  return { link, closed, close };
}

async function openSocket(): Promise<Connection> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const socket = new WebSocket(new URL('/rpc', location.href.replace(/^http/, 'ws')));
  socket.addEventListener('close', () => resolve());
  const link = new SocketLink({ websocket: socket });
  const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT);
  const opened = new Promise<void>((done) => socket.addEventListener('open', () => done(), { once: true }));
  const won = await Promise.race([opened.then(() => true), closed.then(() => false)]);
  clearTimeout(timer);
  if (!won) throw new Error('The WebSocket did not open.');
  return { link, closed, close: () => socket.close() };
}
