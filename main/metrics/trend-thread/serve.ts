/** The trend thread: summaries of series, and scores of a file's rows. */
import type { MessagePort } from 'node:worker_threads';
import { faultOf } from '#shared/lib/fault.ts';
import { compareToBaseline, analyse, createScorer, Incidents, type Point } from '../trends/index.ts';
import { RowReader } from '../trends/csv.ts';
import type { FromThread } from '../storage/messages.ts';
import { shiftInterval } from './shift.ts';
import { ToTrends, type Analysed, type Scored, type TrendWork } from './work.ts';

/** Score from which a point belongs to an anomaly. */
const THRESHOLD = 0.5;

/** Serves a port until its thread ends. */
export function serveTrends(port: MessagePort): void {
  port.on('message', (message: unknown) => {
    const { id, work } = ToTrends.parse(message);
    try {
      port.postMessage({ id, ok: true, value: done(work) } satisfies FromThread);
    } catch (error) {
      port.postMessage({ id, ok: false, fault: faultOf(error, 'METRICS_FAILED', 'The analytics failed.') } satisfies FromThread);
    }
  });
}

const done = (work: TrendWork): Analysed | Scored => (work.do === 'csv' ? scored(work.csv) : analysed(work));

type Analysis = Extract<TrendWork, { do: 'analyse' }>;

function analysed({ points, baseline, better, unit, zone }: Analysis): Analysed {
  return { summary: analyse(points, { words: { unit, zone } }), regression: baseline === null ? null : regressionOf(baseline, points, better, unit) };
}

function regressionOf(baseline: readonly Point[], points: readonly Point[], better: Analysis['better'], unit: Analysis['unit']): Analysed['regression'] {
  const compared = compareToBaseline(baseline, points, better, unit);
  const interval = shiftInterval(valuesOf(baseline), valuesOf(points));
  if (compared === null || interval === null) return null;
  const { shift, p, sentence } = compared;
  return { change: shift, ...interval, p, sentence };
}

const valuesOf = (points: readonly Point[]): number[] => points.flatMap(([, value]) => (value === null ? [] : [value]));

/** Each row's score comes from the rows before it alone, as `acc trends` tells it. */
function scored(csv: string): Scored {
  const reader = new RowReader();
  const scorer = createScorer();
  const incidents = new Incidents(THRESHOLD);
  const points: Scored['points'] = [];
  for (const line of csv.split(/\r?\n/)) {
    const row = reader.read(line);
    if (!row || row.value === null || Number.isNaN(row.at)) continue;
    const score = scorer.next(row.at, row.value);
    points.push({ at: row.at, value: row.value, score });
    incidents.add({ at: row.at, value: row.value, score, expected: scorer.expected, reasons: score >= THRESHOLD ? scorer.reasons : [] });
  }
  return {
    points,
    summary: analyse(
      points.map(({ at, value }): Point => [at, value]),
      { incidents },
    ),
  };
}
