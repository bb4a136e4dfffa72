/** Fewer points of the same shape: of each step the first, lowest, highest and last. Pure. */
import type { Points } from './lines.ts';

/** @param most points to keep about, at least 4 */
export function thinned(points: Points, most: number): Points {
  if (points.length <= most) return points;
  const steps = Math.max(1, Math.floor(most / 4));
  const kept: (readonly [number, number | null])[] = [];
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((step * points.length) / steps);
    const part = points.slice(from, Math.floor(((step + 1) * points.length) / steps));
    let low = 0;
    let high = 0;
    part.forEach(([, value], i) => {
      if (value === null) return;
      if (value < (part[low]?.[1] ?? Infinity)) low = i;
      if (value > (part[high]?.[1] ?? -Infinity)) high = i;
    });
    for (const i of [...new Set([0, low, high, part.length - 1])].sort((a, b) => a - b)) {
      const point = part[i];
      if (point) kept.push(point);
    }
  }
  return kept;
}
