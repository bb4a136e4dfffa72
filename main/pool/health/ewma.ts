/**
 * How long a host takes for one piece of work, its own line not counted: what a balancer multiplies by the length of that line.
 *
 * The time of an answer counts from the later of two moments: when it was asked for, and when the host gave its answer before. While
 * requests wait in line there, that is the host's pace (for one worker its service time, for k workers the k-th part of it); while it is
 * idle, it is the whole time. The time from asking alone would hold the wait in line, and cost × line would count that wait twice: hosts
 * at half load then look as dear as an idle one that is five times as slow.
 *
 * A moving average over time, weighted by e^(−Δt/τ), Δt being the time since the last measurement, because measurements come unevenly
 * (A. Eckner, "Algorithms for unevenly spaced time series"). It believes bad news quickly and good news slowly, as Finagle's Peak EWMA
 * does (twitter/finagle, com.twitter.finagle.loadbalancer.PeakEwma), but within a second and not at once: a single peak says little of a
 * host whose answers take turns. Unasked, the value decays towards zero, so that who was once slow is tried again.
 */

/** τ in milliseconds downwards: after this long 37 % of what was bad is left. */
export const DECAY_MS = 10_000;
/** τ upwards. */
export const RISE_MS = 1000;

export class ServiceEwma {
  #value = 0;
  #at = 0;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #known = false;

  /** An answer that may have waited in line behind others. @param now monotonic milliseconds @param ms since it was asked for */
  answered(now: number, ms: number): void {
    this.observe(now, Math.min(ms, Math.max(0, now - this.#answeredAt)));
    this.#answeredAt = Math.max(now, this.#answeredAt);
  }

  /** A time in which there was no line: an answer to a beat, or a request that was given up. */
  observe(now: number, ms: number): void {
    const weight = Math.exp(-Math.max(0, now - this.#at) / (ms >= this.#value ? RISE_MS : DECAY_MS));
    this.#value = this.#known ? this.#value * weight + ms * (1 - weight) : ms;
    this.#at = this.#known ? Math.max(now, this.#at) : now;
    this.#known = true;
  }

  /** What a balancer compares, in milliseconds; null before the first measurement. */
  value(now: number): number | null {
    return this.#known ? this.#value * Math.exp(-Math.max(0, now - this.#at) / DECAY_MS) : null;
  }
}
