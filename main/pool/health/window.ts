/** What was counted and measured in the last while, in slots that fall out at the end. */
import type { Quantiles } from '#shared/domain/connection.ts';
import { bucketOf, valueOf } from '#shared/lib/sketch.ts';
import { Buckets } from '#shared/lib/sketch-buckets.ts';

export const WINDOW_MS = 60_000;
const SLOTS = 60;

/**
 * A count over a rolling window of 60 slots: at any moment what fell into the slot of now and the 59 before it. Only slots in which
 * something was counted take memory: a pool has several of these for each of a thousand hosts. Times are monotonic ms.
 */
export class RollingCount {
  readonly #slotMs: number;
  /** Slots before the one of now in which something was counted, ascending by number. */
  #past: { readonly number: number; readonly n: number }[] | null = null;
  /** The slot of now, and what was counted in it. */
  #head = Number.NEGATIVE_INFINITY;
  #now = 0;
  #sum = 0;

  constructor(windowMs: number = WINDOW_MS) {
    this.#slotMs = windowMs / SLOTS;
  }

  add(now: number, n = 1): void {
    this.#moveTo(now);
    this.#now += n;
    this.#sum += n;
  }

  sum(now: number): number {
    this.#moveTo(now);
    return this.#sum;
  }

  clear(): void {
    this.#past = null;
    this.#now = this.#sum = 0;
  }

  #moveTo(now: number): void {
    const head = Math.floor(now / this.#slotMs);
    if (head <= this.#head) return;
    if (this.#now > 0) {
      const slot = { number: this.#head, n: this.#now };
      if (this.#past) this.#past.push(slot);
      else this.#past = [slot];
      this.#now = 0;
    }
    this.#head = head;
    for (let old = this.#past?.[0]; old && old.number <= head - SLOTS; old = this.#past?.[0]) {
      this.#sum -= old.n;
      this.#past?.shift();
    }
  }
}

/** One microsecond, in ms: what is shorter counts as this. */
const SHORTEST = 1e-3;
const LONGEST = 1e12;

/**
 * Quantiles of durations over a rolling window, within 1 %. One sketch holds the window; each slot remembers what it put in and takes
 * it out again when it falls out, so that asking costs the same as for one sketch and a quiet socket costs next to no memory.
 */
export class RollingQuantiles {
  readonly #slotMs: number;
  // A pool has several of these for each of a thousand hosts, most of them empty: made when they are needed, and no larger.
  #all: Buckets | null = null;
  /** Ascending by number; only those in which something was measured. */
  #slots: { readonly number: number; readonly counts: Map<number, number> }[] | null = null;
  #head = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number = WINDOW_MS) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** @param ms 0 or more */
  add(now: number, ms: number): void {
    this.#moveTo(now);
    // Within these bounds the buckets never collapse, so that taking out is exact.
    const bucket = bucketOf(Math.min(LONGEST, Math.max(SHORTEST, ms)));
    let slot = this.#slots?.at(-1);
    if (slot?.number !== this.#head) {
      slot = { number: this.#head, counts: new Map() };
      if (this.#slots) this.#slots.push(slot);
      else this.#slots = [slot];
    }
    slot.counts.set(bucket, (slot.counts.get(bucket) ?? 0) + 1);
    (this.#all ??= new Buckets()).add(bucket, 1);
  }

  /** Null when nothing was measured in the window. */
  view(now: number): Quantiles {
    this.#moveTo(now);
    const all = this.#all;
    if (!all || all.total === 0) return null;
    const n = all.total;
    // The nearest rank, ⌈q n⌉: of two values the 95th percentile is the larger. A little less, because 0.95 × 20 need not be 19 exactly.
    const at = (q: number): number => valueOf(all.keyAbove(Math.ceil(q * n - 1e-9) - 1));
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), n };
  }

  #moveTo(now: number): void {
    this.#head = Math.max(this.#head, Math.floor(now / this.#slotMs));
    for (let old = this.#slots?.[0]; old && old.number <= this.#head - SLOTS; old = this.#slots?.[0]) {
      for (const [bucket, n] of old.counts) this.#all?.add(bucket, -n);
      this.#slots?.shift();
    }
  }
}
