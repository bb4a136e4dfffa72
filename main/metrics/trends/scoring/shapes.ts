/** How unlike the latest stretch is to all stretches before it: mean distance to its nearest neighbours (after KNN-CAD, Burnaev and Ishimtsev 2016). */

const NEIGHBOURS = 8;

export class Shapes {
  readonly #length: number;
  readonly #capacity: number;
  readonly #bank: Float64Array;
  #stored = 0;
  readonly #current: Float64Array;
  #seen = 0;
  readonly #nearest = new Float64Array(NEIGHBOURS);
  /** A stretch enters the bank only when it is this many steps old, so that it is not its own neighbour. */
  readonly #waiting: Float64Array[] = [];
  readonly #delay: number;

  constructor(length: number, capacity: number) {
    this.#length = length;
    this.#capacity = capacity;
    this.#bank = new Float64Array(length * capacity);
    this.#current = new Float64Array(length);
    this.#delay = length;
  }

  /** Takes the next value (in standard units, clipped) and answers the distance; 0 while there is too little to compare with. */
  next(value: number): number {
    const m = this.#length;
    this.#current.copyWithin(0, 1);
    this.#current[m - 1] = value;
    this.#seen++;
    if (this.#seen < m) return 0;
    const distance = this.#distance();
    this.#waiting.push(this.#current.slice());
    if (this.#waiting.length > this.#delay) {
      const old = this.#waiting.shift();
      if (old) {
        this.#bank.set(old, (this.#stored % this.#capacity) * m);
        this.#stored++;
      }
    }
    return distance;
  }

  #distance(): number {
    const m = this.#length;
    const stored = Math.min(this.#stored, this.#capacity);
    if (stored < 4 * NEIGHBOURS) return 0;
    const nearest = this.#nearest.fill(Infinity);
    const bank = this.#bank;
    const current = this.#current;
    let worst = Infinity;
    for (let s = 0; s < stored; s++) {
      let d = 0;
      const base = s * m;
      for (let j = m - 1; j >= 0 && d < worst; j--) {
        const e = (bank[base + j] ?? 0) - (current[j] ?? 0);
        d += e * e;
      }
      if (d >= worst) continue;
      let k = NEIGHBOURS - 1;
      while (k > 0 && (nearest[k - 1] ?? 0) > d) {
        nearest[k] = nearest[k - 1] ?? 0;
        k--;
      }
      nearest[k] = d;
      worst = nearest[NEIGHBOURS - 1] ?? Infinity;
    }
    let sum = 0;
    for (let k = 0; k < NEIGHBOURS; k++) sum += Math.sqrt(nearest[k] ?? 0);
    return sum / NEIGHBOURS / Math.sqrt(m);
  }
}
