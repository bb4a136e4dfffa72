/**
 * Quantiles of a stream in bounded memory, with a relative error of at most 1 %, that can be merged without losing accuracy.
 *
 * DDSketch: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
 * PVLDB 12(12), 2019. A value v > 0 falls into bucket ⌈log_γ v⌉ with γ = (1 + α) / (1 − α); every value of bucket i lies within α of
 * 2γ^i / (γ + 1). Merging adds bucket by bucket, so a merged sketch equals the sketch of all values.
 */
import { z } from 'zod';
import { Buckets, MAX_BUCKETS } from './sketch-buckets.ts';

/** Largest relative error of a quantile (α). */
export const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const PER_LN = 1 / Math.log(GAMMA);
/** Values nearer to zero than this count as zero. */
export const SMALLEST = 1e-9;

/** Bucket of a value ≥ SMALLEST. */
export const bucketOf = (value: number): number => Math.ceil(Math.log(value) * PER_LN);

/** The value within 1 % of every value of a bucket. */
export const valueOf = (bucket: number): number => (2 * GAMMA ** bucket) / (GAMMA + 1);

const FlatBuckets = z
  .array(z.number().finite())
  .max(2 * MAX_BUCKETS)
  .refine((flat) => flat.length % 2 === 0, 'a key has no weight')
  .refine(
    (flat) => flat.every((value, i) => (i % 2 === 0 ? Number.isInteger(value) && (i === 0 || value > 0) : value > 0)),
    'keys do not go up, or a weight is not above 0',
  )
  .refine((flat) => flat.reduce((key, value, i) => (i % 2 === 0 ? key + value : key), 0) <= bucketOf(Number.MAX_VALUE), 'a key is beyond every number')
  .refine((flat) => (flat[0] ?? 0) >= bucketOf(SMALLEST), 'a key is below every number');

/** A sketch at rest. `pos` and `neg` are keys and weights in turn, each key told as its distance from the one before. */
export const SketchJson = z
  .object({
    sum: z.number(),
    /** Null when there are no values. */
    min: z.number().nullable(),
    max: z.number().nullable(),
    zero: z.number().min(0),
    pos: FlatBuckets,
    neg: FlatBuckets.optional(),
  })
  .refine(
    ({ min, max, zero, pos, neg }) => (min === null) === (max === null) && (min === null) === (zero === 0 && pos.length === 0 && (neg?.length ?? 0) === 0),
    'the ends are not those of the values',
  );
export type SketchJson = z.infer<typeof SketchJson>;

export class Sketch {
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #zero = 0;
  #positive = new Buckets();
  /** By magnitude; most series never have one. */
  #negative: Buckets | null = null;

  /** Sum of the weights. */
  get count(): number {
    return this.#zero + this.#positive.total + (this.#negative?.total ?? 0);
  }

  /** Exact sum of value × weight. */
  get sum(): number {
    return this.#sum;
  }

  /** Exact smallest value; null when there is none. */
  get min(): number | null {
    return this.count > 0 ? this.#min : null;
  }

  /** Exact largest value; null when there is none. */
  get max(): number | null {
    return this.count > 0 ? this.#max : null;
  }

  /**
   * @param value any finite number
   * @param weight how often it was seen, above 0
   * @throws RangeError on a value that is no finite number or a weight not above 0: counted, it would spoil everything after it
   */
  add(value: number, weight = 1): void {
    if (!Number.isFinite(value) || !(weight > 0) || !Number.isFinite(weight)) throw new RangeError(`a sketch takes finite values, not ${value} × ${weight}`);
    if (value >= SMALLEST) this.#positive.add(bucketOf(value), weight);
    else if (value <= -SMALLEST) (this.#negative ??= new Buckets()).add(bucketOf(-value), weight);
    else this.#zero += weight;
    this.#sum += value * weight;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Adds everything the other holds; the other stays as it is. */
  merge(other: Sketch): void {
    this.#positive.merge(other.#positive);
    if (other.#negative) (this.#negative ??= new Buckets()).merge(other.#negative);
    this.#zero += other.#zero;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Adds a sketch at rest, as `merge` would, without building it first. @param json read by `SketchJson`, or made by `toJSON` */
  absorb(json: SketchJson): void {
    if (json.min === null || json.max === null) return;
    this.#positive.absorb(json.pos);
    if (json.neg) (this.#negative ??= new Buckets()).absorb(json.neg);
    this.#zero += json.zero;
    this.#sum += json.sum;
    this.#min = Math.min(this.#min, json.min);
    this.#max = Math.max(this.#max, json.max);
  }

  /**
   * The value of rank ⌊q (n − 1)⌋ of the n sorted values (the paper's lower quantile), within 1 % of it.
   * @param q 0 to 1
   * @returns null when there are no values
   */
  quantile(q: number): number | null {
    const count = this.count;
    if (count <= 0) return null;
    // Both ends are known exactly.
    if (q <= 0) return this.#min;
    if (q >= 1) return this.#max;
    return Math.min(this.#max, Math.max(this.#min, this.#atRank(q * (count - 1))));
  }

  toJSON(): SketchJson {
    const neg = this.#negative?.toJSON();
    return { sum: this.#sum, min: this.min, max: this.max, zero: this.#zero, pos: this.#positive.toJSON(), ...(neg ? { neg } : {}) };
  }

  /** @param json read by `SketchJson` */
  static fromJSON(json: SketchJson): Sketch {
    const sketch = new Sketch();
    sketch.#sum = json.sum;
    sketch.#min = json.min ?? Number.POSITIVE_INFINITY;
    sketch.#max = json.max ?? Number.NEGATIVE_INFINITY;
    sketch.#zero = json.zero;
    sketch.#positive = Buckets.fromJSON(json.pos);
    sketch.#negative = json.neg ? Buckets.fromJSON(json.neg) : null;
    return sketch;
  }

  #atRank(rank: number): number {
    const below = this.#negative?.total ?? 0;
    // The largest magnitude is the smallest value: ranks of the negative values count from the other end.
    if (this.#negative && rank < below) return -valueOf(this.#negative.keyAbove(below - 1 - Math.floor(rank)));
    if (rank < below + this.#zero) return 0;
    return valueOf(this.#positive.keyAbove(rank - below - this.#zero));
  }
}
