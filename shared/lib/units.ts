/** Values of metrics as people read them, by unit: on the screen, in alerts and in reports alike. Pure. */
import type { CatalogueEntry, Unit } from '../domain/metric.ts';
import type { Aggregate } from '../domain/query.ts';
import { formatBytes, formatChange, formatCount, formatMoney, formatShort } from './format.ts';

/** A count that may be part of one: `3`, `0.42`, `12.3k`. */
function printCount(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return formatCount(value);
  const digits = size >= 10 ? 1 : size >= 0.1 ? 2 : size >= 0.001 ? 4 : 6;
  return value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** Money that may be far below a cent, as a rate is. */
const printMoney = (usd: number): string => (usd !== 0 && Math.abs(usd) < 0.1 ? `${usd < 0 ? '−' : ''}$${Math.abs(usd).toPrecision(2)}` : formatMoney(usd));

function printTime(ms: number): string {
  if (ms < 0) return `−${printTime(-ms)}`;
  if (ms > 0 && ms < 10) return `${printCount(ms)} ms`;
  // A latency of 149 ms is not one of 0.1 s.
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 3_600_000) return formatShort(ms);
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/** A value with its unit where that is not said elsewhere: `412k`, `$0.61`, `38 ms`, `72 %`, `3.1/s`. */
export function printValue(unit: Unit, value: number): string {
  switch (unit) {
    case 'count':
    case 'tokens':
      return printCount(value);
    case 'usd':
      return printMoney(value);
    case 'ms':
      return printTime(value);
    case 'bytes':
      return value < 0 ? `−${formatBytes(-value)}` : formatBytes(value);
    case 'ratio':
      return `${printCount(Math.round(value * 1000) / 10)} %`;
    case 'percent':
      return `${printCount(Math.round(value * 10) / 10)} %`;
    case 'per-second':
      return `${printCount(value)}/s`;
  }
}

/** Words of a unit, where the value does not carry it; empty when it does. */
export const unitWord: Readonly<Record<Unit, string>> = { count: '', tokens: 'tokens', usd: '', ms: '', bytes: '', ratio: '', percent: '', 'per-second': '' };

/** A value as a sentence says it: `412k tokens`, `$0.61`. */
export const tellValue = (unit: Unit, value: number): string => `${printValue(unit, value)} ${unitWord[unit]}`.trimEnd();

/** The unit of what is asked of a metric. */
export const unitOfAsked = (unit: Unit, aggregate: Aggregate | undefined): Unit =>
  aggregate === 'count' ? 'count' : aggregate === 'rate' ? 'per-second' : unit;

export const aggregateNames: Readonly<Record<Aggregate, string>> = {
  sum: 'Sum',
  rate: 'Rate a second',
  count: 'Number of values',
  avg: 'Average',
  min: 'Lowest',
  max: 'Highest',
  last: 'Last',
  p50: 'Median',
  p95: '95th percentile',
  p99: '99th percentile',
};

/** What can be asked of a kind of metric, the usual first. A derived one is asked as it is. */
export function aggregatesOf(entry: Pick<CatalogueEntry, 'kind' | 'formula'>): readonly Aggregate[] {
  if (entry.formula !== null) return [];
  if (entry.kind === 'counter') return ['sum', 'rate', 'count'];
  return entry.kind === 'gauge' ? ['avg', 'min', 'max', 'last', 'count'] : ['p95', 'p50', 'p99', 'avg', 'min', 'max', 'count', 'sum'];
}

/** Larger units of those that have some, the smallest first: a word and how many of the unit it is. */
const scales: Partial<Readonly<Record<Unit, readonly (readonly [word: string, size: number])[]>>> = {
  bytes: [
    [' B', 1],
    [' kB', 1e3],
    [' MB', 1e6],
    [' GB', 1e9],
  ],
  ms: [
    [' ms', 1],
    [' s', 1000],
    [' min', 60_000],
    [' h', 3_600_000],
  ],
  ratio: [[' %', 0.01]],
  percent: [[' %', 1]],
  'per-second': [['/s', 1]],
};
const COUNTS = [
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
] as const;

/** Prints the values of an axis so that no two of them read the same: with as many digits as their distance needs. */
export function axisPrinter(unit: Unit, ticks: readonly number[]): (value: number) => string {
  const plain = (value: number): string => printValue(unit, value);
  const isApart = (print: (value: number) => string): boolean => new Set(ticks.map(print)).size === ticks.length;
  if (isApart(plain)) return plain;
  const most = Math.max(...ticks.map(Math.abs));
  const [word, size] = (scales[unit] ?? COUNTS).findLast(([, each]) => most >= each) ?? ['', 1];
  const fine =
    (digits: number) =>
    (value: number): string =>
      `${value < 0 ? '−' : ''}${unit === 'usd' ? '$' : ''}${(Math.abs(value) / size).toFixed(digits)}${word}`;
  // Not only apart, but where they stand: half a step beside its line would be another value.
  const gap = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0));
  const isTrue = (some: number): boolean => ticks.every((tick) => Math.abs(Number((tick / size).toFixed(some)) * size - tick) <= gap / 50);
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((some) => isTrue(some) && isApart(fine(some))) ?? 9;
  return fine(digits);
}

/** A difference between two periods, of shares in percentage points: its text and whether it is for the better; null when either is not known. */
export function printDifference(
  unit: Unit,
  now: number | null,
  before: number | null,
  better: CatalogueEntry['better'],
): { text: string; good: boolean | null } | null {
  if (now === null || before === null) return null;
  const text = formatChange(now - before, (size) =>
    unit === 'ratio' || unit === 'percent' ? printValue(unit, size).replace('%', 'pp') : printValue(unit, size),
  );
  if (text === '') return { text: 'no change', good: null };
  return { text, good: better === null ? null : now > before === (better === 'more') };
}

/** Round values for an axis from `low` to `high`, about `most` of them; includes both ends of the range it covers. */
export function valueTicks(unit: Unit, low: number, high: number, most = 5): number[] {
  if (!(high > low)) return high === low && low !== 0 ? valueTicks(unit, Math.min(0, low), Math.max(0, high), most) : [0, 1];
  const rough = (high - low) / Math.max(1, most - 1);
  const tens = 10 ** Math.floor(Math.log10(rough));
  const steps =
    unit === 'ms' && rough > 60_000 ? [60_000, 300_000, 900_000, 3_600_000, 10_800_000, 43_200_000, 86_400_000] : [1, 2, 2.5, 5, 10].map((m) => m * tens);
  // There is no half a session: whole counts have whole values on their axis.
  const isWhole = (unit === 'count' || unit === 'tokens') && Number.isInteger(low) && Number.isInteger(high);
  const step = steps.find((one) => one >= rough && (!isWhole || Number.isInteger(one))) ?? steps.at(-1) ?? rough;
  const ticks: number[] = [];
  const begin = Math.floor(low / step);
  const end = Math.ceil(high / step - 1e-9);
  for (let i = begin; i <= end && ticks.length < 40; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}
