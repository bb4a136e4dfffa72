/** What was counted and measured in the last while, in slots that fall out at the end. */
import type { Quantiles } from '#shared/domain/connection.ts';
import { bucketOf, valueOf } from '#shared/lib/sketch.ts';
import { Buckets } from '#shared/lib/sketch-buckets.ts';

export const WINDOW_MS = 60_000;
const SLOTS = 60;

/** Which slot of the ring is now, and which have become too old. */
class Ring {
  readonly slotMs: number;
  #head = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.slotMs = windowMs / SLOTS;
  }

  /** Moves on to `now`. @param drop called for each slot that is reused @returns the slot of now */
  at(now: number, drop: (slot: number) => void): number {
    const head = Math.max(this.#head, Math.floor(now / this.slotMs));
    const passed = Math.min(SLOTS, head - this.#head);
    for (let i = 0; i < passed; i++) drop(slotOf(head - i));
    this.#head = head;
    return slotOf(head);
  }
}

const slotOf = (number: number): number => ((number % SLOTS) + SLOTS) % SLOTS;

/**
 * A count over a rolling window of 60 slots: at any moment what fell into the slot of now and the 59 before it. Only slots in which
 * something was counted take memory: a pool has several of these for each of a thousand hosts. Times are monotonic ms.
 */
export class RollingCount {
  readonly #slotMs: number;
  /** Numbers of the slots, ascending, and what was counted in each. */
  readonly #numbers: number[] = [];
  readonly #counts: number[] = [];
  #head = Number.NEGATIVE_INFINITY;
  #sum = 0;

  constructor(windowMs: number = WINDOW_MS) {
    this.#slotMs = windowMs / SLOTS;
  }

  add(now: number, n = 1): void {
    this.#moveTo(now);
    const last = this.#numbers.length - 1;
    if (this.#numbers[last] === this.#head) this.#counts[last] = (this.#counts[last] ?? 0) + n;
    else {
      this.#numbers.push(this.#head);
      this.#counts.push(n);
    }
    this.#sum += n;
  }

  sum(now: number): number {
    this.#moveTo(now);
    return this.#sum;
  }

  clear(): void {
    this.#numbers.length = this.#counts.length = 0;
    this.#sum = 0;
  }

  #moveTo(now: number): void {
    this.#head = Math.max(this.#head, Math.floor(now / this.#slotMs));
    while (this.#numbers[0] !== undefined && this.#numbers[0] <= this.#head - SLOTS) {
      this.#numbers.shift();
      this.#sum -= this.#counts.shift() ?? 0;
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
  readonly #ring: Ring;
  readonly #all = new Buckets();
  /** Counts by bucket; made at a slot's first value. */
  readonly #slots: (Map<number, number> | undefined)[] = [];

  constructor(windowMs: number = WINDOW_MS) {
    this.#ring = new Ring(windowMs);
  }

  /** @param ms 0 or more */
  add(now: number, ms: number): void {
    // Within these bounds the buckets never collapse, so that taking out is exact.
    const bucket = bucketOf(Math.min(LONGEST, Math.max(SHORTEST, ms)));
    const slot = (this.#slots[this.#ring.at(now, this.#drop)] ??= new Map());
    slot.set(bucket, (slot.get(bucket) ?? 0) + 1);
    this.#all.add(bucket, 1);
  }

  /** Null when nothing was measured in the window. */
  view(now: number): Quantiles {
    this.#ring.at(now, this.#drop);
    const n = this.#all.total;
    if (n === 0) return null;
    const at = (q: number): number => valueOf(this.#all.keyAbove(q * (n - 1)));
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), n };
  }

  readonly #drop = (slot: number): void => {
    const old = this.#slots[slot];
    if (!old) return;
    for (const [bucket, n] of old) this.#all.add(bucket, -n);
    old.clear();
  };
}
