/**
 * Frames on their way up over HTTP: batches in order, one in flight, each with its number, so that one whose answer was lost is sent again
 * and taken once.
 *
 *   idle ──frame──► gathering (one turn) ──► sending n ──2xx──► gathering or idle
 *                                               │  └──no answer, proxy trouble──► waiting ──► sending n again … ──10 s──► failed
 *                                               └──refusal──► failed
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '#shared/lib/fault.ts';
import { lostFault, STUCK, STUCK_BYTES, statusFault } from './faults.ts';
import type { Answer } from './requests.ts';

/** A batch is closed at this size, so that a small frame behind large ones is not held up for long. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_FRAMES = 1000;
const GIVE_UP_MS = 10_000;
const RETRY_MS = 100;
/** What a proxy says that has lost the way for a moment. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export class Uplink {
  readonly #post: (body: string) => Promise<Answer>;
  readonly #failed: (fault: Fault) => void;
  #queue: string[] = [];
  #bytes = 0;
  #n = 0;
  #running: Promise<void> | null = null;
  #stopped = false;

  /** @param post sends one body; rejects when there was no answer */
  constructor(post: (body: string) => Promise<Answer>, failed: (fault: Fault) => void) {
    this.#post = post;
    this.#failed = failed;
  }

  /** Bytes that wait or are on the way without an answer. */
  get bytes(): number {
    return this.#bytes;
  }

  send(frame: string): void {
    if (this.#stopped) return;
    this.#queue.push(frame);
    this.#bytes += Buffer.byteLength(frame);
    if (this.#bytes > STUCK_BYTES) this.#fail(lostFault(STUCK));
    else this.#running ??= this.#run();
  }

  /** Resolves when everything sent so far is taken, or nothing more will be. */
  async drained(): Promise<void> {
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
  }

  async #run(): Promise<void> {
    // Everything of this turn of the loop travels together.
    await new Promise(setImmediate);
    while (this.#queue.length > 0 && !this.#stopped) {
      const { frames, bytes } = this.#gather();
      const fault = await this.#deliver(`{"n":${++this.#n},"frames":[${frames.join(',')}]}`);
      if (fault) this.#fail(fault);
      else this.#bytes -= bytes;
    }
    this.#running = null;
  }

  #gather(): { frames: string[]; bytes: number } {
    let bytes = 0;
    let count = 0;
    for (const frame of this.#queue) {
      const size = Buffer.byteLength(frame);
      if (count > 0 && (bytes + size > BATCH_BYTES || count >= BATCH_FRAMES)) break;
      bytes += size;
      count++;
    }
    return { frames: this.#queue.splice(0, count), bytes };
  }

  /** @returns null when the host has taken it */
  async #deliver(body: string): Promise<Fault | null> {
    const until = performance.now() + GIVE_UP_MS;
    for (let wait = RETRY_MS; !this.#stopped; wait *= 2) {
      let why: string;
      try {
        const answer = await this.#post(body);
        if (answer.status >= 200 && answer.status < 300) return null;
        const fault = statusFault(answer.status, answer.body, true);
        if (fault.code !== 'HOST_BLOCKED') return fault;
        if (!PASSING.has(answer.status)) return lostFault(fault.why ?? fault.message);
        why = fault.why ?? fault.message;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
      if (performance.now() + wait > until) return lostFault(`A batch could not be delivered: ${why}`);
      await sleep(wait);
    }
    return null;
  }

  #fail(fault: Fault): void {
    if (this.#stopped) return;
    this.stop();
    this.#failed(fault);
  }
}
