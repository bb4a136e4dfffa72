/** What the host answers to plain HTTP: is it alive, does it take work, its metrics, and the link where WebSocket is blocked. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import { LINK_PATH } from '#shared/host-protocol/http.ts';
import type { Counters } from '../metrics/counters.ts';
import { EXPOSITION_TYPE, exposition, type Metric } from '#shared/lib/exposition.ts';
import type { HttpLink } from './http-link.ts';
import { refuse, text } from './responses.ts';
import type { Grant, Tokens } from './tokens.ts';

export type RoutesOptions = {
  readonly tokens: Tokens;
  readonly counters: Counters;
  readonly link: HttpLink;
  /** Why no new session can be started here; null when one can. */
  readonly notReady: () => string | null;
  readonly metrics: () => readonly Metric[];
  /** `/metrics` without a token. */
  readonly openMetrics: boolean;
};

export function createRoutes(options: RoutesOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const allowed = (request: IncomingMessage, response: ServerResponse): Grant | null => {
    const shown = options.tokens.check(bearer(request));
    if (shown.ok) return shown.grant;
    options.counters.refuse(shown.reason);
    refuse(response, 401, { code: CloseCode.unauthorized, reason: shown.why });
    return null;
  };
  return (request, response) => {
    const path = pathOf(request);
    const get = request.method === 'GET' || request.method === 'HEAD';
    if (get && path === '/healthz') text(response, 200, 'ok\n');
    else if (get && path === '/readyz') {
      const why = options.notReady();
      text(response, why === null ? 200 : 503, `${why ?? 'ok'}\n`);
    } else if (get && path === '/metrics') {
      if (options.openMetrics || allowed(request, response)) text(response, 200, exposition(options.metrics()), EXPOSITION_TYPE);
    } else if (path === LINK_PATH || path.startsWith(`${LINK_PATH}/`)) {
      const grant = allowed(request, response);
      if (grant) void options.link.handle(request, response, path, grant);
    } else text(response, 404, 'This is an agent host of Automatic Claude Code. It speaks WebSocket at /host, and HTTP at /host/link.\n');
  };
}

/** Without the query: nothing in it means anything here, a token least of all. */
export const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

/** The token of a request; empty when it shows none. */
export const bearer = (request: IncomingMessage): string => /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
