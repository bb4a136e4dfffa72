/** One crosshair for every chart of a page: the moment under the pointer, or chosen with the arrow keys; null for none. */
import { create } from 'zustand';

export const useCrosshair = create<{ at: number | null }>(() => ({ at: null }));

export const pointAt = (at: number | null): void => {
  if (useCrosshair.getState().at !== at) useCrosshair.setState({ at });
};

/** Where the plot lies inside a chart, in pixels from its edges. Charts are drawn and the crosshair is placed by the same numbers. */
export const plot = { left: 52, right: 10, top: 10, bottom: 22 } as const;

/** The moment at a distance from the chart's left edge; null beside the plot. */
export function momentAt(x: number, width: number, from: number, to: number): number | null {
  const inside = width - plot.left - plot.right;
  const share = (x - plot.left) / inside;
  return inside > 0 && share >= -0.01 && share <= 1.01 ? from + Math.max(0, Math.min(1, share)) * (to - from) : null;
}

/** Distance of a moment from the chart's left edge. */
export const xOf = (at: number, width: number, from: number, to: number): number => plot.left + ((at - from) / (to - from)) * (width - plot.left - plot.right);
