/** The trend engine: `analyse` says everything of stored points, `createScorer` scores a stream as it comes, `compareToBaseline` finds regressions. Pure; no I/O. */
export { analyse, type AnalyseOptions } from './analyse.ts';
export { Incidents } from './anomalies.ts';
export { compareToBaseline, type Regression } from './baseline.ts';
export type { Point } from './grid.ts';
export { createScorer, type Scorer } from './scoring/scorer.ts';
