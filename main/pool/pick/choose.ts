/** Who may be chosen at all: the healthy ones, and in a panic the ejected ones too. */
import type { Candidate } from '../types.ts';

/**
 * - `ready`: answers and was found well.
 * - `ejected`: answers, but was taken out for failing more than the others.
 * - `away`: cannot take anything now (no connection, breaker open). No panic helps.
 * - `withheld`: a person keeps it out (draining, ejected by hand). It does not count as one of the hosts.
 */
export type Standing = 'ready' | 'ejected' | 'away' | 'withheld';

export type Choice = {
  readonly candidates: readonly Candidate[];
  /** True when so few are well that the ejections are not heeded. */
  readonly panic: boolean;
};

/**
 * Envoy's panic threshold: when the share of the well among the hosts falls below `panicShare`, what the ejections say is more likely a
 * trouble of ours or of all than of each, and the few left would break under the work of all. Asked of the hosts a session could go to:
 * where a repository is on one host only, its ejection must not stop the work.
 * @param panicShare 0–1
 */
export function eligible(hosts: readonly { readonly candidate: Candidate; readonly standing: Standing }[], panicShare: number): Choice {
  const taking = hosts.filter(({ candidate, standing }) => standing !== 'withheld' && candidate.weight > 0);
  const well = taking.filter(({ standing }) => standing === 'ready');
  const ejected = taking.filter(({ standing }) => standing === 'ejected');
  const panic = isPanic({ all: taking.length, well: well.length, ejected: ejected.length }, panicShare);
  return { candidates: (panic ? [...well, ...ejected] : well).map(({ candidate }) => candidate), panic };
}

/** Whether a panic is on among hosts of which nothing but the number is known; those that are withheld or have no weight do not count. */
export function isPanic({ all, well, ejected }: { all: number; well: number; ejected: number }, panicShare: number): boolean {
  return ejected > 0 && (well === 0 || well / all < panicShare);
}
