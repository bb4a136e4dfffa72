/** How many series a host takes in: a client that makes a new one of every request fills no memory and no disk, here or further on. */
import { otlpLimits } from './limits.ts';

export class SeriesLimit {
  /** Name of a series and when it was last seen; the one seen longest ago first. */
  readonly #seen = new Map<string, number>();
  readonly #most: number;

  constructor(most: number = otlpLimits.series) {
    this.#most = most;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** @returns false for a new series when there is no room. @param now milliseconds */
  admit(series: string, now: number): boolean {
    if (!this.#seen.delete(series) && this.#seen.size >= this.#most && !this.#makeRoom(now)) return false;
    this.#seen.set(series, now);
    return true;
  }

  #makeRoom(now: number): boolean {
    for (const [series, at] of this.#seen) {
      if (at > now - otlpLimits.quietMs) break;
      this.#seen.delete(series);
    }
    return this.#seen.size < this.#most;
  }
}
