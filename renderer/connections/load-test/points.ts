/** The seconds of a load test made few enough to draw, and what is said of them. Pure. */
import type { LoadPoint } from '#shared/domain/load-test.ts';

/** Points drawn of one line at most: about one a pixel. */
export const MOST_POINTS = 400;

export type Line = 'ready' | 'eventsPerSecond' | 'latencyP95Ms' | 'failures';
export type Sample = { readonly second: number; readonly value: number | null };

/**
 * One line of the chart. Of more points than can be drawn, the least and the greatest of each stretch stay, so that no peak and no dip is lost.
 */
export function lineOf(points: readonly LoadPoint[], line: Line, most = MOST_POINTS): Sample[] {
  const all = points.map((point): Sample => ({ second: point.second, value: point[line] }));
  if (all.length <= most) return all;
  const size = Math.ceil(all.length / Math.max(1, Math.floor(most / 2)));
  const kept: Sample[] = [];
  for (let from = 0; from < all.length; from += size) {
    const stretch = all.slice(from, from + size);
    const known = stretch.filter((one) => one.value !== null);
    const first = known[0] ?? stretch[0];
    if (!first) continue;
    let low = first;
    let high = first;
    for (const one of known) {
      if ((one.value ?? 0) < (low.value ?? 0)) low = one;
      if ((one.value ?? 0) > (high.value ?? 0)) high = one;
    }
    kept.push(...(low === high ? [low] : [low, high].toSorted((a, b) => a.second - b.second)));
  }
  return kept;
}

/** The greatest value of a line; null when nothing was measured. */
export function peakOf(points: readonly LoadPoint[], line: Line): number | null {
  let peak: number | null = null;
  for (const point of points) {
    const value = point[line];
    if (value !== null && (peak === null || value > peak)) peak = value;
  }
  return peak;
}
