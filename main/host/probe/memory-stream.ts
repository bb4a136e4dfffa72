/**
 * A stream of numbered events that exist only as numbers: each is made when it is sent, and made again alike when it has to be sent again.
 * Only the time at which a number came into being is remembered, until it is acknowledged.
 */
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { OutStream } from '../server/out-stream.ts';
import type { Line } from '../spool/ring.ts';

export type MemoryStreamOptions = {
  readonly sessionId: string;
  readonly epoch: string;
  readonly count: number;
  /** Characters of text in each event. */
  readonly bytes: number;
  /** 0: all at once. */
  readonly perSecond: number;
  /** When a paced stream begins, of `performance.now()`. */
  readonly beginMs: number;
};

export class MemoryStream implements OutStream {
  readonly sessionId: string;
  readonly epoch: string;
  readonly count: number;
  readonly paced: boolean;
  readonly #perSecond: number;
  readonly #beginMs: number;
  readonly #rest: string;
  /** Up to and including `seq`, numbers came into being at `at`; ascending. */
  #made: { readonly seq: number; readonly at: number }[] = [];
  #durable: number;
  #acked = 0;

  constructor(options: MemoryStreamOptions) {
    this.sessionId = options.sessionId;
    this.epoch = options.epoch;
    this.count = options.count;
    this.paced = options.perSecond > 0;
    this.#perSecond = options.perSecond;
    this.#beginMs = options.beginMs;
    this.#durable = this.paced ? 0 : options.count;
    const event: NumberedEvent['event'] = { kind: 'output', stream: 'stdout', source: 'agent', text: 'x'.repeat(options.bytes) };
    this.#rest = `,"event":${JSON.stringify(event)}}`;
  }

  get durable(): number {
    return this.#durable;
  }
  get first(): number {
    return this.#acked + 1;
  }
  get ended(): boolean {
    return this.#acked >= this.count;
  }

  /** Lets time pass. @returns whether there is more to send than before */
  advance(nowMs: number, at: number): boolean {
    if (!this.paced) return false;
    const due = Math.min(this.count, Math.floor(((nowMs - this.#beginMs) * this.#perSecond) / 1000) + 1);
    if (nowMs < this.#beginMs || due <= this.#durable) return false;
    this.#durable = due;
    this.#made.push({ seq: due, at });
    return true;
  }

  peek(seq: number, maxLines: number, maxChars: number): Line[] {
    const lines: Line[] = [];
    const last = Math.min(this.#durable, seq + maxLines - 1);
    if (!this.paced && last > (this.#made.at(-1)?.seq ?? 0)) this.#made.push({ seq: last, at: Date.now() });
    let chars = 0;
    let segment = this.#made.findIndex((made) => made.seq >= seq);
    for (let n = seq; n <= last && (lines.length === 0 || chars < maxChars); n++) {
      while ((this.#made[segment]?.seq ?? n) < n) segment++;
      const json = `{"epoch":"${this.epoch}","seq":${n},"at":${this.#made[segment]?.at ?? Date.now()}${this.#rest}`;
      lines.push({ seq: n, json });
      chars += json.length;
    }
    return lines;
  }

  async read(seq: number, maxLines: number, maxChars: number): Promise<Line[]> {
    return this.peek(seq, maxLines, maxChars);
  }

  /** @returns true when nothing is left to keep */
  acknowledge(seq: number): boolean {
    this.#acked = Math.max(this.#acked, Math.min(seq, this.#durable));
    while (this.#made[0] && this.#made[0].seq <= this.#acked) this.#made.shift();
    return this.ended;
  }
}
