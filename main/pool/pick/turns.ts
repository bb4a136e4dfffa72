/**
 * Turns in proportion, as evenly spaced as can be: nginx's smooth weighted round-robin (nginx commit 52327e0627f4, "Upstream: smooth
 * weighted round-robin balancing", 2012). At each turn everybody gains its share, the richest is chosen and pays what all gained. Over
 * one cycle everybody is chosen exactly as often as its share says; with equal shares it is plain round-robin.
 */
import type { Candidate } from '../types.ts';
import type { Pick } from './share.ts';

/** Hosts whose turn is remembered though they are not among the candidates now. */
const REMEMBERED = 1000;

/** @param share 0 or more; 0 is never chosen */
export function turns(share: (candidate: Candidate) => number): Pick {
  const gained = new Map<string, number>();
  return (candidates) => {
    let all = 0;
    let best: Candidate | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const candidate of candidates) {
      const gain = share(candidate);
      if (gain <= 0) continue;
      all += gain;
      const now = (gained.get(candidate.id) ?? 0) + gain;
      gained.set(candidate.id, now);
      if (now <= most) continue;
      most = now;
      best = candidate;
    }
    if (best) gained.set(best.id, most - all);
    if (gained.size > candidates.length + REMEMBERED) forgetOthers(gained, candidates);
    return best;
  };
}

function forgetOthers(gained: Map<string, number>, candidates: readonly Candidate[]): void {
  const here = new Set(candidates.map(({ id }) => id));
  for (const id of gained.keys()) if (!here.has(id)) gained.delete(id);
}
