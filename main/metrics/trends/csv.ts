/** Reads rows of `timestamp,value` files: with or without a header, any usual separator, moments as ISO text or as numbers since the epoch. */

export type Row = {
  /** As the file has it: a number stays a number. */
  timestamp: string | number;
  /** Milliseconds since the epoch; NaN when it cannot be read. */
  at: number;
  /** Null where the file has none, or no number. */
  value: number | null;
};

const TIMES = /^(timestamps?|date_?times?|dates?|times?|ts|ds|at|t|index)$/i;
const VALUES = /^(values?|v|y|count|metric|data|x)$/i;

/** Text of one line as its cells; quotes hold separators together, two of them are one. */
function cellsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && isQuoted && line[i + 1] === '"') cell += line[i++];
    else if (c === '"') isQuoted = !isQuoted;
    else if (c === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  cells.push(cell.trim());
  return cells;
}

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

/** Milliseconds since the epoch. Numbers: seconds, milliseconds, micro- or nanoseconds by their size. Text without a zone is UTC. NaN when it is no moment. */
export function momentOf(text: string): number {
  if (isNumber(text)) {
    const n = Number(text);
    const size = Math.abs(n);
    if (size < 1e11) return n * 1000;
    if (size < 1e14) return n;
    return size < 1e17 ? n / 1e3 : n / 1e6;
  }
  const match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!match) return text === '' ? Number.NaN : Date.parse(text);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = match;
  const base = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) + Number(`0.${fraction}`) * 1000;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  return offset ? base - (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 : base;
}

/** Reads a file line by line; knows after the first line which columns hold moments and values. */
export class RowReader {
  #separator = ',';
  #time = 0;
  #value = 1;
  #isFirst = true;
  #count = 0;

  /** The row of a line; null for a header or an empty line. */
  read(text: string): Row | null {
    const line = this.#isFirst ? text.replace(/^\uFEFF/, '') : text;
    if (line.trim() === '') return null;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (this.#settle(line)) return null;
    }
    const cells = cellsOf(line, this.#separator);
    const index = this.#count++;
    const number = cells[this.#value] ?? '';
    const value = isNumber(number) && Number.isFinite(Number(number)) ? Number(number) : null;
    // A file of values alone: their order is their time.
    if (this.#time < 0) return { timestamp: index, at: index * 1000, value };
    const text0 = cells[this.#time] ?? '';
    return { timestamp: isNumber(text0) && Number.isFinite(Number(text0)) ? Number(text0) : text0, at: momentOf(text0), value };
  }

  /** Looks at the first line; true when it is a header. */
  #settle(line: string): boolean {
    const candidates = [',', ';', '\t', '|'];
    this.#separator = candidates.find((s) => line.includes(s)) ?? ',';
    const cells = cellsOf(line, this.#separator);
    if (cells.length === 1) {
      this.#time = -1;
      this.#value = 0;
    }
    const isHeader =
      !cells.some((cell) => isNumber(cell) || /^[+-]?(nan|inf(inity)?)$/i.test(cell)) &&
      cells.every((cell) => Number.isNaN(momentOf(cell)) || /[a-z]{3}/i.test(cell));
    if (isHeader && cells.length > 1) {
      const time = cells.findIndex((cell) => TIMES.test(cell));
      this.#time = Math.max(0, time);
      const value = cells.findIndex((cell, i) => i !== this.#time && VALUES.test(cell));
      this.#value = value >= 0 ? value : cells.findIndex((_, i) => i !== this.#time);
    }
    return isHeader;
  }
}
