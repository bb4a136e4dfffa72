/**
 * A channel over HTTP, where WebSocket is blocked: server-sent events down, batches up. See shared/host-protocol/http.ts.
 *
 *   new ──hello: POST──► opening ──Opened: GET──► reading ──end, break, terminate──► closed
 *    └──────────── refusal, error, terminate ──────┴── close: what waits, DELETE ───────►┘
 */
import type { IncomingMessage } from 'node:http';
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';
import { Opened, Refusal } from '#shared/host-protocol/http.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Carried, Channel, ChannelEvents, Dial, Target } from '../types.ts';
import { readBody } from './body.ts';
import { linkEndpoint } from './endpoint.ts';
import { blockedFault, closeFault, errorFault, lostFault, protocolFault, statusFault } from './faults.ts';
import { Requests } from './requests.ts';
import { BadStream, SseReader, type SseEvent } from './sse.ts';
import { tlsOptions } from './tls.ts';
import { Uplink } from './uplink.ts';

/** For the beginning of any answer. */
const ANSWER_MS = 5000;
/** For what waits and the DELETE, when this side closes. */
const CLOSE_MS = 2000;
const ENDED_HERE = 'It was ended from this side.';

export const dialHttp: Dial = (target, events) => {
  const made = requestsOf(target);
  const channel = new HttpChannel(made instanceof Requests ? made : null, events, target.tls.cert !== undefined);
  process.nextTick(() => (made instanceof Requests ? channel.begin() : channel.end(made)));
  return channel;
};

function requestsOf({ url, token, tls }: Target): Requests | Fault {
  const endpoint = linkEndpoint(url);
  if (!endpoint.ok) return endpoint.fault;
  try {
    return new Requests(endpoint.value.url, token, endpoint.value.secure ? tlsOptions(tls) : null);
  } catch (error) {
    return errorFault(error, false);
  }
}

class HttpChannel implements Channel {
  readonly transport = 'http';
  readonly #requests: Requests | null;
  #events: Carried;
  #dialler: ChannelEvents | null;
  /** A client certificate was shown. */
  readonly #shown: boolean;
  /** Set while this side closes. */
  #limit: NodeJS.Timeout | undefined;
  readonly #uplink: Uplink;
  #state: 'new' | 'opening' | 'reading' | 'closed' = 'new';
  /** Path of the connection at the host; empty until it has one. */
  #path = '';
  #closing = false;

  constructor(requests: Requests | null, events: ChannelEvents, shown: boolean) {
    this.#shown = shown;
    this.#requests = requests;
    this.#events = this.#dialler = events;
    this.#uplink = new Uplink(
      (body) => this.#ask('POST', `${this.#path}/frames`, body, ANSWER_MS),
      (fault) => this.end(fault),
    );
  }

  get bufferedBytes(): number {
    return this.#uplink.bytes;
  }

  begin(): void {
    if (this.#state === 'new') this.#dialler?.open();
  }

  send(text: string): void {
    if (this.#state === 'new') void this.#open(text);
    else if (this.#state !== 'closed' && !this.#closing) this.#uplink.send(text);
  }

  close(): void {
    if (this.#state === 'closed' || this.#closing) return;
    this.#closing = true;
    void this.#leave();
  }

  passTo(events: Carried): void {
    this.#events = events;
    this.#dialler = null;
  }

  terminate(): void {
    this.end(lostFault(ENDED_HERE));
  }

  end(fault: Fault): void {
    if (this.#state === 'closed') return;
    this.#count();
    this.#state = 'closed';
    clearTimeout(this.#limit);
    this.#uplink.stop();
    this.#requests?.destroy();
    this.#events.closed(fault);
  }

  async #open(hello: string): Promise<void> {
    this.#state = 'opening';
    try {
      const answer = await this.#ask('POST', '', hello, ANSWER_MS);
      const opened = Opened.safeParse(parseJson(answer.body));
      if (answer.status < 200 || answer.status >= 300) return this.end(statusFault(answer.status, answer.body, true));
      if (!opened.success) return this.end(blockedFault(`HTTP ${answer.status} with an answer that no agent host gives.`));
      this.#path = `/${encodeURIComponent(opened.data.connection)}`;
      if (this.#closing) await this.#delete();
      else await this.#read();
    } catch (error) {
      this.end(errorFault(error, this.#path !== '', this.#shown));
    }
  }

  async #read(): Promise<void> {
    const response = await this.#requests?.stream({ method: 'GET', path: `${this.#path}/frames`, limitMs: ANSWER_MS });
    if (!response || this.#state === 'closed') return;
    if (response.statusCode !== 200) {
      return this.end(statusFault(response.statusCode ?? 0, await readBody(response), true));
    }
    if (!response.headers['content-type']?.startsWith('text/event-stream'))
      return this.end(blockedFault('The stream of frames was answered by something else.'));
    this.#state = 'reading';
    this.#take(response);
  }

  #take(response: IncomingMessage): void {
    const reader = new SseReader(MAX_FRAME_BYTES);
    response
      .on('data', (chunk: Buffer) => {
        if (this.#state === 'closed') return;
        this.#count();
        try {
          for (const event of reader.read(chunk)) this.#event(event);
        } catch (error) {
          if (!(error instanceof BadStream)) throw error;
          this.end(protocolFault(error.message));
        }
      })
      .on('close', () => this.end(lostFault(this.#closing ? ENDED_HERE : 'The stream of frames ended.')));
  }

  #event({ name, data }: SseEvent): void {
    if (this.#state === 'closed') return;
    if (name !== 'end') return this.#events.message(data);
    const refusal = Refusal.safeParse(parseJson(data));
    this.end(refusal.success ? closeFault(refusal.data.code, refusal.data.reason) : lostFault('The host ended it.'));
  }

  async #leave(): Promise<void> {
    // Not said hello yet: the host knows nothing. On the way: the answer names what is to be deleted.
    if (this.#state === 'new') return this.terminate();
    this.#limit = setTimeout(() => this.terminate(), CLOSE_MS);
    await this.#uplink.drained();
    if (this.#path) await this.#delete();
  }

  async #delete(): Promise<void> {
    await this.#ask('DELETE', this.#path, undefined, CLOSE_MS).catch(() => null);
    this.terminate();
  }

  async #ask(method: 'POST' | 'DELETE', path: string, body: string | undefined, limitMs: number): Promise<{ status: number; body: string }> {
    if (!this.#requests) throw new Error('There is no address.');
    const answer = await this.#requests.ask({ method, path, ...(body === undefined ? {} : { body }), limitMs });
    this.#count();
    return answer;
  }

  #count(): void {
    if (!this.#requests || this.#state === 'closed') return;
    const { received, sent } = this.#requests.count();
    if (received || sent) this.#events.bytes(received, sent);
  }
}
