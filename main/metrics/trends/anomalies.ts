/** Joins scored points to incidents, each with a sentence that says what changed, when, by how much. */
import type { TrendSummary } from '#shared/domain/trend.ts';
import { median } from './numbers.ts';
import type { EvidenceKind } from './scoring/evidence.ts';

type Anomaly = TrendSummary['anomalies'][number];

export type Scored = { at: number; value: number; score: number; expected: number; reasons: readonly EvidenceKind[] };

/** Flagged points no more than this many points apart belong to one incident. */
const JOIN = 24;

/** Walks over scored points in their order and keeps what incidents need; memory grows with the incidents, not with the points. */
export class Incidents {
  readonly #threshold: number;
  readonly #most: number;
  #done: { first: Scored; peak: Scored; to: number; values: number[]; before: number }[] = [];
  #quiet = Infinity;
  readonly #recent: number[] = [];

  /** @param most incidents kept, those with the highest scores */
  constructor(threshold: number, most = 200) {
    this.#threshold = threshold;
    this.#most = most;
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
      const isLasting = reason !== undefined && /^(level|noise|stuck|long)/.test(reason);
      const actual = isLasting ? median(values) : peak.value;
      const expected = isLasting || !Number.isFinite(peak.expected) ? before : peak.expected;
      return { from: first.at, to, score: peak.score, expected, actual, sentence: sentence(reason, first.at, to, expected, actual, values.length) };
    });
  }

  #thin(): void {
    if (this.#done.length <= this.#most) return;
    const least = this.#done.map((d) => d.peak.score).sort((a, b) => b - a)[this.#most - 1] ?? 0;
    this.#done = this.#done.filter((d) => d.peak.score >= least).slice(0, this.#most);
  }
}

const when = (time: number): string => (Math.abs(time) <= 8.64e15 ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC` : String(time));

/** Four significant digits, without an exponent where a person would not use one. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2);
  return String(Number(value.toPrecision(size >= 1e4 ? 6 : 4)));
}

function change(expected: number, actual: number): string {
  const difference = actual - expected;
  const share = Math.abs(expected) > 1e-12 ? Math.abs(difference / expected) : Infinity;
  const sign = difference >= 0 ? '+' : '−';
  return share < 10 ? `${sign}${figure(Math.abs(difference))}, ${sign}${Math.round(share * 100)} %` : `${sign}${figure(Math.abs(difference))}`;
}

function sentence(reason: EvidenceKind | undefined, from: number, to: number, expected: number, actual: number, count: number): string {
  const time = to > from ? `From ${when(from)} to ${when(to)}` : `At ${when(from)}`;
  const moved = `${figure(actual)} where ${figure(expected)} was usual (${change(expected, actual)})`;
  if (reason === 'stuck') return `${time} the value did not move any more: ${figure(actual)} over ${count} values.`;
  if (reason?.startsWith('noise')) return `${time} the values became ${reason.endsWith('up') ? 'far more restless' : 'unusually calm'}: middle ${moved}.`;
  // Below what is usual for the hour and yet above the values just before: the level alone does not tell it.
  const isPlain = actual >= expected === (reason?.endsWith('up') ?? true);
  if (reason?.startsWith('level') && isPlain) return `${time} the level moved ${reason.endsWith('up') ? 'up' : 'down'}: ${moved}.`;
  if (reason?.endsWith('shape') || reason?.startsWith('level')) return `${time} the course was unlike any before: ${moved}.`;
  return `${time} the value ${actual >= expected ? 'rose' : 'fell'} ${reason?.startsWith('season') ? 'away from the same time in earlier cycles' : 'sharply'}: ${moved}.`;
}
