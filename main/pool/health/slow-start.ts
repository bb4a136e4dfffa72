/** A host that came (back) gets its share of the work little by little. */

/** The share it starts with: enough to be measured. */
export const COLDEST = 0.1;

/**
 * Envoy's slow start with aggression 1: max(10 %, time since the start / window).
 * @param since when it became ready, in the same clock as `now`; null when it always was
 * @returns the factor on its weight, COLDEST to 1
 */
export function warmth(now: number, since: number | null, slowStartMs: number): number {
  if (since === null || slowStartMs <= 0) return 1;
  return Math.min(1, Math.max(COLDEST, (now - since) / slowStartMs));
}
