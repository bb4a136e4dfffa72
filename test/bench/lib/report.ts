/** Where results go: a table on the terminal, a JSON file per benchmark, and one page in docs made from all of them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Report, type Bench, type Figure } from './figure.ts';

const results = path.resolve(import.meta.dirname, '../results');
const page = path.resolve(import.meta.dirname, '../../../docs/benchmarks.md');

export function save(bench: Bench, figures: readonly Figure[]): void {
  const report: Report = {
    name: bench.name,
    title: bench.title,
    at: new Date().toISOString(),
    machine: {
      cores: os.availableParallelism(),
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      cpu: os.cpus()[0]?.model ?? 'unknown',
      platform: `${os.platform()} ${os.arch()}`,
      node: process.version,
      scheduling: scheduling(),
    },
    figures: [...figures],
  };
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${bench.name}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

/** A machine that others use too is kept quiet by `chrt -r 1 npm run bench`: ours and peers alike then run before everything else. */
function scheduling(): Report['machine']['scheduling'] {
  if (process.platform !== 'linux') return 'normal';
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The 41st field is the policy: 1 and 2 are the real-time ones.
  return ['1', '2'].includes(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38] ?? '') ? 'real-time' : 'normal';
}

/** Makes docs/benchmarks.md from every result there is. */
export function writePage(): void {
  const reports = readdirSync(results)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => Report.parse(JSON.parse(readFileSync(path.join(results, file), 'utf8'))));
  const parts = reports.map(({ title, name, at, machine, figures }) => {
    const where = `${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}, ${machine.scheduling} scheduling, ${at.slice(0, 10)}`;
    return `## ${title}\n\n\`npm run bench ${name}\`: ${where}\n\n${markdown(figures)}\n`;
  });
  const head =
    '# Benchmarks\n\nMade by `npm run bench`. Ratios are ours to the peer in the same run; figures without a peer stand alone. Absolute times depend on the machine. Real-time scheduling: run under `chrt -r 1` on a machine that others used at the same time, so that ours and peers alike ran before them.\n';
  writeFileSync(page, `${head}\n${parts.join('\n')}`);
}

const header = ['figure', 'ours', 'peer', 'ratio', 'goal', 'holds', 'n'];

function cells(figure: Figure): string[] {
  const peer = figure.peer === null ? 'none' : `${short(figure.peer)} ${figure.unit} (${figure.peerName} ${figure.peerVersion})`;
  return [
    figure.figure,
    `${short(figure.ours)} ${figure.unit}`,
    peer,
    figure.ratio === null ? 'none' : short(figure.ratio),
    figure.goal,
    figure.holds ? 'yes' : 'no',
    String(figure.n),
  ];
}

/** Columns are padded as the formatter would do it. */
function markdown(figures: readonly Figure[]): string {
  const rows = [header, ...figures.map(cells)];
  const widths = header.map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (values: readonly string[], fill: string): string => `| ${widths.map((width, i) => (values[i] ?? '').padEnd(width, fill)).join(' | ')} |`;
  return [line(header, ' '), line([], '-'), ...figures.map((figure) => line(cells(figure), ' '))].join('\n');
}

export function printFigures(figures: readonly Figure[]): void {
  const rows = [header, ...figures.map(cells)];
  const widths = header.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

const short = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
