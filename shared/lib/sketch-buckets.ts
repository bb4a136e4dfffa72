/** Counts by integer key in one typed array: the store of a sketch. Keys far below the highest share the lowest bucket. */

/** Keys between the lowest and the highest kept. At 1 % accuracy 2048 span 17 decimal orders of magnitude. */
export const MAX_BUCKETS = 2048;
const CHUNK = 16;
/** What a sketch begins with: most of those that a quiet connection has stay empty. */
const NONE = new Float64Array(0);

/**
 * A dense window of at most `MAX_BUCKETS` keys that ends at or above the highest key seen. What would lie below the window is counted in
 * its lowest bucket ("collapsing lowest", DDSketch §3.2), so the high quantiles keep their accuracy whatever comes in.
 */
export class Buckets {
  #counts = NONE;
  /** Key of `#counts[0]`. */
  #low = 0;
  #first = 0;
  #last = -1;
  #total = 0;

  /** Sum of all weights. */
  get total(): number {
    return this.#total;
  }

  /** Adds `weight` at `key`. A negative weight takes back what was added there before; that is exact while nothing was collapsed. */
  add(key: number, weight: number): void {
    let index = key - this.#low;
    if (index < 0 || index >= this.#counts.length) index = this.#cover(key) - this.#low;
    const at = index + this.#low;
    this.#counts[index] = (this.#counts[index] ?? 0) + weight;
    if (this.#first > this.#last) this.#first = this.#last = at;
    else if (at < this.#first) this.#first = at;
    else if (at > this.#last) this.#last = at;
    this.#total += weight;
  }

  merge(other: Buckets): void {
    // The highest first: then the window moves once and nothing is copied twice.
    for (let key = other.#last; key >= other.#first; key--) {
      const weight = other.at(key);
      if (weight > 0) this.add(key, weight);
    }
  }

  at(key: number): number {
    return this.#counts[key - this.#low] ?? 0;
  }

  /** The lowest key with more than `rank` of the weight at or below it; the highest key when `rank` is beyond the total. */
  keyAbove(rank: number): number {
    let seen = 0;
    for (let key = this.#first; key < this.#last; key++) {
      seen += this.at(key);
      if (seen > rank) return key;
    }
    return this.#last;
  }

  /** Keys with their weights, upwards: the first key, its weight, then the distance to the next key, its weight, … */
  toJSON(): number[] {
    const flat: number[] = [];
    let before = 0;
    for (let key = this.#first; key <= this.#last; key++) {
      const weight = this.at(key);
      if (weight <= 0) continue;
      flat.push(key - before, weight);
      before = key;
    }
    return flat;
  }

  static fromJSON(flat: readonly number[]): Buckets {
    const buckets = new Buckets();
    buckets.absorb(flat);
    return buckets;
  }

  /** Adds what `toJSON` told of others. */
  absorb(flat: readonly number[]): void {
    let key = 0;
    for (let i = 0; i + 1 < flat.length; i += 2) {
      key += flat[i] ?? 0;
      this.add(key, flat[i + 1] ?? 0);
    }
  }

  /** Makes room for `key`. @returns the key it is counted under: itself, or the lowest kept when it lies too far below */
  #cover(key: number): number {
    const empty = this.#first > this.#last;
    const last = empty ? key : Math.max(this.#last, key);
    const floor = last - MAX_BUCKETS + 1;
    const kept = Math.max(key, floor);
    const first = empty ? key : Math.max(Math.min(this.#first, kept), floor);
    const length = Math.min(MAX_BUCKETS, Math.ceil((last - first + 1) / CHUNK) * CHUNK);
    // Room to spare lies on the side that grew: the next one is likely there too.
    const low = !empty && key < this.#low ? last - length + 1 : first;
    const counts = new Float64Array(length);
    for (let old = this.#first; old <= this.#last; old++) {
      const index = Math.max(old, low) - low;
      counts[index] = (counts[index] ?? 0) + this.at(old);
    }
    if (!empty) this.#first = Math.max(this.#first, low);
    this.#counts = counts;
    this.#low = low;
    return kept;
  }
}
