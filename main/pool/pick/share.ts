/** What a host is worth in the choice. */
import { COLDEST } from '../health/slow-start.ts';
import type { Candidate } from '../types.ts';

/** Its weight as far as it has warmed up. 0 for a host that takes nothing. */
export const shareOf = ({ weight, warmth }: Candidate): number => weight * Math.max(COLDEST, warmth);

/** Chooses one of those given, or null when none of them takes anything. Stateful: the turns go on from call to call. */
export type Pick = (candidates: readonly Candidate[]) => Candidate | null;
