/**
 * How a provider that says "too much" slows its lane. Pure.
 *
 *   open ──limit──► slowed (half of what ran, until it resets or 30 s, 1 min, 2 min … 10 min) ──time──► open
 *                     └─ another limit after a while: half again, twice as long
 */
export type Slowdown = {
  readonly provider: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Most live sessions of the lane while slowed, at least 1. */
  readonly max: number;
  readonly strikes: number;
  readonly struckAt: number;
  readonly why: string;
};
export type RateLimit = { readonly provider: string; readonly resetsAt: number | null; readonly text: string };

const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;
/** Sessions that ran side by side report the same limit within moments: that is one strike, not many. */
const SAME_STRIKE_MS = 5_000;
/** A reset further away than this is not believed: a clock may be wrong, and a person can always resume. */
const MAX_RESET_MS = 8 * 86_400_000;

/** @param live sessions of the lane that run now */
export function strike(before: Slowdown | undefined, limit: RateLimit, live: number, now: number): Slowdown {
  const fresh = before === undefined || now > before.until + LONGEST_MS;
  const same = before !== undefined && now - before.struckAt < SAME_STRIKE_MS;
  const strikes = fresh ? 1 : same ? before.strikes : before.strikes + 1;
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** (strikes - 1));
  const reset = limit.resetsAt !== null && limit.resetsAt > now && limit.resetsAt - now <= MAX_RESET_MS ? limit.resetsAt : now + wait;
  const slowed = before !== undefined && isSlowed(before, now);
  const max = slowed ? (same ? before.max : Math.floor(before.max / 2)) : Math.floor(live / 2);
  return {
    provider: limit.provider,
    until: same ? Math.max(before.until, reset) : reset,
    max: Math.max(1, max),
    strikes,
    struckAt: now,
    why: limit.text || `${limit.provider} limits the rate of requests.`,
  };
}

export function isSlowed(slowdown: Slowdown, now: number): boolean {
  return now < slowdown.until;
}
