/** What came together since the core started, for scrapes: sums of counters, last values of gauges, quantiles of distributions. Bounded. */
import type { MetricKind, Tags } from '#shared/domain/metric.ts';
import { Sketch } from '#shared/lib/sketch.ts';

/** Series told at most. */
const MOST = 5000;

export type Total = {
  readonly metric: string;
  readonly tags: Tags;
  readonly kind: MetricKind;
  n: number;
  sum: number;
  last: number;
  readonly sketch: Sketch | null;
};
type Point = { readonly metric: string; readonly tags: Tags; readonly value: number; readonly kind?: MetricKind };

export class Totals {
  readonly #totals = new Map<string, Total>();

  add(points: readonly Point[], kindOf: (metric: string) => MetricKind | null): void {
    for (const { metric, tags, value, kind } of points) {
      const key = `${metric}\n${JSON.stringify(tags)}`;
      let total = this.#totals.get(key);
      if (!total) {
        if (this.#totals.size >= MOST) continue;
        const known = kind ?? kindOf(metric) ?? 'gauge';
        total = { metric, tags, kind: known, n: 0, sum: 0, last: 0, sketch: known === 'distribution' ? new Sketch() : null };
        this.#totals.set(key, total);
      }
      total.n++;
      total.sum += value;
      total.last = value;
      total.sketch?.add(value);
    }
  }

  /** Ordered by metric. */
  all(): Total[] {
    return [...this.#totals.values()].toSorted((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0));
  }
}
