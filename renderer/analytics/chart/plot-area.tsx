/** Where values are drawn: inside the frame's axes, by its scales, over its grid. What lies beside the plot is cut off. */
import { useId, type ReactNode } from 'react';
import { DefaultZIndexes, usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';
import type { Scale } from './paths.ts';

/** A period moves by whole pixels, and its newest value may be drawn before it does; a dot on the edge is whole. */
const AHEAD = 3;

export function PlotArea({ children }: { children: (x: Scale, y: Scale) => ReactNode }) {
  const id = useId();
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.line}>
      <clipPath id={id}>
        <rect x={area.x} y={area.y - AHEAD} width={area.width + AHEAD} height={area.height + 2 * AHEAD} />
      </clipPath>
      <g clipPath={`url(#${id})`}>
        {children(
          (at) => x(at) ?? 0,
          (value) => y(value) ?? 0,
        )}
      </g>
    </ZIndexLayer>
  );
}
