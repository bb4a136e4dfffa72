/**
 * Sends OTLP requests to a collector, in order, one at a time. What cannot be taken now waits and is tried again, longer each time; the
 * oldest go when too much waits: a collector that is away costs neither memory nor the app's calm.
 *
 *   idle ──add──► sending ──taken──► next … idle
 *                   └ not now (429, 5xx, no answer): waits ──► sending        refused for good (4xx): dropped, told
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#shared/lib/log.ts';
import { post, type Collector } from './post.ts';

/** Requests that wait at most, and characters of them. */
const WAITING = 120;
const WAITING_CHARS = 32 * 1024 * 1024;
const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;
/** Statuses of OTLP that mean: again later. */
const LATER = new Set([408, 429, 502, 503, 504]);

export type Sent = {
  readonly sent: number;
  readonly dropped: number;
  readonly waiting: number;
  /** When the collector last took a request, milliseconds since the epoch. */
  readonly lastAt: number | null;
  /** What is in the way, and since when. */
  readonly trouble: { readonly why: string; readonly at: number } | null;
};

export class Sender {
  readonly #collector: () => Collector | null;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  #queue: string[] = [];
  #sending: Promise<void> | null = null;
  #trouble: Sent['trouble'] = null;
  #sent = 0;
  #dropped = 0;
  #lastAt: number | null = null;

  /** @param collector asked before each try, so that a new address or token holds at once; null: nowhere now. @param now milliseconds since the epoch */
  constructor(collector: () => Collector | null, log: Log, now: () => number) {
    this.#collector = collector;
    this.#log = log;
    this.#now = now;
  }

  /** How it goes, since it was made. */
  get state(): Sent {
    return { sent: this.#sent, dropped: this.#dropped, waiting: this.#queue.length, lastAt: this.#lastAt, trouble: this.#trouble };
  }

  add(body: string): void {
    this.#queue.push(body);
    while (this.#queue.length > WAITING || this.#queue.reduce((sum, { length }) => sum + length, 0) > WAITING_CHARS) {
      this.#queue.shift();
      this.#drop('too many wait');
    }
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
  }

  /** @param graceMs for what waits */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await this.#sending;
    clearTimeout(timer);
    this.#abort.abort();
  }

  async #send(): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!this.#abort.signal.aborted) {
      const body = this.#queue[0];
      if (body === undefined) return;
      const answer = await this.#post(body);
      if (answer === 'taken' || answer === 'refused') {
        // The one that was sent may be gone already: too many came meanwhile.
        if (this.#queue[0] === body) this.#queue.shift();
        waitMs = FIRST_WAIT_MS;
        continue;
      }
      await delay(Math.max(answer.waitMs, waitMs), undefined, { signal: this.#abort.signal, ref: false }).catch(() => null);
      waitMs = Math.min(MOST_WAIT_MS, waitMs * 2);
    }
  }

  async #post(body: string): Promise<'taken' | 'refused' | { readonly waitMs: number }> {
    const collector = this.#collector();
    if (!collector) return { waitMs: 0 };
    const answer = await post(collector, body, this.#abort.signal);
    if (answer.status === null) {
      if (!this.#abort.signal.aborted) this.#tell(answer.why);
      return { waitMs: 0 };
    }
    if (answer.status >= 200 && answer.status < 300) {
      if (this.#trouble) this.#log('info', 'the collector takes metrics again');
      this.#trouble = null;
      this.#sent++;
      this.#lastAt = this.#now();
      return 'taken';
    }
    if (LATER.has(answer.status)) {
      this.#tell(`it answered ${answer.status}`);
      return { waitMs: Math.min(answer.retryMs, MOST_WAIT_MS) };
    }
    this.#drop(`it answered ${answer.status}`);
    return 'refused';
  }

  #drop(why: string): void {
    this.#dropped++;
    this.#tell(why);
  }

  /** Once for each trouble, not for each try. */
  #tell(why: string): void {
    if (why === this.#trouble?.why) return;
    this.#trouble = { why, at: this.#now() };
    this.#log('warn', 'the collector does not take metrics', { why, waiting: this.#queue.length, dropped: this.#dropped });
  }
}
