/** Where a host's two doors are: an address names the host, and each transport has its path there. */
import { LINK_PATH, SOCKET_PATH } from '#shared/host-protocol/http.ts';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';

export type Endpoint = { readonly url: URL; readonly secure: boolean };

/** True for addresses whose dials cost a TLS handshake. */
export const isSecure = (url: string): boolean => /^(wss|https):/i.test(url);

/** The WebSocket's address; `http:` is read as `ws:`, `https:` as `wss:`. A path in front of the host's own (a reverse proxy's) is kept. */
export const socketEndpoint = (address: string): Result<Endpoint> => endpoint(address, ['ws:', 'wss:'], SOCKET_PATH);

/** The HTTP link's address; `ws:` is read as `http:`, `wss:` as `https:`. */
export const linkEndpoint = (address: string): Result<Endpoint> => endpoint(address, ['http:', 'https:'], LINK_PATH);

function endpoint(address: string, [plain, tls]: readonly [string, string], path: string): Result<Endpoint> {
  const given = URL.parse(address);
  if (!given) return { ok: false, fault: notAnAddress(address) };
  const { protocol, pathname } = given;
  const secure = protocol === 'wss:' || protocol === 'https:';
  if (!secure && protocol !== 'ws:' && protocol !== 'http:') return { ok: false, fault: notAnAddress(address) };
  // What is right already is not set: every assignment is a parse.
  const scheme = secure ? tls : plain;
  if (protocol !== scheme) given.protocol = scheme;
  given.pathname = pathname === '/' ? path : pathname.replace(/\/+$/, '').replace(/\/host(\/link)?$/, '') + path;
  // A name and password in the address, a query and a fragment are nothing a host knows; a token belongs in its own field.
  if (given.username || given.password || given.search || given.hash) given.username = given.password = given.search = given.hash = '';
  return ok({ url: given, secure });
}

const notAnAddress = (address: string): Fault =>
  fail('HOST_UNREACHABLE', 'The address of the agent host cannot be dialled.', {
    why: `"${address.slice(0, 200)}" is not an address that begins with ws://, wss://, http:// or https://.`,
    fix: 'Correct the address of the host in Connections.',
  }).fault;
