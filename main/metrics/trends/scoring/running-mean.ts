/** Mean of the last values, in constant time. */
export class RunningMean {
  readonly #ring: Float64Array;
  #next = 0;
  #size = 0;
  #sum = 0;

  constructor(length: number) {
    this.#ring = new Float64Array(length);
  }

  /** Takes the next value and answers the mean of the last ones. */
  add(value: number): number {
    this.#sum += value - (this.#ring[this.#next] ?? 0);
    this.#ring[this.#next] = value;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#size = Math.min(this.#size + 1, this.#ring.length);
    return this.#sum / this.#size;
  }

  get full(): boolean {
    return this.#size === this.#ring.length;
  }
}
