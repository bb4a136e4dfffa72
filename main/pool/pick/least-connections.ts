/** The one with the least to do for its weight. */
import type { Candidate } from '../types.ts';
import { shareOf, type Pick } from './share.ts';

/**
 * The lowest (outstanding + 1) / share: the load the host would have with this one more (Linux virtual server's weighted least
 * connection). Equals are drawn among, each as likely: the first in the list would get all of a quiet day.
 * @param random 0 ≤ x < 1
 */
export function leastConnections(random: () => number = Math.random): Pick {
  return (candidates) => {
    let best: Candidate | null = null;
    let least = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (const candidate of candidates) {
      if (candidate.weight <= 0) continue;
      const load = (candidate.outstanding + 1) / shareOf(candidate);
      if (load > least) continue;
      equals = load < least ? 1 : equals + 1;
      least = load;
      // The k-th of equals takes the place with 1 / k: in the end each has it equally often.
      if (equals === 1 || random() * equals < 1) best = candidate;
    }
    return best;
  };
}
