/** The receiver's door: OTLP over HTTP on an address of its own, for who shows its token. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { bearer, pathOf } from '../server/routes.ts';
import type { Tokens } from '../server/tokens.ts';
import { readTelemetry } from './body.ts';
import { encodingOf, MEDIA, refusal, type Encoding } from './encoding.ts';
import type { OtlpIntake, Signal } from './intake.ts';
import { otlpLimits } from './limits.ts';

export type Receiver = { readonly port: number; close(): Promise<void> };

export type ReceiverOptions = {
  readonly address: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly tokens: Tokens;
  readonly intake: Pick<OtlpIntake, 'take'>;
  /** Why nothing can be taken now; null when it can. */
  readonly busy: () => string | null;
};

const SIGNALS: Readonly<Record<string, Signal>> = { '/v1/metrics': 'metrics', '/v1/logs': 'logs', '/v1/traces': 'traces' };

/** @returns PORT_TAKEN or LISTEN_FAILED */
export async function openReceiver(options: ReceiverOptions): Promise<Result<Receiver>> {
  let open = 0;
  const patience = { requestTimeout: otlpLimits.requestMs, headersTimeout: otlpLimits.headersMs, connectionsCheckingInterval: 500 };
  const server = createServer(patience, (request, response) => {
    open++;
    response.once('close', () => open--);
    void handle(options, request, response, open > otlpLimits.requests ? 'too many requests at once' : null);
  });
  server.maxConnections = otlpLimits.connections;
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(options.port, options.address, () => resolve(null));
  });
  if (failure?.code === 'EADDRINUSE') {
    return fail('PORT_TAKEN', `Port ${options.port} on ${options.address} is in use.`, { fix: 'Choose another port, or end the program that holds it.' });
  }
  if (failure) return fail('LISTEN_FAILED', `The agent host cannot receive telemetry on ${options.address}:${options.port}.`, { why: failure.message });
  return ok({
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

async function handle(options: ReceiverOptions, request: IncomingMessage, response: ServerResponse, crowded: string | null): Promise<void> {
  const encoding = encodingOf(request.headers['content-type']);
  const refuse = (status: number, why: string): void => send(response, status, encoding ?? 'json', refusal(encoding ?? 'json', why));
  const signal = SIGNALS[pathOf(request)];
  // Who shows no token learns nothing but that.
  if (!options.tokens.check(bearer(request)).ok) return refuse(401, 'the token is not the one of this receiver');
  if (!signal) return refuse(404, 'telemetry is taken at /v1/metrics and /v1/logs');
  if (request.method !== 'POST') return refuse(405, 'telemetry is sent with POST');
  if (!encoding) return refuse(415, `only ${MEDIA.json} and ${MEDIA.protobuf} are taken`);
  if (crowded !== null) return refuse(429, crowded);
  // Nothing is read that could not be kept: the client comes again with it.
  const busy = signal === 'traces' ? null : options.busy();
  if (busy !== null) return refuse(busy.startsWith('no control center') ? 503 : 429, busy);
  const body = await readTelemetry(request);
  if (!body.ok) return refuse(body.status, body.why);
  const answer = await within(options.intake.take(signal, encoding, body.bytes, body.digest), otlpLimits.answerMs);
  if (answer === null) return refuse(503, 'the disk of this host takes too long');
  if (!answer.ok) return refuse(400, [answer.fault.message, answer.fault.why].filter(Boolean).join(' '));
  send(response, 200, encoding, answer.value);
}

function send(response: ServerResponse, status: number, encoding: Encoding, body: Buffer): void {
  if (response.headersSent || response.destroyed) return;
  const again = status === 429 || status === 503 ? { 'retry-after': String(otlpLimits.retryAfterS) } : {};
  // What else was on its way on a connection that is refused is not read.
  const end = status === 200 ? {} : { connection: 'close' };
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response.writeHead(status, { 'content-type': MEDIA[encoding], 'content-length': body.length, ...again, ...end, ...challenge }).end(body);
}

function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
