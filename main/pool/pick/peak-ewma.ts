/** The better of two drawn at random, by how long it answers and how much it has to do. */
import type { Candidate } from '../types.ts';
import { shareOf, type Pick } from './share.ts';

/**
 * Times in milliseconds below this are alike: they tell of the network and of a busy event loop, not of the host. Else a host on
 * loopback (0.3 ms) would take nearly all sessions before one in the same house (5 ms) got any.
 */
export const ALIKE_MS = 5;

/** Two that differ by more than this in their service time are hardly a choice: a third one is drawn. */
const UNLIKE = 2;

/**
 * Power of two choices (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001) over the shortest expected delay,
 * service time × (outstanding + 1) (the `sed` scheduler of Linux' IPVS; measured here, see health/ewma.ts), divided by the host's share, with
 * times of at least ALIKE_MS. Two different hosts are drawn, so the worst of three or more is never chosen, and many choosers that know the
 * same do not all run to the same host. Finagle's Peak EWMA puts latency in the place of service time: the wait in line counts twice there,
 * and from half load on a host that is five times as slow gets 2 to 3 % where service times are constant, enough to be the p99.
 *
 * A host nobody has measured is compared by its load alone: as cheap it would draw everything until its first answer (Finagle's
 * remedy, a huge cost while one is on the way, would starve it here, where sessions are on the way for hours).
 *
 * Where one of the two is never taken for its slowness, the other is no choice but one drawn at random, with whatever line it has: then a
 * third is drawn. Of hosts that are alike two are enough, and less is known of the others by all choosers at once.
 * @param random 0 ≤ x < 1
 */
export function peakEwma(random: () => number = Math.random): Pick {
  return (candidates) => {
    const open = candidates.filter(({ weight }) => weight > 0);
    const first = Math.floor(random() * open.length);
    // One of the others: a number among one less, skipping the first.
    const other = Math.floor(random() * (open.length - 1));
    const second = other < first ? other : other + 1;
    const a = open[first];
    const b = open[second];
    if (!a || !b) return a ?? null;
    const better = cheaper(b, a) ? b : a;
    if (!unlike(a, b)) return better;
    const rest = open.filter((_, i) => i !== first && i !== second);
    const third = rest[Math.floor(random() * rest.length)];
    return third && cheaper(third, better) ? third : better;
  };
}

function cheaper(a: Candidate, b: Candidate): boolean {
  const loadA = (a.outstanding + 1) / shareOf(a);
  const loadB = (b.outstanding + 1) / shareOf(b);
  if (a.ewmaMs === null || b.ewmaMs === null) return loadA < loadB;
  return serviceMs(a.ewmaMs) * loadA < serviceMs(b.ewmaMs) * loadB;
}

/** A host nobody has measured is unlike none. */
function unlike(a: Candidate, b: Candidate): boolean {
  if (a.ewmaMs === null || b.ewmaMs === null) return false;
  const [one, other] = [serviceMs(a.ewmaMs), serviceMs(b.ewmaMs)];
  return Math.max(one, other) > UNLIKE * Math.min(one, other);
}

const serviceMs = (ewmaMs: number): number => Math.max(ALIKE_MS, ewmaMs);
