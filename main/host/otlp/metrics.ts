/** The data points of an OTLP metrics request as points for the control center. What cannot be believed is refused and counted, the rest is taken. */
import type { Tags } from '#shared/domain/metric.ts';
import { isOwn, metricName, plain, type Plain } from './attributes.ts';
import { exponentialValuesOf, valuesOf } from './histogram.ts';
import type { ExponentialPoint, HistogramPoint, Metric, MetricsRequest, NumberPoint } from './schema.ts';
import { seriesKey, Tally, timeOf, type Translating } from './tally.ts';

/** The client says by this flag that it has no value. */
const NO_VALUE = 1;

type Temporality = 'delta' | 'cumulative' | null | undefined;
/** Where points come from. */
type Origin = { readonly name: string; readonly resource: Plain; readonly scope: string };
type Base = { readonly metric: string; readonly tags: Tags; readonly session: string; readonly at: number };
type Known = { readonly base: Base; readonly series: string; readonly start: number };

export function metricPoints(request: MetricsRequest, translating: Translating): Tally {
  const tally = new Tally();
  for (const { resource, scopeMetrics } of request.resourceMetrics) {
    const attributes = plain(resource.attributes);
    if (isOwn(attributes)) continue;
    for (const { scope, metrics } of scopeMetrics) {
      const from = { resource: attributes, scope: `${scope.name}@${scope.version}` };
      for (const metric of metrics) new Translator(tally, translating, { ...from, name: metric.name }).take(metric);
    }
  }
  return tally;
}

class Translator {
  readonly #tally: Tally;
  readonly #translating: Translating;
  readonly #origin: Origin;

  constructor(tally: Tally, translating: Translating, origin: Origin) {
    this.#tally = tally;
    this.#translating = translating;
    this.#origin = origin;
  }

  take({ gauge, sum, histogram, exponentialHistogram, summary }: Metric): void {
    for (const point of gauge?.dataPoints ?? []) this.#number(point, (known, value) => this.#gauge(known, value));
    for (const point of sum?.dataPoints ?? []) {
      this.#number(point, (known, value) => {
        if (sum?.isMonotonic === true) this.#sum(known, value, sum.aggregationTemporality);
        // What goes up and down has a value at a time when all of it is told; its steps alone have none.
        else if (sum?.aggregationTemporality === 'cumulative') this.#gauge(known, value);
        else this.#tally.refuse('temporality');
      });
    }
    for (const point of histogram?.dataPoints ?? []) this.#histogram(point, () => valuesOf(point), histogram?.aggregationTemporality);
    for (const point of exponentialHistogram?.dataPoints ?? [])
      this.#histogram(point, () => exponentialValuesOf(point), exponentialHistogram?.aggregationTemporality);
    if (summary && summary.dataPoints.length > 0) this.#tally.refuse('summary', summary.dataPoints.length);
  }

  #number(point: NumberPoint, take: (known: Known, value: number) => void): void {
    if ((point.flags & NO_VALUE) !== 0) return;
    const value = point.asDouble ?? (point.asInt === undefined ? Number.NaN : Number(point.asInt));
    if (!Number.isFinite(value)) return this.#tally.refuse('not a number');
    const known = this.#know(point);
    if (known) take(known, value);
  }

  #histogram(point: HistogramPoint | ExponentialPoint, values: () => number[] | null, temporality: Temporality): void {
    if ((point.flags & NO_VALUE) !== 0) return;
    if (temporality !== 'delta' && temporality !== 'cumulative') return this.#tally.refuse('temporality');
    if ([point.count, point.sum ?? 0, point.min ?? 0, point.max ?? 0].some((each) => !Number.isFinite(each)) || point.count < 0)
      return this.#tally.refuse('not a number');
    const all = values();
    if (all === null) return this.#tally.refuse('buckets');
    const known = this.#know(point);
    if (!known) return;
    this.#sum(part(known, 'count'), point.count, temporality);
    if (point.sum !== undefined && point.sum >= 0) this.#sum(part(known, 'sum'), point.sum, temporality);
    // Buckets that only grow say when nothing came: their values are those since the start, not since the point before.
    if (temporality === 'delta' && all.length > 0) this.#tally.points.push({ ...known.base, kind: 'values', values: all });
  }

  #sum({ base, series, start }: Known, value: number, temporality: Temporality): void {
    if (value < 0) this.#tally.refuse('negative counter');
    else if (temporality === 'delta') this.#tally.points.push({ ...base, kind: 'delta', value });
    else if (temporality === 'cumulative') this.#tally.points.push({ ...base, kind: 'total', value, start, series });
    else this.#tally.refuse('temporality');
  }

  #gauge({ base }: Known, value: number): void {
    this.#tally.points.push({ ...base, kind: 'gauge', value });
  }

  #know(point: { readonly timeUnixNano: string; readonly startTimeUnixNano: string; readonly attributes: NumberPoint['attributes'] }): Known | null {
    const { now, privacy, series } = this.#translating;
    const { name, resource, scope } = this.#origin;
    const time = timeOf(point.timeUnixNano, now);
    const attributes = plain(point.attributes);
    if ('reason' in time) this.#tally.refuse(time.reason);
    else if (name === '') this.#tally.refuse('name');
    else {
      const key = seriesKey(
        [...resource],
        scope,
        name,
        [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
      if (series.admit(key, now)) {
        const base = { metric: metricName(name), ...privacy.labels(resource, attributes), at: time.at };
        return { base, series: key, start: Number(BigInt(point.startTimeUnixNano) / 1_000_000n) };
      }
      this.#tally.refuse('too many series');
    }
    return null;
  }
}

const part = ({ base, series, start }: Known, name: string): Known => ({
  base: { ...base, metric: `${base.metric}.${name}` },
  series: `${series}.${name}`,
  start,
});
