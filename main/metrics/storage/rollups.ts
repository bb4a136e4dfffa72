/** Adds sealed samples to the steps of every resolution that is still kept. A minute is folded from samples, every longer step from the one below. */
import type Database from 'better-sqlite3';
import { Sketch } from '#shared/lib/sketch.ts';
import type { Samples } from '../codec/chunk.ts';
import { sketchAtRest, sketchBytes } from '../codec/sketch-bytes.ts';
import { RESOLUTIONS } from './limits.ts';
import type { Series } from './series.ts';

/** What is known of the samples of one step. Times are milliseconds since the epoch. */
type Step = {
  bucket: number;
  n: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  last: number;
  firstAt: number;
  lastAt: number;
  sketch: Sketch | null;
};

type Stored = readonly [sketch: Uint8Array, sum: number, min: number, max: number];

export class Rollups {
  readonly #put: Database.Statement<(number | Uint8Array | null)[]>;
  readonly #sketch: Database.Statement<[number, number, number], Stored>;

  constructor(db: Database.Database) {
    this.#put = db.prepare(
      `insert into rollups (series, res, bucket, n, sum, min, max, first, last, first_at, last_at, sketch) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do update set
         n = n + excluded.n, sum = sum + excluded.sum, min = min(min, excluded.min), max = max(max, excluded.max),
         first = iif(excluded.first_at < first_at, excluded.first, first), first_at = min(first_at, excluded.first_at),
         last = iif(excluded.last_at >= last_at, excluded.last, last), last_at = max(last_at, excluded.last_at), sketch = excluded.sketch`,
    );
    this.#sketch = db
      .prepare<[number, number, number], Stored>('select sketch, sum, min, max from rollups where series = ? and res = ? and bucket = ? and sketch is not null')
      .raw();
  }

  /** @param samples sorted by time  @param now steps that are older than they are kept are left out */
  add(series: Series, samples: Samples, now: number): void {
    let steps: Step[] | null = null;
    for (const { ms, keepMs } of RESOLUTIONS) {
      steps = steps === null ? ofSamples(samples, ms, series.kind === 'distribution') : ofSteps(steps, ms);
      const oldest = now - keepMs;
      for (const step of steps) if (step.bucket + ms > oldest) this.#write(series.id, ms, step);
    }
  }

  #write(series: number, ms: number, step: Step): void {
    const res = ms / 1000;
    const bucket = step.bucket / 1000;
    let sketch: Uint8Array | null = null;
    if (step.sketch) {
      const stored = this.#sketch.get(series, res, bucket);
      // Merged into a copy: the step's own goes on into the longer steps.
      if (stored) {
        const whole = new Sketch();
        whole.absorb(sketchAtRest(stored[0], { sum: stored[1], min: stored[2], max: stored[3] }));
        whole.merge(step.sketch);
        sketch = sketchBytes(whole);
      } else sketch = sketchBytes(step.sketch);
    }
    this.#put.run(
      series,
      res,
      bucket,
      step.n,
      step.sum,
      step.min,
      step.max,
      step.first,
      step.last,
      step.firstAt - step.bucket,
      step.lastAt - step.bucket,
      sketch,
    );
  }
}

function ofSamples({ at, value }: Samples, ms: number, withSketch: boolean): Step[] {
  const steps: Step[] = [];
  let step: Step | null = null;
  for (let i = 0; i < at.length; i++) {
    const time = at[i] ?? 0;
    const each = value[i] ?? 0;
    if (step === null || time >= step.bucket + ms) {
      const bucket = Math.floor(time / ms) * ms;
      step = { bucket, n: 0, sum: 0, min: each, max: each, first: each, last: each, firstAt: time, lastAt: time, sketch: withSketch ? new Sketch() : null };
      steps.push(step);
    }
    step.n++;
    step.sum += each;
    if (each < step.min) step.min = each;
    if (each > step.max) step.max = each;
    step.last = each;
    step.lastAt = time;
    step.sketch?.add(each);
  }
  return steps;
}

function ofSteps(parts: readonly Step[], ms: number): Step[] {
  const steps: Step[] = [];
  let step: Step | null = null;
  for (const part of parts) {
    if (step === null || part.bucket >= step.bucket + ms) {
      const sketch = part.sketch ? new Sketch() : null;
      if (part.sketch) sketch?.merge(part.sketch);
      step = { ...part, bucket: Math.floor(part.bucket / ms) * ms, sketch };
      steps.push(step);
      continue;
    }
    step.n += part.n;
    step.sum += part.sum;
    step.min = Math.min(step.min, part.min);
    step.max = Math.max(step.max, part.max);
    step.last = part.last;
    step.lastAt = part.lastAt;
    if (part.sketch) step.sketch?.merge(part.sketch);
  }
  return steps;
}
