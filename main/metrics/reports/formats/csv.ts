/** A report as CSV: one value a line, whole numbers as they are stored, times in UTC. */
import type { Report } from '../report.ts';

type Cell = string | number | null;
const HEAD = ['section', 'title', 'kind', 'group', 'at', 'value', 'unit', 'n'];

export function csvOf(report: Report): string {
  const rows: Cell[][] = [HEAD];
  for (const { title: section, figures, charts, tables, notes, hasData } of report.parts) {
    if (!hasData) rows.push([section, '', 'note', '', '', 'not enough data', '', 0]);
    for (const { title, value, unit, n } of figures) rows.push([section, title, 'figure', '', '', value ?? 'not enough data', unit, n]);
    for (const { title, unit, lines } of charts) {
      for (const { name, points } of lines)
        for (const [at, value] of points) if (value !== null) rows.push([section, title, 'point', name, iso(at), value, unit, null]);
    }
    for (const { title, rows: body, columns } of tables) {
      for (const row of body)
        rows.push([
          section,
          title,
          'row',
          row.map(({ text }, i) => `${columns[i] ?? ''}: ${text}`).join('; '),
          '',
          row.at(-2)?.value ?? row.at(-2)?.text ?? '',
          '',
          row.at(-1)?.value ?? null,
        ]);
    }
    for (const note of notes) rows.push([section, '', 'note', '', '', note, '', null]);
  }
  return `${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Text that a spreadsheet would take for a formula begins with an apostrophe there. */
function cellOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
