/**
 * Sends the streams of one connection in turns: a batch of each, several batches a frame, at most so much a turn of the loop, and
 * nothing while the channel holds more than the network takes. So a slow center fills the spool on disk and never this process's memory.
 *
 *   idle ──push──► scheduled ──flush──► idle            (the channel is full: waits for `drained`)
 */
import type { Counters } from '../metrics/counters.ts';
import type { HostChannel } from './channel.ts';
import { limits } from './limits.ts';
import type { Outgoing, Way } from './outgoing.ts';

export class Pump implements Way {
  /** When a stream was last given to it, in choices of its link. */
  chosen = 0;
  streams = 0;
  readonly #channel: HostChannel;
  readonly #window: () => number;
  readonly #counters: Counters;
  #queue: Outgoing[] = [];
  #scheduled = false;
  #ended = false;

  /** @param window events of one stream that may be on the way */
  constructor(channel: HostChannel, window: () => number, counters: Counters) {
    this.#channel = channel;
    this.#window = window;
    this.#counters = counters;
  }

  /** The stream has something to send. */
  push(outgoing: Outgoing): void {
    if (outgoing.queued) return;
    outgoing.queued = true;
    this.#queue.push(outgoing);
    this.#schedule();
  }

  /** The channel has room again. */
  drained(): void {
    if (this.#queue.length > 0) this.#schedule();
  }

  end(): void {
    this.#ended = true;
    for (const outgoing of this.#queue) outgoing.queued = false;
    this.#queue = [];
  }

  #schedule(): void {
    if (this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    let batches: string[] = [];
    let size = 0;
    let total = 0;
    const send = (): void => {
      if (batches.length === 0) return;
      this.#channel.send(`{"t":"events","batch":[${batches.join(',')}]}`);
      batches = [];
      size = 0;
    };
    // Taken from the front by an index: an array that is shifted for each of 1000 streams costs more than the sending.
    let next = 0;
    for (; next < this.#queue.length && !this.#ended && total < limits.turnChars && this.#channel.bufferedBytes + size < limits.highWater; next++) {
      const outgoing = this.#queue[next];
      if (!outgoing) break;
      outgoing.queued = false;
      const lines = outgoing.take(this.#window(), () => outgoing.way?.push(outgoing));
      if (!lines) continue;
      const events = lines.map((line) => line.json).join(',');
      batches.push(`{"sessionId":${JSON.stringify(outgoing.stream.sessionId)},"events":[${events}]}`);
      this.#counters.eventsOut += lines.length;
      size += events.length;
      total += events.length;
      if (size >= limits.frameChars) send();
      if (outgoing.wantsToSend(this.#window())) {
        outgoing.queued = true;
        this.#queue.push(outgoing);
      }
    }
    send();
    this.#queue.splice(0, next);
    // When the channel is full `drained` goes on.
    if (this.#queue.length > 0 && this.#channel.bufferedBytes < limits.highWater) this.#schedule();
  }
}
