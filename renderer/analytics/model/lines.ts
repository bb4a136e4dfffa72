/** Answers as what charts, bars and tables draw: lines with names, colours by place, rows by time. Pure. */
import type { Tags } from '#shared/domain/metric.ts';
import type { Answer, Figure } from '#shared/domain/query.ts';

export type Points = readonly (readonly [at: number, value: number | null])[];

export type ChartLine = {
  readonly id: string;
  readonly name: string;
  /** Place in the palette, from 0. */
  readonly colour: number;
  /** Of the period beside: dashed, in the colour of its line. */
  readonly beside: boolean;
  /** One of the groups that were asked for: its name says which. */
  readonly grouped?: boolean;
  readonly points: Points;
  readonly total: Figure;
};

/** Colours in the palette; further lines begin again with another dash. */
export const COLOURS = 8;

/** Tags as a name: their values; `all` for none. */
export function tagsName(tags: Tags, names: Readonly<Record<string, string>> = {}): string {
  const values = Object.values(tags).map((value) => names[value] ?? (value === '' ? 'none' : value));
  return values.length === 0 ? 'all' : values.join(', ');
}

export type Named = { readonly title: string; readonly answer: Answer };

/**
 * Lines of a tile's answers. One answer names its lines by their tags, several by title as well.
 * @param beside answers of the other period in the same order, their points moved by `shift` milliseconds
 */
export function linesOf(
  answers: readonly (Named | null)[],
  beside: readonly (Answer | null)[],
  shift: number,
  names: Readonly<Record<string, string>>,
): ChartLine[] {
  const lines: ChartLine[] = [];
  const several = answers.length > 1;
  answers.forEach((named, at) => {
    if (!named) return;
    for (const series of named.answer.series) {
      const tags = tagsName(series.tags, names);
      const name = several ? (tags === 'all' ? named.title : `${named.title}, ${tags}`) : tags === 'all' ? named.title : tags;
      const id = `${at}:${JSON.stringify(series.tags)}`;
      const colour = lines.filter((line) => !line.beside).length;
      const other = beside[at]?.series.find((one) => JSON.stringify(one.tags) === JSON.stringify(series.tags));
      if (other) {
        const points = other.points.map(([when, value]) => [when + shift, value] as const);
        lines.push({ id: `${id} before`, name: `${name}, before`, colour, beside: true, points, total: other.total });
      }
      lines.push({ id, name, colour, beside: false, grouped: tags !== 'all', points: series.points, total: series.total });
    }
  });
  return lines;
}

/** Lowest and highest value of lines, with zero when it is near; null without any value. */
export function extentOf(lines: readonly { readonly points: Points }[]): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { points } of lines) {
    for (const [, value] of points) {
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low === Infinity) return null;
  // A scale that does not begin at zero only where the values lie in a narrow band far from it.
  const fromZero = low >= 0 ? low <= high * 0.7 : high <= low * 0.7 || high > 0;
  return fromZero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
}

/** The value a line has at a moment: of the last point at or before it, when that is not older than `reach` milliseconds. */
export function valueAt(points: Points, at: number, reach: number): number | null {
  let low = 0;
  let high = points.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? Infinity) <= at) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  const point = points[found];
  return point && at - point[0] <= reach ? point[1] : null;
}

/** The moments a table shows, newest first, with the value of each line at it. Those without any value are left out. */
export function rowsOf(lines: readonly { readonly points: Points }[], most: number): { rows: { at: number; values: (number | null)[] }[]; left: number } {
  const times = [...new Set(lines.flatMap(({ points }) => points.filter(([, value]) => value !== null).map(([at]) => at)))].sort((a, b) => b - a);
  const maps = lines.map(({ points }) => new Map(points));
  return { rows: times.slice(0, most).map((at) => ({ at, values: maps.map((map) => map.get(at) ?? null) })), left: Math.max(0, times.length - most) };
}

/** Points a chart of this width asks for: at most one a pixel, in steps so that a change of a few pixels asks nothing anew. */
export const pointsFor = (width: number): number => Math.max(0, Math.min(4000, Math.floor(width / 40) * 40));

/** `v0`, `v1`, … are the values of the lines in their order. */
export type Stack = { readonly at: number; readonly middle: number; [value: `v${number}`]: number };

/** Values of lines at the same step, to be drawn on each other, and how far the stacks reach. */
export function stacksOf(lines: readonly { readonly points: Points }[], stepMs: number): { rows: Stack[]; low: number; high: number } {
  const rows = new Map<number, Stack>();
  lines.forEach(({ points }, i) => {
    for (const [at, value] of points) {
      if (value === null) continue;
      const row = rows.get(at) ?? { at, middle: at + stepMs / 2 };
      row[`v${i}`] = value;
      rows.set(at, row);
    }
  });
  let low = 0;
  let high = 0;
  for (const row of rows.values()) {
    let up = 0;
    let down = 0;
    lines.forEach((_, i) => {
      const value = row[`v${i}`] ?? 0;
      if (value > 0) up += value;
      else down += value;
    });
    high = Math.max(high, up);
    low = Math.min(low, down);
  }
  return { rows: [...rows.values()].sort((a, b) => a.at - b.at), low, high };
}
