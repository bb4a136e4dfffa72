/** The link over HTTP, for where WebSocket is blocked: the requests of shared/host-protocol/http.ts on connections of their own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import { Batch, LINK_PATH, type Opened, type Refusal } from '#shared/host-protocol/http.ts';
import { parseJson } from '#shared/lib/json.ts';
import { readBody } from './body.ts';
import type { ChannelListener, HostChannel } from './channel.ts';
import { decode, decodeValue, tooDeep } from './decode.ts';
import { HttpChannel } from './http-channel.ts';
import { limits } from './limits.ts';
import { answer, refuse } from './responses.ts';
import type { Grant } from './tokens.ts';

/** Frames are read one by one: one that this version does not know must not cost the others. */
const Frames = Batch.extend({ frames: z.array(z.unknown()).max(10_000) });
/** A batch puts two levels around its frames. */
const BATCH_DEPTH = limits.frameDepth + 2;

export class HttpLink {
  readonly #accept: (channel: HostChannel, grant: Grant) => ChannelListener;
  readonly #channels = new Map<string, HttpChannel>();
  /** Why connections ended that are gone, for a while. */
  readonly #gone = new Map<string, { readonly refusal: Refusal; readonly until: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(accept: (channel: HostChannel, grant: Grant) => ChannelListener) {
    this.#accept = accept;
    this.#timer = setInterval(() => this.#sweep(), limits.sweepMs);
    this.#timer.unref();
  }

  /** Answers one request below `/host/link`. @param path without a query; the token was checked */
  async handle(request: IncomingMessage, response: ServerResponse, path: string, grant: Grant): Promise<void> {
    const [, id, frames] = /^\/([\w-]{1,100})(\/frames)?$/.exec(path.slice(LINK_PATH.length)) ?? [];
    if (path === LINK_PATH && request.method === 'POST') return this.#open(request, response, grant);
    if (id === undefined) return refuse(response, 404, { code: CloseCode.badFrame, reason: 'there is nothing here' });
    const channel = this.#channels.get(id);
    if (!channel) return this.#tellWhy(response, id);
    if (frames && request.method === 'POST') return this.#take(request, response, channel);
    if (frames && request.method === 'GET') {
      if (!channel.read(response)) refuse(response, 409, { code: CloseCode.badFrame, reason: 'the frames of this connection are read already' });
      return;
    }
    if (!frames && request.method === 'DELETE') {
      channel.close(CloseCode.timeout, 'ended by the center');
      answer(response, 204);
      return;
    }
    refuse(response, 405, { code: CloseCode.badFrame, reason: 'not this method here' });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const channel of this.#channels.values()) channel.terminate();
  }

  async #open(request: IncomingMessage, response: ServerResponse, grant: Grant): Promise<void> {
    const body = await readBody(request, limits.frameBytes);
    if (body === null) return refuse(response, 413, { code: CloseCode.badFrame, reason: 'the hello is too large' });
    const channel = new HttpChannel();
    const listener = this.#accept(channel, grant);
    channel.listener = {
      take: (decoded) => listener.take(decoded),
      drained: () => listener.drained(),
      closed: () => {
        this.#channels.delete(channel.id);
        if (channel.ended) this.#gone.set(channel.id, { refusal: channel.ended, until: performance.now() + limits.goneMs });
        listener.closed();
      },
    };
    this.#channels.set(channel.id, channel);
    listener.take(decode(body));
    if (channel.ended) refuse(response, statusOf(channel.ended), channel.ended);
    else answer(response, 200, { connection: channel.id } satisfies z.infer<typeof Opened>);
  }

  async #take(request: IncomingMessage, response: ServerResponse, channel: HttpChannel): Promise<void> {
    const body = await readBody(request, limits.frameBytes);
    if (body === null) return refuse(response, 413, { code: CloseCode.badFrame, reason: 'the batch is too large' });
    const batch = Frames.safeParse(tooDeep(body, BATCH_DEPTH) ? null : parseJson(body));
    if (!batch.success) {
      channel.close(CloseCode.badFrame, 'that is no batch');
      return this.#tellWhy(response, channel.id);
    }
    const { n, frames } = batch.data;
    if (n > channel.taken + 1) return refuse(response, 409, { code: CloseCode.badFrame, reason: `batch ${channel.taken + 1} comes next, not ${n}` });
    if (n === channel.taken + 1) {
      channel.taken = n;
      for (const frame of frames) channel.listener?.take(decodeValue(frame));
    }
    if (channel.ended) this.#tellWhy(response, channel.id);
    else answer(response, 204);
  }

  #tellWhy(response: ServerResponse, id: string): void {
    const gone = this.#gone.get(id);
    if (gone) refuse(response, statusOf(gone.refusal), gone.refusal);
    else refuse(response, 404, { code: CloseCode.timeout, reason: 'there is no such connection' });
  }

  #sweep(): void {
    const now = performance.now();
    for (const channel of this.#channels.values()) channel.sweep(now);
    for (const [id, { until }] of this.#gone) {
      // They were added in the order of their end.
      if (until > now) break;
      this.#gone.delete(id);
    }
  }
}

/** 4401 → 401: the close codes are HTTP's where both know the case. */
const statusOf = ({ code }: Refusal): number => (code > 4400 && code < 4500 ? code - 4000 : 400);
