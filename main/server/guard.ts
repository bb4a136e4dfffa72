/** What a request must look like before anything reads it: a Host we answer to and, from browsers, exactly our own Origin. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Names of this machine's loopback, as they may stand in a Host header. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** @param extra host names (without port) that the owner configured */
export function allowedHosts(port: number, extra: readonly string[]): ReadonlySet<string> {
  return new Set([...LOOPBACK, ...extra].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

export const hostIsAllowed = (request: IncomingMessage, hosts: ReadonlySet<string>): boolean => hosts.has((request.headers.host ?? '').toLowerCase());

/** A browser always sends Origin with a WebSocket. Without one it is a program, which must show a bearer token instead of a cookie. */
export function originIsOurs(request: IncomingMessage): boolean {
  return request.headers.origin === `http://${request.headers.host ?? ''}`;
}

const POLICY = ["default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join(
  '; ',
);

export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=(), usb=(), payment=()');
}
