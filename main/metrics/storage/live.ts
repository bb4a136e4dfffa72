/** The last two minutes of metrics that somebody watches, added up by the second, in memory only. */
import type { Samples } from '../codec/chunk.ts';
import type { Series } from './series.ts';

const SECOND = 1000;
const KEEP_S = 120;

/** One second of one series. */
export type LiveSecond = {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Start of the second, milliseconds since the epoch. */
  readonly at: number;
  n: number;
  sum: number;
  min: number;
  max: number;
  last: number;
};

export class Live {
  #watched = new Set<string>();
  readonly #seconds = new Map<string, LiveSecond>();
  readonly #changed = new Set<LiveSecond>();

  /** Which metrics count from now on. */
  watch(metrics: readonly string[]): void {
    this.#watched = new Set(metrics);
    for (const [key, second] of this.#seconds) if (!this.#watched.has(second.metric)) this.#seconds.delete(key);
  }

  get watching(): boolean {
    return this.#watched.size > 0;
  }

  see(series: Series, { at, value }: Samples, now: number): void {
    if (!this.#watched.has(series.metric)) return;
    for (let i = 0; i < at.length; i++) {
      const start = Math.floor((at[i] ?? 0) / SECOND) * SECOND;
      if (start < now - KEEP_S * SECOND) continue;
      const each = value[i] ?? 0;
      const key = `${series.id}/${start}`;
      let second = this.#seconds.get(key);
      if (!second) {
        second = { metric: series.metric, tags: series.tags, at: start, n: 0, sum: 0, min: each, max: each, last: each };
        this.#seconds.set(key, second);
      }
      second.n++;
      second.sum += each;
      second.min = Math.min(second.min, each);
      second.max = Math.max(second.max, each);
      second.last = each;
      this.#changed.add(second);
    }
  }

  /** The seconds that changed since the last time, whole; forgets those that are over. */
  take(now: number): LiveSecond[] {
    for (const [key, second] of this.#seconds) {
      if (second.at >= now - KEEP_S * SECOND) break;
      this.#seconds.delete(key);
    }
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }
}
