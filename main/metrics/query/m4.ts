/**
 * As few points as draw the same line: of each column of pixels the first, last, lowest and highest.
 *
 * U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: a visualization-oriented time series data aggregation", PVLDB 7(10), 2014.
 */

export type Line = { readonly at: Float64Array; readonly value: Float64Array; readonly n: Float64Array };

/**
 * @param line sorted by time, without gaps
 * @param most points at most, at least 1; a column holds up to four, so a line drawn `most` wide has at most one point a pixel
 */
export function decimate(line: Line, most: number): Line {
  const count = line.at.length;
  if (count <= most) return line;
  const columns = Math.max(1, Math.floor(most / 4));
  const start = line.at[0] ?? 0;
  const width = ((line.at[count - 1] ?? 0) - start + 1) / columns;
  const kept: number[] = [];
  let from = 0;
  for (let column = 0; column < columns; column++) {
    const end = column === columns - 1 ? Infinity : start + width * (column + 1);
    let to = from;
    let low = from;
    let high = from;
    for (; to < count && (line.at[to] ?? 0) < end; to++) {
      if ((line.value[to] ?? 0) < (line.value[low] ?? 0)) low = to;
      if ((line.value[to] ?? 0) > (line.value[high] ?? 0)) high = to;
    }
    if (to > from) kept.push(...[...new Set([from, low, high, to - 1])].toSorted((a, b) => a - b));
    from = to;
  }
  return pick(line, kept.slice(0, most));
}

function pick(line: Line, places: readonly number[]): Line {
  const of = (column: Float64Array): Float64Array => Float64Array.from(places, (place) => column[place] ?? 0);
  return { at: of(line.at), value: of(line.value), n: of(line.n) };
}

/** A gap is a pause this many times as long as the usual one. */
const GAP = 5;

/**
 * Breaks a line where nothing was measured for a while: a NaN stands where the next value would have been.
 * @param most points at most, the breaks among them
 */
export function withGaps(line: Line, usualMs: number, most: number): Line {
  const count = line.at.length;
  let room = most - count;
  const at: number[] = [];
  const value: number[] = [];
  const n: number[] = [];
  for (let i = 0; i < count; i++) {
    const time = line.at[i] ?? 0;
    const before = line.at[i - 1];
    if (before !== undefined && time - before > GAP * usualMs && room > 0) {
      room--;
      at.push(before + usualMs);
      value.push(Number.NaN);
      n.push(0);
    }
    at.push(time);
    value.push(line.value[i] ?? 0);
    n.push(line.n[i] ?? 0);
  }
  return { at: Float64Array.from(at), value: Float64Array.from(value), n: Float64Array.from(n) };
}

/** The pause between two points that half of the pauses do not exceed. */
export function usualPause(at: Float64Array): number {
  const pauses = new Float64Array(Math.max(0, at.length - 1));
  for (let i = 0; i < pauses.length; i++) pauses[i] = (at[i + 1] ?? 0) - (at[i] ?? 0);
  pauses.sort();
  return pauses[pauses.length >> 1] ?? 0;
}
