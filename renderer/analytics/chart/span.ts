/** The period a chart shows, as long as it is the same to the eye. */
import { useState } from 'react';
import { isSteady, type Span } from '../model/ranges.ts';

/** A period that moves with the clock moves by whole pixels: in between, its frame is the same. @param width of the plot, in pixels */
export function useSteadySpan(from: number, to: number, width: number): Span {
  const [kept, keep] = useState<Span>({ from, to });
  if (isSteady(kept, { from, to }, width)) return kept;
  const span = { from, to };
  keep(span);
  return span;
}
