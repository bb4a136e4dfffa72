/** The last values in order of size: quantiles and ranks of a sliding window. */

export class SortedWindow {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#ring = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a value; the oldest leaves when the window is full. */
  add(value: number): void {
    const capacity = this.#ring.length;
    if (this.#size === capacity) {
      const gone = this.#position(this.#ring[this.#next] ?? 0);
      this.#sorted.copyWithin(gone, gone + 1, this.#size);
      this.#size--;
    }
    const at = this.#position(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size++;
    this.#ring[this.#next] = value;
    this.#next = (this.#next + 1) % capacity;
  }

  /** The value below which the share `q` (0–1) lies, interpolated; 0 when empty. */
  quantile(q: number): number {
    if (this.#size === 0) return 0;
    const position = q * (this.#size - 1);
    const low = Math.floor(position);
    const a = this.#sorted[low] ?? 0;
    const b = this.#sorted[Math.min(low + 1, this.#size - 1)] ?? a;
    return a + (b - a) * (position - low);
  }

  /** Robust width: what the standard deviation would be, from quantiles of the middle and of the flanks. 0 for a constant. */
  spread(): number {
    const middle = (this.quantile(0.75) - this.quantile(0.25)) / 1.349;
    const flanks = (this.quantile(0.9) - this.quantile(0.1)) / 2.563;
    const ends = (this.quantile(0.99) - this.quantile(0.01)) / 4.653;
    // Where nearly all values are the same, the few others give the measure.
    return middle > 0 ? (middle + flanks) / 2 : Math.max(flanks / 2, ends / 4, (this.quantile(1) - this.quantile(0)) / 50);
  }

  /** First index whose value is not less than `value`. */
  #position(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.#sorted[mid] ?? 0) < value) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
