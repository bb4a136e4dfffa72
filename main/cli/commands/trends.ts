/** `acc trends FILE.csv`: what the trend engine says of a file of `timestamp,value`: a score for every row, then the summary. Needs no core. */
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { RowReader } from '#metrics/trends/csv.ts';
import { analyse, createScorer, Incidents, type Point } from '#metrics/trends/index.ts';
import type { TrendSummary } from '#shared/domain/trend.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson } from '../output.ts';

/** Rows that are kept for the summary: 2 million points of a series. */
const MOST_ROWS = 2_000_000;
const THRESHOLD = 0.5;

export async function trends(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' }, data: { type: 'string' } }, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('trends needs one file: acc trends FILE.csv');
  const isJson = values.json === true;
  const points: Point[] = [];
  const scorer = createScorer();
  const incidents = new Incidents(THRESHOLD);
  const reader = new RowReader();
  const source = file === '-' ? process.stdin : createReadStream(file);
  let rows = 0;
  let lines: string[] = [];
  try {
    // readline does not pass on what its source fails with.
    const failed = once(source, 'error').then(([error]) => Promise.reject(error));
    failed.catch(() => undefined);
    if (file !== '-') await Promise.race([once(source, 'open'), failed]);
    for await (const line of createInterface({ input: source, crlfDelay: Infinity })) {
      const row = reader.read(line);
      if (!row) continue;
      if (++rows > MOST_ROWS) throw tooLong();
      const score = row.value === null ? 0 : scorer.next(row.at, row.value);
      if (row.value !== null && !Number.isNaN(row.at)) {
        points.push([row.at, row.value]);
        incidents.add({ at: row.at, value: row.value, score, expected: scorer.expected, reasons: score >= THRESHOLD ? scorer.reasons : [] });
      }
      if (!isJson) continue;
      lines.push(JSON.stringify({ timestamp: row.timestamp, value: row.value, score: Number(score.toFixed(6)) }));
      if (lines.length === 500) {
        await write(lines);
        lines = [];
      }
    }
  } catch (error) {
    throw error instanceof FaultError ? error : unreadable(file, error);
  }
  await write(lines);
  const summary = analyse(points, { incidents });
  if (isJson) printJson({ summary: { rows, ...summary } });
  else show(summary, rows);
  return Exit.ok;
}

async function write(lines: readonly string[]): Promise<void> {
  if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}

const tooLong = (): FaultError =>
  new FaultError({
    code: 'SERIES_TOO_LONG',
    message: `The file has more than ${MOST_ROWS.toLocaleString('en-US')} rows.`,
    fix: 'Split it, or take every so-maniest row.',
  });

function unreadable(file: string, error: unknown): FaultError {
  const why = error instanceof Error ? error.message : String(error);
  return new FaultError({
    code: 'SERIES_UNREADABLE',
    message: `The file ${plain(file)} could not be read.`,
    why,
    fix: 'Give the path of a CSV file with a timestamp and a value in each row.',
  });
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const time = (at: number): string => (Math.abs(at) <= 8.64e15 ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC` : String(at));

function show(summary: TrendSummary, rows: number): void {
  print(
    `${rows} rows, ${summary.n} moments with a value${summary.from === null || summary.to === null ? '' : `, ${time(summary.from)} to ${time(summary.to)}`}`,
  );
  const { slope, season } = summary;
  if (!slope) print('Trend      not enough data');
  else {
    const verdict = slope.p >= 0.05 ? 'no clear trend' : slope.perDay > 0 ? 'rising' : 'falling';
    print(
      `Trend      ${verdict}: ${number(slope.perDay)} a day (95 %: ${number(slope.low)} to ${number(slope.high)}; p ${number(slope.p)}; R² ${number(slope.r2)})`,
    );
  }
  print(`Season     ${season ? `${number(season.periodMs / 3_600_000)} h, strength ${number(season.strength)}` : 'none found'}`);
  const last = summary.forecast.at(-1);
  if (last) print(`Forecast   ${number(last.value)} (${number(last.low)} to ${number(last.high)}) at ${time(last.at)}`);
  for (const change of summary.changePoints) print(`Change     ${time(change.at)}: level from ${number(change.before)} to ${number(change.after)}`);
  for (const anomaly of summary.anomalies) print(`Anomaly    ${anomaly.score.toFixed(2)}  ${anomaly.sentence}`);
  if (summary.anomalies.length === 0) print('Anomalies  none');
}
