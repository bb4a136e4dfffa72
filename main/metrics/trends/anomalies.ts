/** Joins scored points to incidents, each with a sentence that says what changed, when, by how much. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import { median } from './numbers.ts';
import type { EvidenceKind } from './scoring/evidence.ts';
import { anomalySentence, type SeriesWords } from './sentences.ts';

type Anomaly = TrendSummary['anomalies'][number];

export type Scored = { at: number; value: number; score: number; expected: number; reasons: readonly EvidenceKind[] };

/** Flagged points no more than this many points apart belong to one incident. */
const JOIN = 24;

/** Walks over scored points in their order and keeps what incidents need; memory grows with the incidents, not with the points. */
export class Incidents {
  readonly #threshold: number;
  readonly #most: number;
  readonly #words: SeriesWords;
  #done: { first: Scored; peak: Scored; to: number; values: number[]; before: number }[] = [];
  #quiet = Infinity;
  readonly #recent: number[] = [];

  /** @param most incidents kept, those with the highest scores. @param words for the sentences */
  constructor(threshold: number, most = 200, words: SeriesWords = { unit: null }) {
    this.#threshold = threshold;
    this.#most = most;
    this.#words = words;
  }

  add(point: Scored): void {
    const current = this.#done.at(-1);
    this.#quiet++;
    if (point.score >= this.#threshold) {
      if (current && this.#quiet <= JOIN) {
        current.to = point.at;
        if (point.score > current.peak.score) current.peak = point;
      } else {
        if (this.#done.length > 2 * this.#most) this.#thin();
        this.#done.push({ first: point, peak: point, to: point.at, values: [], before: this.#recent.length > 0 ? median(this.#recent) : point.value });
      }
      this.#quiet = 0;
    }
    const open = this.#done.at(-1);
    if (open && this.#quiet <= JOIN && open.values.length < 500) open.values.push(point.value);
    if (this.#quiet > JOIN) {
      this.#recent.push(point.value);
      if (this.#recent.length > 50) this.#recent.shift();
    }
  }

  /** The incidents in the order of time. */
  list(): Anomaly[] {
    this.#thin();
    return this.#done.map(({ first, peak, to, values, before }) => {
      const reason = peak.reasons[0] ?? first.reasons[0];
      const isLasting = reason !== undefined && /^(level|noise|calm|stuck|long)/.test(reason);
      const actual = isLasting ? median(values) : peak.value;
      const expected = isLasting || !Number.isFinite(peak.expected) ? before : peak.expected;
      const told = { reason, from: first.at, to, expected, actual, count: values.length };
      return { from: first.at, to, score: peak.score, expected, actual, sentence: anomalySentence(this.#words, told) };
    });
  }

  #thin(): void {
    if (this.#done.length <= this.#most) return;
    const least = this.#done.map((d) => d.peak.score).sort((a, b) => b - a)[this.#most - 1] ?? 0;
    this.#done = this.#done.filter((d) => d.peak.score >= least).slice(0, this.#most);
  }
}
