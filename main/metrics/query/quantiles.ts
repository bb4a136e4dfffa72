/** Quantiles of many stored sketches and samples taken together, within 1 %: the same buckets as `Sketch`, in memory that is used again. */
import { bucketOf, SMALLEST, valueOf } from '#shared/lib/sketch.ts';
import type { SketchSink } from '../codec/sketch-bytes.ts';

const ROOM = 256;

/** Weights by key over as many keys as were seen. */
class Weights {
  #counts = new Float64Array(0);
  /** Key of `#counts[0]`. */
  #low = 0;
  #first = Infinity;
  #last = -Infinity;
  total = 0;

  add(key: number, weight: number): void {
    let i = key - this.#low;
    if (i < 0 || i >= this.#counts.length) i = this.#cover(key) - this.#low;
    this.#counts[i] = (this.#counts[i] ?? 0) + weight;
    if (key < this.#first) this.#first = key;
    if (key > this.#last) this.#last = key;
    this.total += weight;
  }

  addAll(other: Weights): void {
    for (let key = other.#first; key <= other.#last; key++) {
      const weight = other.#counts[key - other.#low] ?? 0;
      if (weight > 0) this.add(key, weight);
    }
  }

  clear(): void {
    if (this.total > 0) this.#counts.fill(0, this.#first - this.#low, this.#last - this.#low + 1);
    this.#first = Infinity;
    this.#last = -Infinity;
    this.total = 0;
  }

  /** The lowest key with more than `rank` of the weight at or below it. */
  keyAbove(rank: number): number {
    let seen = 0;
    for (let key = this.#first; key < this.#last; key++) {
      seen += this.#counts[key - this.#low] ?? 0;
      if (seen > rank) return key;
    }
    return this.#last;
  }

  #cover(key: number): number {
    const first = Math.min(this.#first, key);
    const last = Math.max(this.#last, key);
    const room = Math.max(ROOM, last - first + 1);
    const counts = new Float64Array(2 * room);
    // As much room on either side: nobody knows where the next one lies.
    const low = first - Math.floor((2 * room - (last - first + 1)) / 2);
    for (let old = this.#first; old <= this.#last; old++) counts[old - low] = this.#counts[old - this.#low] ?? 0;
    this.#counts = counts;
    this.#low = low;
    return key;
  }
}

export class Quantiles implements SketchSink {
  readonly #positive = new Weights();
  readonly #negative = new Weights();
  #zero = 0;

  zero(weight: number): void {
    this.#zero += weight;
  }
  positive(key: number, weight: number): void {
    this.#positive.add(key, weight);
  }
  negative(key: number, weight: number): void {
    this.#negative.add(key, weight);
  }

  value(value: number): void {
    if (value >= SMALLEST) this.#positive.add(bucketOf(value), 1);
    else if (value <= -SMALLEST) this.#negative.add(bucketOf(-value), 1);
    else this.#zero++;
  }

  merge(other: Quantiles): void {
    this.#positive.addAll(other.#positive);
    this.#negative.addAll(other.#negative);
    this.#zero += other.#zero;
  }

  clear(): void {
    this.#positive.clear();
    this.#negative.clear();
    this.#zero = 0;
  }

  /** The value of rank ⌊q (n − 1)⌋, within 1 %; NaN when there are none. @param q 0 to 1 */
  quantile(q: number): number {
    const below = this.#negative.total;
    const count = below + this.#zero + this.#positive.total;
    if (count === 0) return Number.NaN;
    const rank = q * (count - 1);
    // The largest magnitude is the smallest value: ranks of the negative values count from the other end.
    if (rank < below) return -valueOf(this.#negative.keyAbove(below - 1 - Math.floor(rank)));
    if (rank < below + this.#zero) return 0;
    return valueOf(this.#positive.keyAbove(rank - below - this.#zero));
  }
}
