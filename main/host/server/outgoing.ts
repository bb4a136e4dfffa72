/**
 * One stream on one link: what was sent, what was acknowledged, how much more may be sent now.
 *
 *   acked ≤ sent ≤ durable;   sent − acked ≤ the center's window, and their characters ≤ what memory keeps
 *
 * After a loss `sent` goes back to `acked`; lines that were being read from the file for the old place are dropped.
 */
import type { Line } from '../spool/ring.ts';
import { limits } from './limits.ts';
import type { OutStream } from './out-stream.ts';

/** What carries streams: the pump of a connection. */
export type Way = { /** Streams that travel on it now. */ streams: number; push(outgoing: Outgoing): void };

export class Outgoing {
  readonly stream: OutStream;
  /** The connection this stream travels on while something of it is on the way. */
  way: Way | null = null;
  /** True while it stands in the queue of its way. */
  queued = false;
  #acked: number;
  #sent: number;
  #flight: { readonly seq: number; readonly chars: number }[] = [];
  #flightChars = 0;
  #read: readonly Line[] | null = null;
  #reading = false;
  #place = 0;

  /** @param acked number up to which the center has everything */
  constructor(stream: OutStream, acked: number) {
    this.stream = stream;
    this.#acked = this.#sent = acked;
  }

  get acked(): number {
    return this.#acked;
  }
  get sent(): number {
    return this.#sent;
  }
  /** True when nothing is on the way and nothing waits: it may go on over any connection. */
  get rests(): boolean {
    return this.#sent === this.#acked && this.#sent >= this.stream.durable;
  }

  /** How many more events may be sent now. */
  room(window: number): number {
    return this.#flightChars >= limits.flightChars ? 0 : Math.max(0, window - (this.#sent - this.#acked));
  }

  wantsToSend(window: number): boolean {
    return this.#sent < this.stream.durable && this.room(window) > 0;
  }

  /**
   * The next batch, which counts as sent from now on; null when there is none now.
   * @param again called when lines that had to be read from the file are there
   */
  take(window: number, again: () => void): readonly Line[] | null {
    if (this.#reading || !this.wantsToSend(window)) return null;
    const count = Math.min(limits.batchLines, this.room(window));
    const lines = this.#read ?? this.stream.peek(this.#sent + 1, count, limits.batchChars);
    this.#read = null;
    if (!lines) {
      this.#readOn(count, again);
      return null;
    }
    const last = lines.at(-1);
    if (!last) return null;
    let chars = 0;
    for (const line of lines) chars += line.json.length;
    this.#flight.push({ seq: last.seq, chars });
    this.#flightChars += chars;
    this.#sent = last.seq;
    return lines;
  }

  /** @returns whether this said something new */
  acknowledge(seq: number): boolean {
    const acked = Math.min(seq, this.stream.durable);
    if (acked <= this.#acked) return false;
    this.#acked = acked;
    while (this.#flight[0] && this.#flight[0].seq <= acked) this.#flightChars -= this.#flight.shift()?.chars ?? 0;
    // A center that got events over a connection that is gone acknowledges what this one has not sent yet.
    if (acked > this.#sent) this.#jump(acked);
    return true;
  }

  /** Everything after the acknowledged is sent again. @returns how many events that are */
  rewind(): number {
    return this.rewindTo(this.#acked);
  }

  /** The center has everything up to `seq` only, or says so: from there on again, as far back as there is something. */
  rewindTo(seq: number): number {
    const place = Math.max(Math.min(seq, this.#sent), this.stream.first - 1);
    const again = this.#sent - place;
    this.#acked = Math.min(this.#acked, place);
    this.#jump(place);
    return Math.max(0, again);
  }

  #jump(seq: number): void {
    this.#sent = seq;
    this.#flight = [];
    this.#flightChars = 0;
    this.#read = null;
    this.#reading = false;
    this.#place++;
  }

  #readOn(count: number, again: () => void): void {
    this.#reading = true;
    const place = this.#place;
    const take = (lines: readonly Line[] | null): void => {
      if (place !== this.#place) return;
      this.#reading = false;
      this.#read = lines && lines.length > 0 ? lines : null;
      if (this.#read) again();
    };
    // A file that cannot be read now is tried again with the next event, acknowledgement or connection.
    this.stream.read(this.#sent + 1, count, limits.batchChars).then(take, () => take(null));
  }
}
