/** The strategies of choosing a host. */
import type { Strategy } from '#shared/domain/connection.ts';
import { leastConnections } from './least-connections.ts';
import { peakEwma } from './peak-ewma.ts';
import { shareOf, type Pick } from './share.ts';
import { turns } from './turns.ts';

export type { Pick } from './share.ts';

/**
 * A picker with its own turns. All strategies keep weight 0 out and heed slow start; only `round-robin` takes no other notice of weights.
 * @param random 0 ≤ x < 1; `peak-ewma` and `least-connections` draw with it
 */
export function createPicker(strategy: Strategy, random: () => number = Math.random): Pick {
  switch (strategy) {
    case 'round-robin':
      return turns((candidate) => (candidate.weight > 0 ? shareOf({ ...candidate, weight: 1 }) : 0));
    case 'weighted':
      return turns(shareOf);
    case 'least-connections':
      return leastConnections(random);
    case 'peak-ewma':
      return peakEwma(random);
  }
}
