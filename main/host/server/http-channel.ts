/**
 * A channel over HTTP: frames out as server-sent events of one long answer, frames in as posted batches.
 *
 *   waiting ──GET──► streaming ──close, DELETE, the reader is gone──► ended          (no GET in time: ended)
 *
 * What is sent before the reader is there waits here; the pump sends no more than `highWater` of it.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Refusal } from '#shared/host-protocol/http.ts';
import { CloseCode } from '#shared/host-protocol/frames.ts';
import type { ChannelListener, HostChannel } from './channel.ts';
import { limits } from './limits.ts';

/** How long a reader may take for the last words, milliseconds. */
const GOODBYE_MS = 1000;

export class HttpChannel implements HostChannel {
  readonly transport = 'http';
  /** Cannot be guessed: it is all that ties a request to this connection, beside a token. */
  readonly id = randomBytes(18).toString('base64url');
  /** Why it ended; null while it has not. */
  ended: Refusal | null = null;
  /** Number of the last batch that was taken. */
  taken = 0;
  listener: ChannelListener | null = null;
  readonly #openedAt = performance.now();
  #lastWrite = performance.now();
  #response: ServerResponse | null = null;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #corked = false;

  get bufferedBytes(): number {
    return this.#waitingBytes + (this.#response?.writableLength ?? 0);
  }

  send(text: string): void {
    if (this.ended) return;
    const event = `data: ${text}\n\n`;
    if (this.#response) this.#write(this.#response, event);
    else {
      this.#waiting.push(event);
      this.#waitingBytes += event.length;
    }
  }

  /** The reader is there. @returns false when there is one already */
  read(response: ServerResponse): boolean {
    if (this.#response || this.ended) return false;
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    response.on('error', () => response.destroy());
    response.on('close', () => this.#end({ code: CloseCode.timeout, reason: 'the stream of frames was not read any more' }));
    for (const event of this.#waiting) this.#write(response, event);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return true;
  }

  close(code: number, reason: string): void {
    if (this.ended) return;
    const refusal: Refusal = { code, reason };
    const response = this.#response;
    if (response) {
      response.end(`event: end\ndata: ${JSON.stringify(refusal)}\n\n`);
      setTimeout(() => response.destroy(), GOODBYE_MS).unref();
    }
    this.#end(refusal);
  }

  terminate(): void {
    this.#response?.destroy();
    this.#end({ code: CloseCode.timeout, reason: 'the connection was ended' });
  }

  /** Keeps a quiet stream open, and ends one that nobody reads. @param now of `performance.now()` */
  sweep(now: number): void {
    if (!this.#response && now - this.#openedAt > limits.helloMs) this.close(CloseCode.timeout, 'nobody reads the frames');
    else if (this.#response && now - this.#lastWrite > limits.commentMs) this.#write(this.#response, ':\n\n');
  }

  #write(response: ServerResponse, text: string): void {
    this.#lastWrite = performance.now();
    if (!this.#corked) {
      this.#corked = true;
      response.cork();
      process.nextTick(() => {
        this.#corked = false;
        response.uncork();
      });
    }
    response.write(text, (error) => {
      if (!error && !this.ended) this.listener?.drained();
    });
  }

  #end(refusal: Refusal): void {
    if (this.ended) return;
    this.ended = refusal;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.listener?.closed();
  }
}
