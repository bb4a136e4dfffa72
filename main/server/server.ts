/**
 * Headless: one HTTP server on loopback with the UI's files, the contract at `/rpc`, and health for whoever watches.
 *
 *   GET /?token=…   takes a one-time link, sets the cookie, goes to /
 *   GET /session    who the cookie says you are (401: open a link first)
 *   POST /links     a new one-time link, for a bearer only
 *   GET /metrics    the core's counters in Prometheus' format, for a bearer only
 *   GET /healthz    the process answers      GET /readyz   the store takes writes
 */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Core } from '#core/core.ts';
import type { Role } from '#shared/contract/base.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { Auth } from './auth.ts';
import { Doors } from './doors.ts';
import { allowedHosts } from './guard.ts';
import { removeOwnerFile, writeOwnerFile } from './owner-file.ts';

const isLoopback = (address: string): boolean => address === 'localhost' || address === '::1' || address.startsWith('127.');

export type ServerOptions = {
  readonly core: Core;
  readonly dataDir: string;
  /** Address to listen on; anything but loopback needs `token`. */
  readonly address: string;
  readonly port: number;
  /** Configured bearer token, at least 32 characters. */
  readonly token?: string;
  /** More names that may stand in the Host header. */
  readonly hostNames?: readonly string[];
  /** Folder of the built UI. */
  readonly uiDir: string;
};

export type RunningServer = {
  readonly url: string;
  /** A fresh one-time link. */
  link(role: Role): string;
  close(): Promise<void>;
};

/** @returns AUTH_REQUIRED, PORT_TAKEN or LISTEN_FAILED as faults */
export async function startServer(options: ServerOptions): Promise<Result<RunningServer>> {
  if (!isLoopback(options.address) && (options.token ?? '').length < 32) {
    return fail('AUTH_REQUIRED', `The control center does not listen on ${options.address} without a token.`, {
      why: 'Whoever reaches that address could start programs on this machine.',
      fix: 'Give --token-file with a token of at least 32 characters, or listen on 127.0.0.1.',
    });
  }
  const own = randomBytes(32).toString('base64url');
  const auth = new Auth({ dataDir: options.dataDir, bearers: options.token ? [own, options.token] : [own] });
  const server = createServer();
  server.headersTimeout = 5000;
  server.requestTimeout = 15_000;
  const listening = await listen(server, options);
  if (!listening.ok) return listening;
  const port = listening.value;
  const url = `http://${options.address.includes(':') ? `[${options.address}]` : options.address}:${port}`;
  const link = (role: Role): string => `${url}/?token=${auth.newLinkToken(role)}`;
  const hosts = allowedHosts(port, [...(options.hostNames ?? []), ...(isLoopback(options.address) ? [] : [options.address])]);
  const doors = new Doors({ core: options.core, uiDir: options.uiDir, auth, hosts, link });
  server.on('request', (request, response) => void doors.request(request, response));
  server.on('upgrade', (request, socket: Socket, head) => void doors.upgrade(request, socket, head));
  writeOwnerFile(options.dataDir, { url, token: own, pid: process.pid });
  return ok({
    url,
    link,
    async close() {
      removeOwnerFile(options.dataDir);
      doors.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function listen(server: Server, options: ServerOptions): Promise<Result<number>> {
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(options.port, options.address, () => resolve(null));
  });
  if (!failure) return ok((server.address() as AddressInfo).port);
  return failure.code === 'EADDRINUSE'
    ? fail('PORT_TAKEN', `Port ${options.port} on ${options.address} is in use.`, { fix: 'Give another --port, or 0 for any free one.' })
    : fail('LISTEN_FAILED', `The control center cannot listen on ${options.address}:${options.port}.`, { why: failure.message });
}
