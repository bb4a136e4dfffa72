/** The one with the least to do for its weight. */
import { shareOf, type Pick } from './share.ts';

/**
 * The lowest (outstanding + 1) / share: the load the host would have with this one more (Linux virtual server's weighted least
 * connection). Among equals the turn goes round, else the first in the list would get all of a quiet day.
 */
export function leastConnections(): Pick {
  let start = 0;
  return (candidates) => {
    let best = null;
    let least = Number.POSITIVE_INFINITY;
    start++;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[(start + i) % candidates.length];
      if (!candidate || candidate.weight <= 0) continue;
      const load = (candidate.outstanding + 1) / shareOf(candidate);
      if (load >= least) continue;
      least = load;
      best = candidate;
    }
    return best;
  };
}
