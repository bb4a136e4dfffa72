/** Lines and bars as outlines in SVG, one for each series. Pure. */
import type { Points, Stack } from '../model/lines.ts';

/** A moment or a value as a place in the chart, in pixels. */
export type Scale = (value: number) => number;

const place = (pixels: number): number => Math.round(pixels * 1000) / 1000;

/** A line with gaps. */
export function linePath(points: Points, x: Scale, y: Scale): string {
  let path = '';
  let begins = true;
  for (const [at, value] of points) {
    if (value !== null) path += `${begins ? 'M' : 'L'}${place(x(at))},${place(y(value))}`;
    begins = value === null;
  }
  return path;
}

/** Of a dot, in pixels: a line's width would be lost beside the grid. */
const RADIUS = 2.5;
const DOT = `m-${RADIUS},0a${RADIUS},${RADIUS} 0 1 0 ${2 * RADIUS},0a${RADIUS},${RADIUS} 0 1 0 -${2 * RADIUS},0z`;

/** A dot for each point without a neighbour, and for a run of points that is no longer than one. Empty when there is none. */
export function dotsPath(points: Points, x: Scale, y: Scale): string {
  let path = '';
  let begin: readonly [left: number, top: number] | null = null;
  let isShort = true;
  for (const [i, [at, value]] of points.entries()) {
    if (value === null) {
      begin = null;
      isShort = true;
      continue;
    }
    // Most runs are long, and known to be after a few points: the rest of them is not looked at.
    if (!isShort) continue;
    const here = [x(at), y(value)] as const;
    begin ??= here;
    isShort = Math.abs(here[0] - begin[0]) < 2 * RADIUS && Math.abs(here[1] - begin[1]) < 2 * RADIUS;
    if (isShort && (points[i + 1]?.[1] ?? null) === null) path += `M${place(here[0])},${place(here[1])}${DOT}`;
  }
  return path;
}

/** Bars of each series, those of one step standing on each other: up from zero what is more, down from it what is less. */
export function barPaths(rows: readonly Stack[], series: number, size: number, x: Scale, y: Scale): string[] {
  const paths = Array.from({ length: series }, () => '');
  for (const row of rows) {
    const left = place(x(row.middle) - size / 2);
    let up = 0;
    let down = 0;
    for (let i = 0; i < series; i++) {
      const value = row[`v${i}`] ?? 0;
      if (value === 0) continue;
      const from = value > 0 ? up : down;
      if (value > 0) up += value;
      else down += value;
      const top = place(y(from + value));
      paths[i] += `M${left},${top}h${size}V${place(y(from))}h${-size}z`;
    }
  }
  return paths;
}
