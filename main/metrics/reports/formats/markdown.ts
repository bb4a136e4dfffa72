/** A report as Markdown: figures and tables; a chart is told by what each of its lines came to. */
import { formatExact, formatWhole } from '#shared/lib/format.ts';
import { printValue } from '#shared/lib/units.ts';
import type { Report, ReportChart, ReportPart } from '../report.ts';

const cell = (text: string): string => text.replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll(/\s+/g, ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row, i) => `| ${row.map((text) => (i === 1 ? text : cell(text))).join(' | ')} |`).join('\n');

export function markdownOf(report: Report): string {
  const about = `${formatExact(report.from, report.timeZone)} to ${formatExact(report.to, report.timeZone)} (${report.timeZone})${report.repository === null ? '' : `, repository ${report.repository}`}. Made ${formatExact(report.madeAt, report.timeZone)}.`;
  const note = report.note === '' ? [] : [`> ${cell(report.note)}`];
  return `${[`# ${cell(report.title)}`, cell(about), ...note, ...report.parts.flatMap(partOf)].join('\n\n')}\n`;
}

function partOf({ title, figures, charts, tables, notes, hasData }: ReportPart): string[] {
  if (!hasData) return [`## ${cell(title)}`, 'Not enough data in this period.'];
  const rows = figures.map((figure) => [figure.title, figure.text, formatWhole(figure.n), figure.change]);
  return [
    `## ${cell(title)}`,
    ...(rows.length === 0 ? [] : [table(['', 'Value', 'n', 'Against the period before'], rows)]),
    ...charts.flatMap((chart) => [`### ${cell(chart.title)}`, chartOf(chart)]),
    ...tables.flatMap((one) => [
      `### ${cell(one.title)}`,
      table(
        one.columns,
        one.rows.map((row) => row.map(({ text }) => text)),
      ),
    ]),
    ...notes.map(cell),
  ];
}

function chartOf({ lines, unit }: ReportChart): string {
  const rows = lines.map(({ name, points }) => {
    const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
    const print = (value: number | undefined): string => (value === undefined ? '' : printValue(unit, value));
    return [name, print(values[0]), print(Math.min(...values)), print(Math.max(...values)), print(values.at(-1))];
  });
  return table(['', 'First', 'Lowest', 'Highest', 'Last'], rows);
}
