/**
 * One bounded POST: a time limit over all of it, no more of the answer read than is needed to say what went wrong, redirects told and never
 * followed (a signed message must not end up where it was not addressed to).
 */
import http from 'node:http';
import https from 'node:https';
import { failed, TRY_MS, type Outcome } from './channel.ts';
import { isPrivate } from './private-address.ts';

/** Bytes of an answer that are read. */
const ANSWER_BYTES = 2048;
/** A receiver that asks for more time gets at most this. */
const RETRY_AFTER_MS = 3_600_000;
const CHECK = 'Check the address of the channel.';

export type Post = { readonly url: string; readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly limitMs?: number };

export function post({ url, body, headers, limitMs = TRY_MS }: Post, signal?: AbortSignal): Promise<Outcome> {
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    return Promise.resolve(failed({ code: 'CHANNEL_ADDRESS', message: 'The address of the channel is not an http or https address.', fix: CHECK }, false));
  }
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), limitMs);
  return new Promise<Outcome>((resolve) => {
    let address = '';
    const lost = (error: Error): void => {
      if (own.signal.aborted) {
        const why = `${target.host} did not answer within ${limitMs / 1000} s.`;
        resolve(failed({ code: 'CHANNEL_TIMEOUT', message: 'The receiver took too long.', why }, true));
      } else
        resolve(
          failed({ code: 'CHANNEL_UNREACHABLE', message: 'The receiver cannot be reached.', why: `${target.host}: ${error.message}.`, fix: CHECK }, true),
        );
    };
    const request = (target.protocol === 'https:' ? https : http).request(
      target,
      {
        method: 'POST',
        agent: false,
        signal: signal ? AbortSignal.any([own.signal, signal]) : own.signal,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'automatic-claude-code', connection: 'close' },
      },
      (response) => {
        address = response.socket.remoteAddress ?? '';
        let said = '';
        const done = (): void => {
          resolve(outcomeOf(response, said, target.host, address));
          response.destroy();
        };
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          said += chunk.slice(0, ANSWER_BYTES - said.length);
          if (said.length >= ANSWER_BYTES) done();
        });
        response.on('end', done);
        response.on('error', lost);
      },
    );
    request.on('error', lost);
    request.end(body);
  }).finally(() => clearTimeout(timer));
}

function outcomeOf(response: http.IncomingMessage, said: string, host: string, address: string): Outcome {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    const near = isPrivate(address) ? ` Its address, ${address}, is a private one: make sure that it is the receiver you mean.` : '';
    return { ok: true, detail: `${host} took it (${status}).${near}` };
  }
  const line = said.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const why = `${host} answered ${status}${line === '' ? '' : `: ${line}`}.`;
  if (status >= 300 && status < 400) {
    const fix = `Enter the address it leads to${typeof response.headers.location === 'string' ? ` (${response.headers.location.slice(0, 200)})` : ''}, if that is the receiver you mean.`;
    return failed({ code: 'CHANNEL_REDIRECT', message: 'The receiver wants the message sent elsewhere, which is not done.', why, fix }, false);
  }
  const again = status === 408 || status === 429 || status >= 500;
  const seconds = Number(response.headers['retry-after']);
  const afterMs = again && Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, RETRY_AFTER_MS) : undefined;
  return failed({ code: 'CHANNEL_REFUSED', message: 'The receiver did not take the message.', why, fix: again ? 'It is tried again.' : CHECK }, again, afterMs);
}
