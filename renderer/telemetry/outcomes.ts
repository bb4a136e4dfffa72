/** What became of the points that came to a host, in words. Pure. */
import type { Answer } from '#shared/domain/query.ts';

export type Outcomes = {
  readonly taken: number;
  /** Left out on purpose: they count already. */
  readonly known: readonly (readonly [why: string, n: number])[];
  readonly refused: readonly (readonly [why: string, n: number])[];
};

const KNOWN: Readonly<Record<string, string>> = {
  'own session': 'of sessions the app runs, measured by what they say themselves',
  'sent again': 'sent a second time',
};

/** @param answer to the question for `telemetry_points` by `outcome` */
export function outcomesOf({ series }: Pick<Answer, 'series'>): Outcomes {
  const all = series.flatMap(({ tags, total }): [string, number][] =>
    total.value === null || total.value === 0 ? [] : [[tags['outcome'] ?? '', total.value]],
  );
  return {
    taken: all.find(([outcome]) => outcome === 'taken')?.[1] ?? 0,
    known: all.flatMap(([outcome, n]) => (KNOWN[outcome] === undefined ? [] : [[KNOWN[outcome], n] as const])),
    refused: all.filter(([outcome]) => outcome !== 'taken' && KNOWN[outcome] === undefined),
  };
}
