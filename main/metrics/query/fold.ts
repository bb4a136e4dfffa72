/** Adds up samples and stored steps of any number of series, step by step of a chart, and tells an aggregate of each. */
import type { Aggregate } from '#shared/domain/query.ts';
import { readSketch } from '../codec/sketch-bytes.ts';
import type { Need, StepRow } from '../storage/source.ts';
import { Quantiles } from './quantiles.ts';
import type { Steps } from './steps.ts';

const QUANTILES: Partial<Record<Aggregate, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** What has to be read for an aggregate. */
export function needOf(aggregate: Aggregate): Need {
  if (aggregate in QUANTILES) return 'sketch';
  if (aggregate === 'last') return 'last';
  return aggregate === 'min' || aggregate === 'max' ? 'ends' : 'sum';
}

/** What quantiles of one step are made of, put together only when they are asked for. */
type Parts = { readonly sketches: Uint8Array[]; readonly values: number[]; readonly whole: Quantiles[] };

/** Put together in, one step after another. */
const scratch = new Quantiles();

export class Fold {
  readonly #steps: Steps;
  readonly #need: Need;
  readonly n: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #last: Float64Array;
  readonly #lastAt: Float64Array;
  readonly #parts: (Parts | undefined)[] = [];
  /** Samples whose quantiles are not known: steps of a metric that is no distribution. */
  #blind = false;

  constructor(steps: Steps, need: Need) {
    this.#steps = steps;
    this.#need = need;
    const column = (): Float64Array => new Float64Array(steps.count);
    [this.n, this.#sum, this.#last] = [column(), column(), column()];
    [this.#min, this.#max, this.#lastAt] = [column().fill(Infinity), column().fill(-Infinity), column().fill(-Infinity)];
  }

  sample(at: number, value: number): void {
    const i = this.#place(at);
    this.n[i] = (this.n[i] ?? 0) + 1;
    this.#sum[i] = (this.#sum[i] ?? 0) + value;
    if (this.#need === 'sum') return;
    if (value < (this.#min[i] ?? 0)) this.#min[i] = value;
    if (value > (this.#max[i] ?? 0)) this.#max[i] = value;
    if (at >= (this.#lastAt[i] ?? 0)) {
      this.#last[i] = value;
      this.#lastAt[i] = at;
    }
    if (this.#need === 'sketch') this.#of(i).values.push(value);
  }

  step([bucket, n, sum, min, max, last, lastAt, sketch]: StepRow): void {
    const start = bucket * 1000;
    const i = this.#place(start);
    this.n[i] = (this.n[i] ?? 0) + n;
    this.#sum[i] = (this.#sum[i] ?? 0) + sum;
    if (this.#need === 'sum') return;
    this.#min[i] = Math.min(this.#min[i] ?? 0, min ?? 0);
    this.#max[i] = Math.max(this.#max[i] ?? 0, max ?? 0);
    if (lastAt !== null && start + lastAt >= (this.#lastAt[i] ?? 0)) {
      this.#last[i] = last ?? 0;
      this.#lastAt[i] = start + lastAt;
    }
    if (this.#need !== 'sketch') return;
    if (sketch) this.#of(i).sketches.push(sketch);
    else this.#blind = true;
  }

  /** Adds all of another fold as one step. */
  absorb(other: Fold): void {
    const whole = new Quantiles();
    for (let i = 0; i < other.n.length; i++) {
      if (other.n[i] === 0) continue;
      this.n[0] = (this.n[0] ?? 0) + (other.n[i] ?? 0);
      this.#sum[0] = (this.#sum[0] ?? 0) + (other.#sum[i] ?? 0);
      this.#min[0] = Math.min(this.#min[0] ?? 0, other.#min[i] ?? 0);
      this.#max[0] = Math.max(this.#max[0] ?? 0, other.#max[i] ?? 0);
      if ((other.#lastAt[i] ?? 0) >= (this.#lastAt[0] ?? 0)) {
        this.#last[0] = other.#last[i] ?? 0;
        this.#lastAt[0] = other.#lastAt[i] ?? 0;
      }
      other.#put(i, whole);
    }
    if (this.#need === 'sketch') this.#of(0).whole.push(whole);
    this.#blind ||= other.#blind;
  }

  /** An aggregate of one step; NaN when there is nothing to tell it from. @param ms length of the step, for rates */
  value(aggregate: Aggregate, i: number, ms: number): number {
    const n = this.n[i] ?? 0;
    if (aggregate === 'count') return n;
    if (n === 0) return Number.NaN;
    const sum = this.#sum[i] ?? 0;
    if (aggregate === 'sum') return sum;
    if (aggregate === 'rate') return (sum * 1000) / ms;
    if (aggregate === 'avg') return sum / n;
    if (aggregate === 'min') return this.#min[i] ?? Number.NaN;
    if (aggregate === 'max') return this.#max[i] ?? Number.NaN;
    if (aggregate === 'last') return this.#last[i] ?? Number.NaN;
    return this.#quantile(i, QUANTILES[aggregate] ?? 0.5);
  }

  #quantile(i: number, q: number): number {
    if (this.#blind) return Number.NaN;
    scratch.clear();
    this.#put(i, scratch);
    // Both ends are known exactly.
    return Math.min(this.#max[i] ?? Infinity, Math.max(this.#min[i] ?? -Infinity, scratch.quantile(q)));
  }

  #put(i: number, into: Quantiles): void {
    const parts = this.#parts[i];
    if (!parts) return;
    for (const sketch of parts.sketches) readSketch(sketch, into);
    for (const value of parts.values) into.value(value);
    for (const whole of parts.whole) into.merge(whole);
  }

  #of(i: number): Parts {
    return (this.#parts[i] ??= { sketches: [], values: [], whole: [] });
  }

  #place(at: number): number {
    const { first, stepMs, count, bounds } = this.#steps;
    if (count === 1) return 0;
    const guess = Math.floor((at - first) / stepMs);
    if (!bounds) return guess;
    // Days differ by an hour or two: the guess is right or next to it.
    let i = Math.min(count - 1, Math.max(0, guess));
    while (i > 0 && at < (bounds[i] ?? first)) i--;
    while (i < count - 1 && at >= (bounds[i + 1] ?? Infinity)) i++;
    return i;
  }
}
