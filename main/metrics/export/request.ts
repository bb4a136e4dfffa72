/**
 * What came together since the last export as an OTLP metrics request: increments of counters, gauges as they are, the new values of
 * distributions by the buckets of their sketches. A series that nothing came to is not told.
 */
import type { MetricKind, Tags } from '#shared/domain/metric.ts';
import { ACCURACY, valueOf, type Sketch } from '#shared/lib/sketch.ts';

/** A series' totals since the core began. */
export type Total = {
  readonly metric: string;
  readonly tags: Tags;
  readonly kind: MetricKind;
  readonly n: number;
  readonly sum: number;
  readonly last: number;
  readonly sketch: Sketch | null;
};

type Told = { readonly n: number; readonly sum: number; readonly buckets: ReadonlyMap<number, number> };
type Json = Readonly<Record<string, unknown>>;

const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const NOTHING: Told = { n: 0, sum: 0, buckets: new Map() };
const DELTA = 1;

export class Increments {
  readonly #told = new Map<string, Told>();
  readonly #resource: Json;
  #since: number;

  /** @param now milliseconds since the epoch: when the totals began */
  constructor(version: string, now: number) {
    this.#resource = { attributes: attributes({ 'service.name': 'automatic-claude-code', 'service.version': version }) };
    this.#since = now;
  }

  /** @returns the request as JSON text, null when nothing is new; told once, whatever becomes of it */
  take(totals: readonly Total[], now: number): string | null {
    const times = { startTimeUnixNano: nano(this.#since), timeUnixNano: nano(now) };
    const metrics = new Map<string, { kind: MetricKind; points: Json[] }>();
    for (const total of totals) {
      const key = `${total.metric}\n${JSON.stringify(total.tags)}`;
      const before = this.#told.get(key) ?? NOTHING;
      if (total.n === before.n) continue;
      const told = { n: total.n, sum: total.sum, buckets: total.sketch ? bucketsOf(total.sketch) : NOTHING.buckets };
      this.#told.set(key, told);
      const metric = metrics.get(total.metric) ?? { kind: total.kind, points: [] };
      metrics.set(total.metric, metric);
      metric.points.push({ attributes: attributes(total.tags), ...times, ...valueIn(total, told, before) });
    }
    if (metrics.size === 0) return null;
    this.#since = now;
    const told = [...metrics].map(([name, { kind, points }]) => ({ name: `acc.${name}`, ...shape(kind, points) }));
    return JSON.stringify({ resourceMetrics: [{ resource: this.#resource, scopeMetrics: [{ scope: { name: 'automatic-claude-code' }, metrics: told }] }] });
  }
}

function shape(kind: MetricKind, dataPoints: readonly Json[]): Json {
  if (kind === 'gauge') return { gauge: { dataPoints } };
  return kind === 'counter'
    ? { sum: { dataPoints, aggregationTemporality: DELTA, isMonotonic: true } }
    : { histogram: { dataPoints, aggregationTemporality: DELTA } };
}

function valueIn({ kind, last }: Total, told: Told, before: Told): Json {
  if (kind === 'gauge') return { asDouble: last };
  if (kind === 'counter') return { asDouble: told.sum - before.sum };
  // Of each bucket in use its upper bound, and the one below it where that bucket is not in use itself.
  const bounds: number[] = [];
  const counts: number[] = [];
  let previous: number | null = null;
  for (const [bucket, n] of [...told.buckets].toSorted(([a], [b]) => a - b)) {
    const fresh = n - (before.buckets.get(bucket) ?? 0);
    if (fresh <= 0) continue;
    if (bucket > ZERO && previous !== bucket - 1) {
      bounds.push(upperOf(bucket - 1));
      counts.push(0);
    }
    bounds.push(upperOf(bucket));
    counts.push(fresh);
    previous = bucket;
  }
  return { count: String(counts.reduce((all, n) => all + n, 0)), sum: told.sum - before.sum, bucketCounts: [...counts, 0].map(String), explicitBounds: bounds };
}

/** Zero and what is below it, below every bucket. */
const ZERO = Number.NEGATIVE_INFINITY;
const upperOf = (bucket: number): number => (bucket === ZERO ? 0 : (valueOf(bucket) * (GAMMA + 1)) / 2);

function bucketsOf(sketch: Sketch): Map<number, number> {
  const { zero, pos, neg = [] } = sketch.toJSON();
  const buckets = new Map<number, number>();
  const low = zero + neg.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0);
  if (low > 0) buckets.set(ZERO, low);
  let bucket = 0;
  for (let i = 0; i + 1 < pos.length; i += 2) {
    bucket += pos[i] ?? 0;
    buckets.set(bucket, pos[i + 1] ?? 0);
  }
  return buckets;
}

const attributes = (tags: Tags): Json[] => Object.entries(tags).map(([key, value]) => ({ key, value: { stringValue: value } }));
const nano = (ms: number): string => `${Math.round(ms)}000000`;
