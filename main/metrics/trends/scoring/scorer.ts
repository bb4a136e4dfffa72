/**
 * One anomaly score for each value, 0–1, from the values before it alone: the surprises of all evidence taken together,
 * judged once more against how surprising this series usually is, and told once: an incident raises its score at its onset, not all along.
 *
 *   quiet ──surprise above the last alarm's faded height──▶ onset (full score) ──▶ incident (lower score) ──fades──▶ quiet
 */
import { EVIDENCE, Evidence, type EvidenceKind } from './evidence.ts';
import { Tail } from './tail.ts';

export type Scorer = {
  /** Takes the next value of the series. @param at milliseconds since the epoch @returns score 0–1; 0 for a value that is not a finite number */
  next(at: number, value: number): number;
  /** What was expected in place of the last value; NaN while nothing is known. */
  readonly expected: number;
  /** What made the last value odd, the strongest first; empty when nothing did. */
  readonly reasons: readonly EvidenceKind[];
};

/** How much each kind counts. Found by search on generated series of many kinds, checked on others of other seeds. */
const WEIGHTS: Readonly<Record<EvidenceKind, number>> = {
  'far-up': 0.5,
  'far-down': 0.5,
  'jump-up': 1.02,
  'jump-down': 1.02,
  'season-up': 1.28,
  'season-down': 1.28,
  'forecast-up': 1.6,
  'forecast-down': 1.6,
  'level8-up': 0.64,
  'level8-down': 0.64,
  'level32-up': 1.6,
  'level32-down': 1.6,
  'level128-up': 0.8,
  'level128-down': 0.8,
  'noise16-up': 0.4,
  'noise16-down': 0.4,
  'noise64-up': 0.4,
  'noise64-down': 0.4,
  stuck: 1.6,
  shape: 1.6,
  'long-shape': 1.6,
};
const CAP = 9;
/** Kinds that look at the same thing; their sums are joined by a norm that favours the family that is surest. */
const FAMILIES = EVIDENCE.map((kind) => (kind.startsWith('level') ? 1 : kind.startsWith('noise') ? 2 : kind === 'stuck' ? 3 : kind.endsWith('shape') ? 4 : 0));
const NORM = 1.3;
const SHARE_OF_RARITY = 0.25;
const SHARE_OF_RECENT = 0.13;
const RARITY = 3;
/** Steps in which the memory of an alarm fades to a third. */
const FADE = 200;
const HOLD = 6;
/** What followed an alarm must exceed it by to be told anew: a little after a faint one, clearly after one that was told. */
const FAINT = 4;
const MORE_THAN_FAINT = 1.05;
const TOLD = 14;
const MORE_THAN_TOLD = 1.4;
/** During an incident the joint surprise counts in full up to here, and hardly beyond: more than that of quiet values, less than an alarm. */
const DURING = 12;
const BEYOND = 0.04;
/** Values after which the score counts in full. */
const LEARNT = 200;
/** Joint surprise that scores one half, and what changes the odds by e. */
const HALF = 13.5;
const STEEP = 2.5;

export function createScorer(): Scorer {
  const evidence = new Evidence();
  const rarity = new Tail({ halfLife: 5120, span: 3, priorShape: 0.12 });
  const families = new Float64Array(5);
  const fade = Math.exp(-1 / FADE);
  const hold = Math.exp(-1 / (FADE * HOLD));
  let recent = 0;
  let alarm = 0;
  let n = 0;

  const joint = (): number => {
    families.fill(0);
    for (let k = 0; k < EVIDENCE.length; k += 1) {
      const kind = EVIDENCE[k];
      const s = evidence.surprises[k] ?? 0;
      if (kind !== undefined && s > 0.2) families[FAMILIES[k] ?? 0] = (families[FAMILIES[k] ?? 0] ?? 0) + WEIGHTS[kind] * Math.min(s, CAP);
    }
    let sum = 0;
    for (const family of families) sum += family ** NORM;
    return sum ** (1 / NORM);
  };

  return {
    next(at, value) {
      if (!Number.isFinite(value)) return 0;
      evidence.next(at, value);
      n++;
      const now = joint();
      recent += (now - recent) / 4;
      const sum = now * (1 - SHARE_OF_RECENT) + recent * 2 * SHARE_OF_RECENT;
      const rare = rarity.surprise(sum);
      rarity.add(sum);
      const known = Math.min(1, 0.3 + (0.7 * n) / LEARNT);
      const total = known * (sum * (1 - SHARE_OF_RARITY) + rare * RARITY * SHARE_OF_RARITY);
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
      const found = EVIDENCE.map((kind, k) => ({ kind, weight: WEIGHTS[kind] * Math.min(CAP, evidence.surprises[k] ?? 0) })).filter((r) => r.weight > 1.5);
      return found.sort((a, b) => b.weight - a.weight).map((r) => r.kind);
    },
  };
}
