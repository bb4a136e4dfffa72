/**
 * How surprising a value is, told from the values before it: the empirical distribution where there is data, a generalised Pareto tail beyond it
 * (the moment estimator of Dekkers, Einmahl and de Haan, held by a prior while few values are known).
 * Values fall into logarithmic buckets that forget slowly, so memory is fixed and a step costs the same whatever the length of the series.
 */

/** Buckets per doubling: neighbours differ by 9 %, less than the noise of any estimate made from them. */
const PER_OCTAVE = 8;
const OCTAVES = 40;
const LOWEST = 2 ** -12;
const SIZE = PER_OCTAVE * OCTAVES;
/** The tail's shape is worked out again after this many values. */
const REFRESH = 16;
/** Larger values that may have been incidents themselves: so many do not make a value usual. */
const INCIDENTS = 2;
const LOG_STEP = Math.LN2 / PER_OCTAVE;

export type TailOptions = {
  /** Values after which an old one counts half. */
  halfLife: number;
  /** Neighbouring values that say the same (an average over 32 steps: 32): that many fewer are known. */
  span?: number;
  /** Shape assumed before the tail has shown its own (0 exponential, 0.5 heavy), and how many tail values that assumption weighs. */
  priorShape?: number;
  priorWeight?: number;
};

export class Tail {
  readonly #counts = new Float64Array(SIZE);
  /** Share of values above each bucket's middle, as of the last refresh. */
  readonly #beyond = new Float64Array(SIZE);
  /** How many values lay above each bucket's middle, for those in the tail. */
  readonly #above = new Float64Array(SIZE);
  /** All values, those at or below zero too, in units of `#unit`, the weight of one new value; it grows instead of all counts shrinking. */
  #total = 0;
  #unit = 1;
  readonly #growth: number;
  readonly #span: number;
  readonly #priorShape: number;
  readonly #priorWeight: number;
  #age = 0;
  #n = 0;
  #threshold = 0;
  #share = 1;
  #shape = 0;
  #scale = 1;

  constructor(options: TailOptions) {
    this.#growth = 2 ** (1 / options.halfLife);
    this.#span = options.span ?? 1;
    this.#priorShape = options.priorShape ?? 0.15;
    this.#priorWeight = options.priorWeight ?? 15;
  }

  /** Minus log10 of the chance of a value at least this large, 0 and up. While fewer than 20 independent values are known: 0. */
  surprise(value: number): number {
    const known = this.#n / this.#span;
    if (!(value > LOWEST) || known < 20) return 0;
    if (this.#age === 0) this.#refresh();
    let chance: number;
    if (value <= this.#threshold) chance = this.#beyond[bucketOf(value)] ?? 1;
    else {
      const excess = (value - this.#threshold) / this.#scale;
      chance = this.#shape > 0.01 ? this.#share * (1 + this.#shape * excess) ** (-1 / this.#shape) : this.#share * Math.exp(-excess);
      // Where larger values were seen they are counted: two lumps (quiet and bursts, say) have no smooth tail. A few may have been incidents.
      chance = Math.max(chance, ((this.#above[bucketOf(value)] ?? 0) - INCIDENTS) / (this.#total / this.#unit + 1));
    }
    // A tail seen through few values supports no tiny chances.
    return Math.min(-Math.log10(Math.max(Math.min(1, chance), 1e-30)), 3 * Math.log10(known));
  }

  add(value: number): void {
    this.#total += this.#unit;
    this.#n++;
    if (value > LOWEST) {
      const b = bucketOf(value);
      this.#counts[b] = (this.#counts[b] ?? 0) + this.#unit;
    }
    this.#unit *= this.#growth;
    if (this.#unit > 1e12) this.#shrink();
    this.#age = (this.#age + 1) % REFRESH;
  }

  #refresh(): void {
    const n = this.#total / this.#unit;
    // The tail: the top twentieth, but eight values at least while a quarter is not fewer.
    const wanted = Math.max(0.05 * n, Math.min(8, 0.25 * n)) * this.#unit;
    let mass = 0;
    let from = -1;
    for (let b = SIZE - 1; b >= 0; b--) {
      const count = this.#counts[b] ?? 0;
      this.#beyond[b] = ((mass + count / 2) / this.#unit + 0.5) / (n + 1);
      this.#above[b] = (mass + count / 2) / this.#unit;
      mass += count;
      if (from < 0 && mass >= wanted) {
        from = b;
        break;
      }
    }
    // Fewer values above zero than that: the tail begins at the lowest of them.
    if (from < 0) from = this.#counts.findIndex((count) => count > 0);
    const size = mass / this.#unit;
    this.#share = (size + 0.5) / (n + 1);
    this.#threshold = from < 0 ? LOWEST : edgeOf(from);
    let first = 0;
    let second = 0;
    for (let b = Math.max(from, 0); b < SIZE; b++) {
      const count = this.#counts[b] ?? 0;
      if (count === 0) continue;
      const log = (b - from + 0.5) * LOG_STEP;
      first += count * log;
      second += count * log * log;
      if (b < from) break;
    }
    const m1 = mass > 0 ? first / mass : 0.25;
    const m2 = mass > 0 ? second / mass : 0.12;
    const moment = m2 > m1 * m1 * 1.0001 ? m1 + 1 - 0.5 / (1 - (m1 * m1) / m2) : 0;
    const weight = this.#priorWeight;
    const held = Math.min(size / this.#span, size);
    this.#shape = Math.min(1.5, Math.max(0, (moment * held + this.#priorShape * weight) / (held + weight)));
    const mean = Math.max((m1 * held + 0.25 * 6) / (held + 6), 0.08);
    this.#scale = this.#threshold * mean * (1 - Math.min(0, Math.max(moment, -0.5)));
    for (let b = from - 1; b >= 0; b--) {
      const count = this.#counts[b] ?? 0;
      this.#beyond[b] = ((mass + count / 2) / this.#unit + 0.5) / (n + 1);
      mass += count;
    }
  }

  #shrink(): void {
    for (let b = 0; b < SIZE; b++) this.#counts[b] = (this.#counts[b] ?? 0) / this.#unit;
    this.#total /= this.#unit;
    this.#unit = 1;
  }
}

const bucketOf = (value: number): number => Math.min(SIZE - 1, Math.max(0, Math.floor(Math.log2(value / LOWEST) * PER_OCTAVE)));
const edgeOf = (bucket: number): number => LOWEST * 2 ** (bucket / PER_OCTAVE);
