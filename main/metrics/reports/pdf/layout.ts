/** A report on paper: the same figures, charts and tables as the page, in vectors. */
import { formatExact, formatWhole } from '#shared/lib/format.ts';
import { drawn, HEIGHT, WIDTH } from '../chart.ts';
import { LIGHT } from '../formats/palette.ts';
import { hasNames, type Report, type ReportChart, type ReportFigure, type ReportPart, type ReportTable } from '../report.ts';
import { documentOf, Page, PAGE, rgb } from './document.ts';
import { widthOf, wrapped, type Font } from './fonts.ts';

const MARGIN = 48;
const INNER = PAGE.width - 2 * MARGIN;
const BOTTOM = PAGE.height - 56;
/** A heading with its line. */
const HEADING = 48;
/** A row of figures, and how many stand in it. */
const FIGURES = 44;
const ACROSS = 3;
/** Between two columns. */
const GAP = 24;
const QUIET = rgb('#555d66');
const TEXT = rgb('#1c2024');
const LINE = rgb('#d5d9de');
const COLOURS = LIGHT.map(rgb);
const colourOf = (place: number) => COLOURS[place % COLOURS.length] ?? TEXT;

export function pdfOf(report: Report): Buffer {
  const paper = new Paper();
  paper.paragraph(report.title, { size: 20, font: 'bold', gap: 6 });
  const where = report.repository === null ? '' : `, repository ${report.repository}`;
  paper.paragraph(
    `${formatExact(report.from, report.timeZone)} to ${formatExact(report.to, report.timeZone)} (${report.timeZone})${where}. Made ${formatExact(report.madeAt, report.timeZone)} by Automatic Claude Code.`,
    {
      colour: QUIET,
      gap: 4,
    },
  );
  if (report.note !== '') paper.paragraph(report.note, { font: 'bold', gap: 4 });
  for (const part of report.parts) paper.part(part);
  return paper.bytes(report);
}

type Look = { readonly size?: number; readonly font?: Font; readonly colour?: readonly [number, number, number]; readonly gap?: number };

class Paper {
  readonly #pages: Page[] = [];
  #page = new Page();
  #y = MARGIN;

  constructor() {
    this.#pages.push(this.#page);
  }

  part({ title, figures, charts, tables, notes, hasData }: ReportPart): void {
    // A heading stays with the first thing below it.
    this.#room(
      HEADING + (!hasData ? 20 : figures.length > 0 ? FIGURES * Math.ceil(figures.length / ACROSS) : charts.length > 0 ? 30 + (HEIGHT * INNER) / WIDTH : 50),
    );
    this.#y += 14;
    this.#page.line(
      [
        [MARGIN, this.#y],
        [PAGE.width - MARGIN, this.#y],
      ],
      LINE,
      0.75,
    );
    this.#y += 8;
    this.paragraph(title, { size: 14, font: 'bold', gap: 6 });
    if (!hasData) return this.paragraph('Not enough data in this period.', {});
    this.#figures(figures);
    for (const chart of charts) this.#chart(chart);
    for (const table of tables) this.#table(table);
    for (const note of notes) this.paragraph(note, { gap: 3 });
  }

  paragraph(text: string, { size = 10, font = 'plain', colour = TEXT, gap = 2 }: Look): void {
    for (const line of wrapped(text, INNER, size, font)) {
      this.#room(size * 1.35);
      this.#page.text(line, MARGIN, this.#y + size, { size, font, colour });
      this.#y += size * 1.35;
    }
    this.#y += gap;
  }

  /** The whole, with a number on each page. */
  bytes({ title, madeAt }: Report): Buffer {
    this.#pages.forEach((page, i) => {
      const foot = `${i + 1} of ${this.#pages.length}`;
      page.text(foot, PAGE.width - MARGIN - widthOf(foot, 8), PAGE.height - 30, { size: 8, colour: QUIET });
      page.text(wrapped(title, INNER - 80, 8)[0] ?? '', MARGIN, PAGE.height - 30, { size: 8, colour: QUIET });
    });
    return documentOf(this.#pages, { title, madeAt });
  }

  /** Goes to a new page when there is not so much left of this one. @returns true when it did */
  #room(height: number): boolean {
    if (this.#y + height <= BOTTOM) return false;
    this.#page = new Page();
    this.#pages.push(this.#page);
    this.#y = MARGIN;
    return true;
  }

  #figures(figures: readonly ReportFigure[]): void {
    const width = INNER / ACROSS;
    for (let at = 0; at < figures.length; at += ACROSS) {
      this.#room(FIGURES);
      figures.slice(at, at + ACROSS).forEach(({ title, text, value, n, minimum, change }, i) => {
        const x = MARGIN + i * width;
        const need = value === null && minimum > n ? `, needs ${minimum}` : '';
        const more = `n = ${formatWhole(n)}${need}${change === '' ? '' : `; ${change} against before`}`;
        this.#page.text(clipped(title, width - 8, 8), x, this.#y + 9, { size: 8, colour: QUIET });
        this.#page.text(clipped(text, width - 8, 13), x, this.#y + 24, value === null ? { size: 10, colour: QUIET } : { size: 13, font: 'bold', colour: TEXT });
        this.#page.text(clipped(more, width - 8, 7.5), x, this.#y + 35, { size: 7.5, colour: QUIET });
      });
      this.#y += FIGURES;
    }
  }

  #chart(chart: ReportChart): void {
    const scale = INNER / WIDTH;
    const legend = hasNames(chart) ? 14 * Math.ceil(chart.lines.length / 4) : 0;
    this.#room(24 + HEIGHT * scale + legend);
    this.paragraph(chart.title, { font: 'bold', gap: 2 });
    const top = this.#y;
    const place = (x: number, y: number): [number, number] => [MARGIN + x * scale, top + y * scale];
    for (const mark of drawn(chart)) {
      if (mark.kind === 'text') {
        const wide = widthOf(mark.text, 7);
        const [x, y] = place(mark.x, mark.y);
        this.#page.text(mark.text, x - (mark.anchor === 'end' ? wide : mark.anchor === 'middle' ? wide / 2 : 0), y, { size: 7, colour: QUIET });
      } else if (mark.kind === 'dot') {
        const [x, y] = place(mark.x, mark.y);
        this.#page.rectangle(x - 1.4, y - 1.4, 2.8, 2.8, colourOf(typeof mark.ink === 'number' ? mark.ink : 0));
      } else {
        const isAxis = typeof mark.ink !== 'number';
        this.#page.line(
          mark.points.map(([x, y]) => place(x, y)),
          typeof mark.ink === 'number' ? colourOf(mark.ink) : LINE,
          isAxis ? 0.5 : 1.1,
        );
      }
    }
    this.#y += HEIGHT * scale + 4;
    if (legend > 0) this.#legend(chart);
    this.#y += 6;
  }

  #legend({ lines }: ReportChart): void {
    const width = INNER / 4;
    lines.forEach(({ name }, i) => {
      const x = MARGIN + (i % 4) * width;
      const y = this.#y + 14 * Math.floor(i / 4);
      this.#page.rectangle(x, y + 4, 10, 2, colourOf(i));
      this.#page.text(clipped(name, width - 20, 8), x + 14, y + 8, { size: 8, colour: TEXT });
    });
    this.#y += 14 * Math.ceil(lines.length / 4);
  }

  #table({ title, columns, rows, dropped }: ReportTable): void {
    this.#room(50);
    this.paragraph(title, { font: 'bold', gap: 2 });
    const widths = columnWidths(
      columns,
      rows.map((row) => row.map(({ text }) => text)),
    );
    const isNumber = columns.map((_, i) => rows.some((row) => row[i]?.value !== undefined && !isTime(row[i].value)));
    const head = cellsOf(columns, widths);
    this.#row(head, widths, isNumber, QUIET);
    for (const row of rows) {
      const cells = cellsOf(
        row.map(({ text }) => text),
        widths,
      );
      // On the next page the columns are named again.
      if (this.#room(heightOf(cells))) this.#row(head, widths, isNumber, QUIET);
      this.#row(cells, widths, isNumber, TEXT);
    }
    if (dropped > 0) this.paragraph(`${dropped} smaller ones are left out.`, { size: 8, colour: QUIET });
    this.#y += 6;
  }

  #row(cells: readonly (readonly string[])[], widths: readonly number[], isNumber: readonly boolean[], colour: readonly [number, number, number]): void {
    let x = MARGIN;
    cells.forEach((cell, i) => {
      const width = widths[i] ?? 0;
      const place = (text: string): number => (isNumber[i] === true ? x + width - GAP - widthOf(text, 8) : x);
      cell.forEach((text, line) => this.#page.text(text, place(text), this.#y + 9 + line * 10, { size: 8, colour }));
      x += width;
    });
    this.#y += heightOf(cells);
    this.#page.line(
      [
        [MARGIN, this.#y - 1],
        [x - GAP, this.#y - 1],
      ],
      LINE,
      0.4,
    );
  }
}

/** Moments are numbers too, and read as text. */
const isTime = (value: number): boolean => value > 1e11;
/** Each cell in lines that fit its column. */
const cellsOf = (texts: readonly string[], widths: readonly number[]): string[][] =>
  texts.map((text, i) => wrapped(text, (widths[i] ?? 0) - GAP, 8).slice(0, 6));
const heightOf = (cells: readonly (readonly string[])[]): number => Math.max(...cells.map(({ length }) => length)) * 10 + 4;

/** As wide as what is in them, as far as the paper goes. */
function columnWidths(columns: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const wanted = columns.map((name, i) => Math.min(220, GAP + 1 + Math.max(...[name, ...rows.map((row) => row[i] ?? '')].map((text) => widthOf(text, 8)))));
  const sum = wanted.reduce((all, width) => all + width, 0);
  // The last gap hangs over the margin.
  const most = INNER + GAP;
  return sum <= most ? wanted : wanted.map((width) => (width * most) / sum);
}

function clipped(text: string, most: number, size: number): string {
  if (widthOf(text, size) <= most) return text;
  let end = text.length;
  while (end > 0 && widthOf(`${text.slice(0, end)}…`, size) > most) end--;
  return `${text.slice(0, end)}…`;
}
