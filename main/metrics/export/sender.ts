/**
 * Sends OTLP requests to a collector, in order, one at a time. What cannot be taken now waits and is tried again, longer each time; the
 * oldest go when too much waits: a collector that is away costs neither memory nor the app's calm.
 *
 *   idle ──add──► sending ──taken──► next … idle
 *                   └ not now (429, 5xx, no answer): waits ──► sending        refused for good (4xx): dropped, told
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#shared/lib/log.ts';

/** Requests that wait at most, and characters of them. */
const WAITING = 120;
const WAITING_CHARS = 32 * 1024 * 1024;
const REQUEST_MS = 10_000;
const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;
/** Statuses of OTLP that mean: again later. */
const LATER = new Set([408, 429, 502, 503, 504]);

export type Collector = { /** Base address: `/v1/metrics` is put behind it. */ readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };

export class Sender {
  readonly #collector: () => Collector | null;
  readonly #log: Log;
  readonly #abort = new AbortController();
  #queue: string[] = [];
  #sending: Promise<void> | null = null;
  #trouble = '';
  /** Requests that were dropped since the start. */
  dropped = 0;

  /** @param collector asked before each try, so that a new address or token holds at once; null: nowhere now */
  constructor(collector: () => Collector | null, log: Log) {
    this.#collector = collector;
    this.#log = log;
  }

  get waiting(): number {
    return this.#queue.length;
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
    try {
      const response = await fetch(`${collector.endpoint.replace(/\/+$/, '')}/v1/metrics`, {
        method: 'POST',
        headers: { ...collector.headers, 'content-type': 'application/json' },
        body,
        // A token is not carried on to another place.
        redirect: 'manual',
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(REQUEST_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) {
        if (this.#trouble !== '') this.#log('info', 'the collector takes metrics again');
        this.#trouble = '';
        return 'taken';
      }
      if (LATER.has(response.status)) {
        this.#tell(`it answered ${response.status}`);
        const seconds = Number(response.headers.get('retry-after'));
        return { waitMs: Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MOST_WAIT_MS) : 0 };
      }
      this.#drop(`it answered ${response.status}`);
      return 'refused';
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#tell(error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error));
      return { waitMs: 0 };
    }
  }

  #drop(why: string): void {
    this.dropped++;
    this.#tell(why);
  }

  /** Once for each trouble, not for each try. */
  #tell(why: string): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#log('warn', 'the collector does not take metrics', { why, waiting: this.#queue.length, dropped: this.dropped });
  }
}
