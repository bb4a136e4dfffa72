/** Waits between tries: doubling, capped, and spread, so that a thousand that failed together do not come back together. */

export type Backoff = {
  /** The first wait in milliseconds, before the spread. */
  readonly baseMs: number;
  readonly capMs: number;
};

/** For dials. */
export const DIAL_BACKOFF: Backoff = { baseMs: 50, capMs: 5000 };

/**
 * The wait before the next try: `base × 2^failures`, capped, of which a random half is taken away ("equal jitter", M. Brooker, "Exponential
 * backoff and jitter", AWS Architecture Blog 2015): never below half, so that a host that is down is not hammered by the lucky.
 * @param failures tries that failed before this one, from 0
 * @returns milliseconds, from half to the whole
 */
export function backoffMs(failures: number, { baseMs, capMs }: Backoff = DIAL_BACKOFF, random: () => number = Math.random): number {
  const whole = Math.min(capMs, baseMs * 2 ** failures);
  return whole / 2 + (random() * whole) / 2;
}

/**
 * A period spread evenly around itself.
 * @param share 0–1: 0.1 is ± 10 %
 */
export const spread = (ms: number, share: number, random: () => number = Math.random): number => ms * (1 - share + 2 * share * random());
