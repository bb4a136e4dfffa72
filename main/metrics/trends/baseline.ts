/** Has a series become better or worse than it was in a stretch of reference (last week, before a deployment)? */
import { compare } from './compare.ts';
import { tidy, type Point } from './grid.ts';
import { at, median } from './numbers.ts';
import { shiftSentence, type SeriesUnit } from './sentences.ts';

export type Regression = {
  /** Medians, and the shift between the stretches (Hodges–Lehmann), in the series' unit. */
  before: number;
  after: number;
  shift: number;
  /** Chance of so clear a difference when nothing had changed. */
  p: number;
  verdict: 'better' | 'worse' | 'changed' | 'same';
  sentence: string;
};

const MOST = 500;
const CLEAR = 0.01;

/**
 * Takes every so-maniest value of long stretches. Null: fewer than eight values on a side ("not enough data").
 * @param better which direction is good, from the catalogue
 * @param unit of the values, for the sentence
 */
export function compareToBaseline(
  baseline: readonly Point[],
  current: readonly Point[],
  better: 'more' | 'less' | null,
  unit: SeriesUnit = null,
): Regression | null {
  const before = thin(tidy(baseline).values);
  const after = thin(tidy(current).values);
  if (before.length < 8 || after.length < 8) return null;
  const test = compare(before, after);
  if (!test) return null;
  const isClear = test.p < CLEAR && test.shift !== 0;
  const isGood = better === null ? null : test.shift > 0 === (better === 'more');
  const verdict = !isClear ? 'same' : isGood === null ? 'changed' : isGood ? 'better' : 'worse';
  const low = median(before);
  const high = median(after);
  const sentence = shiftSentence(unit, low, high, test.shift, isClear);
  return { before: low, after: high, shift: test.shift, p: test.p, verdict, sentence };
}

function thin(values: Float64Array): Float64Array {
  const every = Math.ceil(values.length / MOST);
  return Float64Array.from({ length: Math.ceil(values.length / every) || 0 }, (_, i) => at(values, i * every));
}
