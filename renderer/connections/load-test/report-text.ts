/** How a load test is said in words, and two of them against each other. Pure. */
import type { Kpi, LoadReport } from '#shared/domain/load-test.ts';
import { formatChange, formatCount } from '#shared/lib/format.ts';
import type { Tone } from '../../components/tone.ts';
import { formatMs } from '../words.ts';

/** State in a word: what became of it, and whether it holds the goals. */
export function reportWord({ status, passed, progress }: LoadReport): { word: string; tone: Tone } {
  switch (status) {
    case 'running':
      return { word: `running, ${Math.floor(progress * 100)} %`, tone: 'run' };
    case 'done':
      return passed === null ? { word: 'no goals', tone: 'off' } : passed ? { word: 'passed', tone: 'ok' } : { word: 'failed', tone: 'bad' };
    case 'cancelled':
      return { word: 'cancelled', tone: 'off' };
    case 'failed':
      return { word: 'did not run', tone: 'bad' };
    case 'interrupted':
      return { word: 'interrupted', tone: 'wait' };
  }
}

/** `12 of 12 goals hold`; empty before there are any. */
export const goalsText = ({ kpis }: LoadReport): string =>
  kpis.length === 0 ? '' : `${kpis.filter((kpi) => kpi.holds).length} of ${kpis.length} ${kpis.length === 1 ? 'goal holds' : 'goals hold'}`;

export const optionsText = ({ options }: LoadReport): string =>
  `${formatCount(options.clients)} ${options.clients === 1 ? 'client' : 'clients'}, ${options.seconds} s, ${formatCount(options.sessions)} ${options.sessions === 1 ? 'session' : 'sessions'}`;

/** A value of a goal in its unit. */
export function kpiValue(value: number | null, unit: string): string {
  if (value === null) return 'not measured';
  if (unit === 'ms') return formatMs(value);
  const text = Number.isInteger(value) || Math.abs(value) >= 1000 ? formatCount(Math.round(value)) : value.toFixed(2);
  return unit === '' ? text : `${text} ${unit}`;
}

export const goalText = ({ op, goal, unit }: Kpi): string => `${op === '<=' ? '≤' : '≥'} ${kpiValue(goal, unit)}`;

export type ComparedKpi = {
  readonly name: string;
  readonly goal: string;
  readonly before: Kpi | null;
  readonly after: Kpi | null;
  /** Signed difference; empty when it cannot be said or is nothing. */
  readonly change: string;
  /** Whether the change is for the better; null when there is none. */
  readonly better: boolean | null;
};

/** The goals of two runs beside each other, in the order of the later one; a goal that only one has stays. */
export function compareReports(before: LoadReport, after: LoadReport): ComparedKpi[] {
  const names = [...new Set([...after.kpis, ...before.kpis].map((kpi) => kpi.name))];
  return names.map((name) => {
    const [was, is] = [before, after].map((report) => report.kpis.find((kpi) => kpi.name === name) ?? null);
    const shown = is ?? was ?? null;
    const difference = was?.value !== undefined && was.value !== null && is?.value !== undefined && is.value !== null ? is.value - was.value : null;
    const change = difference === null || !shown ? '' : formatChange(difference, (size) => kpiValue(size, shown.unit));
    return {
      name,
      goal: shown ? goalText(shown) : '',
      before: was ?? null,
      after: is ?? null,
      change,
      better: change === '' || difference === null || !shown ? null : shown.op === '<=' ? difference < 0 : difference > 0,
    };
  });
}
