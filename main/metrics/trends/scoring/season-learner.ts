/**
 * Learns the season of a stream while it runs: looks for it in the past at doubling lengths (autocorrelation after a running median),
 * then answers with the median of the same phase in earlier cycles, neighbours included.
 */
import { findPeriod } from '../season.ts';

/** Values kept: enough for four weeks of hours or two weeks of 5-minute steps. */
const KEPT = 8192;
const FIRST_LOOK = 120;
const CYCLES = 7;

export class SeasonLearner {
  readonly #past = new Float64Array(KEPT);
  #n = 0;
  #lookAt = FIRST_LOOK;
  #period = 0;
  #strength = 0;

  /** Steps in a season; 0 while none is known. */
  get period(): number {
    return this.#period;
  }
  get strength(): number {
    return this.#strength;
  }

  /** What the season says the next value is; NaN while it cannot say. */
  expected(): number {
    const period = this.#period;
    if (period === 0 || this.#n < period + 2) return Number.NaN;
    const cycles = Math.min(CYCLES, Math.floor((Math.min(this.#n, KEPT) - 2) / period));
    if (cycles < 1) return Number.NaN;
    const reach = period >= 24 ? 1 : 0;
    const values: number[] = [];
    for (let c = 1; c <= cycles; c++) {
      for (let d = -reach; d <= reach; d++) values.push(this.#at(this.#n - c * period + d));
    }
    values.sort((a, b) => a - b);
    const mid = values.length >> 1;
    return values.length % 2 === 1 ? (values[mid] ?? 0) : ((values[mid - 1] ?? 0) + (values[mid] ?? 0)) / 2;
  }

  add(value: number): void {
    this.#past[this.#n % KEPT] = value;
    this.#n++;
    if (this.#n >= this.#lookAt) this.#look();
  }

  /** A step without a value: as expected, or as before. */
  skip(): void {
    const usual = this.expected();
    this.#past[this.#n % KEPT] = Number.isNaN(usual) ? this.#at(Math.max(0, this.#n - 1)) : usual;
    this.#n++;
  }

  #at(index: number): number {
    return this.#past[index % KEPT] ?? 0;
  }

  #look(): void {
    this.#lookAt = Math.ceil(Math.min(this.#n * 1.25, this.#n + 2000));
    const size = Math.min(this.#n, KEPT);
    const values = new Float64Array(size);
    for (let i = 0; i < size; i++) values[i] = this.#at(this.#n - size + i);
    const found = findPeriod(values);
    this.#period = found?.period ?? 0;
    this.#strength = found?.strength ?? 0;
  }
}
