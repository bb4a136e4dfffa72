/**
 * How much smoother the last values are than is usual: the size of second differences, which neither level, slope nor a slow season moves,
 * of the last steps beside that of all.
 */
import { RunningMean } from './running-mean.ts';

const STEPS = 32;
/** Weight of a new step in what is usual, and times the usual size that a single step counts at most. */
const SLOW = 0.001;
const MOST = 4;
/** Differences below this share of a value are rounding. */
const ROUNDING = 1e-9;

export class Calm {
  readonly #lately = new RunningMean(STEPS);
  #usual = 0;
  #n = 0;
  #last = Number.NaN;
  #before = Number.NaN;

  /** Takes the next value. @returns halvings of the roughness (4 each), below zero where it grew; 0 where nothing moved: runs of equal values are another look */
  next(value: number): number {
    const size = Math.abs(value - 2 * this.#last + this.#before);
    this.#before = this.#last;
    this.#last = value;
    if (!(size > ROUNDING * Math.abs(value)) || size === Infinity) return 0;
    const lately = this.#lately.add(this.#n > 0 ? Math.min(size, MOST * this.#usual) : size);
    this.#n++;
    this.#usual += (Math.min(size, this.#n > 1 ? (MOST + 1) * this.#usual : size) - this.#usual) * Math.max(SLOW, 1 / this.#n);
    return this.#lately.full ? 4 * Math.log2(this.#usual / (Math.max(0, lately) + 1e-3 * this.#usual)) : 0;
  }
}
