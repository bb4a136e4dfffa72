/** The coordination quality score: one formula over counts that can be taken again from stored events at any time. */

/** Nodes a score needs before it says anything. */
export const COORDINATION_MIN_NODES = 10;

/** Counts over one window. Every share is of things that came to an end in it. */
export type CoordinationFacts = {
  /** Nodes that ended, and those of them that ended done. */
  readonly nodes: number;
  readonly done: number;
  /** Check runs that came to a verdict, and those that passed. */
  readonly gates: number;
  readonly gatesPassed: number;
  /** Changes a person decided on, and those accepted without a round of changes. */
  readonly decided: number;
  readonly firstPass: number;
  /** Ended nodes that built on another node, and those of them that ended done. */
  readonly handoffs: number;
  readonly handoffsDone: number;
  /** Milliseconds sessions worked, and waited for a person. */
  readonly workedMs: number;
  readonly waitedMs: number;
};

export type CoordinationPart = {
  readonly id: 'completion' | 'gates' | 'first-pass' | 'handoffs' | 'overhead';
  readonly title: string;
  readonly weight: number;
  /** From 0 (bad) to 1 (good); null when nothing of it happened. */
  readonly share: number | null;
  readonly of: number;
  readonly n: number;
};

export const COORDINATION_FORMULA =
  '0.30 completion + 0.25 gate pass + 0.20 first-pass acceptance + 0.15 hand-off success + 0.10 (1 − waiting / (working + waiting)); a part without data leaves its weight to the others';

/** The five parts with their weights. */
export function coordinationParts(facts: CoordinationFacts): CoordinationPart[] {
  const share = (of: number, n: number): number | null => (n > 0 ? of / n : null);
  const total = facts.workedMs + facts.waitedMs;
  return [
    { id: 'completion', title: 'Nodes done', weight: 0.3, share: share(facts.done, facts.nodes), of: facts.done, n: facts.nodes },
    { id: 'gates', title: 'Checks passed', weight: 0.25, share: share(facts.gatesPassed, facts.gates), of: facts.gatesPassed, n: facts.gates },
    { id: 'first-pass', title: 'Accepted at first pass', weight: 0.2, share: share(facts.firstPass, facts.decided), of: facts.firstPass, n: facts.decided },
    { id: 'handoffs', title: 'Hand-offs done', weight: 0.15, share: share(facts.handoffsDone, facts.handoffs), of: facts.handoffsDone, n: facts.handoffs },
    { id: 'overhead', title: 'Time not spent waiting', weight: 0.1, share: share(facts.workedMs, total), of: facts.workedMs, n: total },
  ];
}

/**
 * The score from 0 to 1.
 * @returns null below ten nodes: too few to say anything
 */
export function coordinationScore(facts: CoordinationFacts): number | null {
  if (facts.nodes < COORDINATION_MIN_NODES) return null;
  let sum = 0;
  let weight = 0;
  for (const part of coordinationParts(facts)) {
    if (part.share === null) continue;
    sum += part.weight * part.share;
    weight += part.weight;
  }
  return weight === 0 ? null : sum / weight;
}
