/** The period a chart shows, as long as it is the same to the eye. */
import { useState } from 'react';

export type Span = { readonly from: number; readonly to: number };

/** A period that moves with the clock moves by whole pixels: in between, its frame is the same. @param width of the plot, in pixels */
export function useSteadySpan(from: number, to: number, width: number): Span {
  const [kept, keep] = useState<Span>({ from, to });
  if (isSteady(kept, { from, to }, width)) return kept;
  const span = { from, to };
  keep(span);
  return span;
}

/** True while a span is as long as the one that is shown and has gone on from it by less than a pixel. Pure. */
export const isSteady = (shown: Span, now: Span, width: number): boolean =>
  now.to >= shown.to && now.to - now.from === shown.to - shown.from && (now.to - shown.to) * width < now.to - now.from;
