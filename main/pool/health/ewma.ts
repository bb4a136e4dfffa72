/**
 * A latency that believes bad news at once and good news slowly.
 *
 * Peak EWMA as in Finagle (twitter/finagle, finagle-core, com.twitter.finagle.loadbalancer.PeakEwma): a measurement above the value
 * replaces it; below, the value moves towards it by w = exp(−Δt / τ), Δt being the time since the last one, because measurements come
 * unevenly (A. Eckner, "Algorithms for unevenly spaced time series"). Unasked, the value decays towards zero, so that who was once slow
 * is tried again.
 */

/** τ in milliseconds: after this long without a peak, 37 % of it is left. */
export const DECAY_MS = 10_000;

export class PeakEwma {
  readonly #decayMs: number;
  #value = 0;
  #at = 0;
  #known = false;

  constructor(decayMs: number = DECAY_MS) {
    this.#decayMs = decayMs;
  }

  /** @param now monotonic milliseconds @param ms the latency measured */
  observe(now: number, ms: number): void {
    const weight = this.#weight(now);
    const decayed = this.#value * weight;
    this.#value = ms >= decayed ? ms : decayed + ms * (1 - weight);
    this.#at = this.#known ? Math.max(now, this.#at) : now;
    this.#known = true;
  }

  /** What a balancer compares, in milliseconds; null before the first measurement. */
  value(now: number): number | null {
    return this.#known ? this.#value * this.#weight(now) : null;
  }

  reset(): void {
    this.#value = 0;
    this.#known = false;
  }

  #weight(now: number): number {
    return Math.exp(-Math.max(0, now - this.#at) / this.#decayMs);
  }
}
