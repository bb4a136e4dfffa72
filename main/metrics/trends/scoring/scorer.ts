/**
 * One anomaly score for each value, 0–1, from the values before it alone: what all evidence is worth together,
 * told once: an incident raises its score at its onset, not all along.
 *
 *   quiet ──worth above the last alarm's faded height──▶ onset (full score) ──▶ incident (lower score) ──fades──▶ quiet
 */
import { EVIDENCE, Evidence, type EvidenceKind } from './evidence.ts';
import { Worth } from './worth.ts';

export type Scorer = {
  /** Takes the next value of the series. @param at milliseconds since the epoch @returns score 0–1; 0 for a value that is not a finite number */
  next(at: number, value: number): number;
  /** What was expected in place of the last value; NaN while nothing is known. */
  readonly expected: number;
  /** What made the last value odd, the strongest first; empty when nothing did. */
  readonly reasons: readonly EvidenceKind[];
};

/** Steps in which the memory of an alarm fades to a third; while its incident lasts, so many times as long. */
const FADE = 110;
const HOLD = 11;
/** What followed an alarm must exceed it by to be told anew: a little after a faint one, clearly after one that was told. */
const FAINT = 4;
const MORE_THAN_FAINT = 1.02;
const TOLD = 14;
const MORE_THAN_TOLD = 1.4;
/** During an incident the worth counts in full up to here, and hardly beyond: more than that of quiet values, less than an alarm. */
const DURING = 12;
const BEYOND = 0.064;
/** The most that values are worth which came just so before. */
const SEEN_BEFORE = 8;
/** Values after which the score counts in full. */
const LEARNT = 120;
/** Worth that scores one half, and what changes the odds by e. */
const HALF = 13.9;
const STEEP = 2.5;
/** Worth from which a kind of evidence is a reason. */
const REASON = 1.5;

export function createScorer(): Scorer {
  const evidence = new Evidence();
  const worth = new Worth();
  const fade = Math.exp(-1 / FADE);
  const hold = Math.exp(-1 / (FADE * HOLD));
  let alarm = 0;
  let n = 0;

  return {
    next(at, value) {
      if (!Number.isFinite(value)) return 0;
      evidence.next(at, value);
      n++;
      const found = Math.min(1, 0.3 + (0.7 * n) / LEARNT) * worth.next(evidence.surprises);
      const total = found > SEEN_BEFORE && evidence.isRepeat() ? SEEN_BEFORE : found;
      // While the incident lasts its alarm hardly fades: it is not told a second time.
      alarm *= total > alarm / 2 ? hold : fade;
      const isOnset = total > alarm * (alarm > TOLD ? MORE_THAN_TOLD : alarm > FAINT ? MORE_THAN_FAINT : 1);
      if (total > alarm) alarm = total;
      const told = isOnset || total < DURING ? total : DURING + (total - DURING) * BEYOND;
      return total > 0 ? 1 / (1 + Math.exp((HALF - told) / STEEP)) : 0;
    },
    get expected() {
      return evidence.expected;
    },
    get reasons() {
      const found = EVIDENCE.map((kind, k) => ({ kind, points: worth.of(k, evidence.surprises[k] ?? 0) })).filter((r) => r.points > REASON);
      return found.sort((a, b) => b.points - a.points).map((r) => r.kind);
    },
  };
}
