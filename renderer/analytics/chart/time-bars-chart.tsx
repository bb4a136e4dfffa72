/** Bars over time, groups standing on each other. Drawn by recharts, loaded when the first is shown. */
import { memo, useMemo } from 'react';
import { Bar, BarChart, CartesianGrid, XAxis, YAxis } from 'recharts';
import { tickText, timeTicks } from '../model/ranges.ts';
import { stacksOf } from '../model/lines.ts';
import { printValue, valueTicks } from '#shared/lib/units.ts';
import { colourOf } from './colours.ts';
import { plot } from './crosshair.ts';
import type { LinesProps } from './lines-chart.tsx';

type TimeBarsProps = Pick<LinesProps, 'lines' | 'unit' | 'from' | 'to' | 'width' | 'height'> & { readonly stepMs: number };

const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 } } as const;

function Drawing({ lines, unit, from, to, width, height, stepMs }: TimeBarsProps) {
  // The period beside would stand in front of what it is compared with; its values are in the table.
  const shown = useMemo(() => lines.filter((line) => !line.beside), [lines]);
  const { rows, low, high } = useMemo(() => stacksOf(shown, stepMs), [shown, stepMs]);
  const ticks = valueTicks(unit, low, high, Math.max(2, Math.round(height / 48)));
  const size = Math.max(1, Math.floor(((width - plot.left - plot.right) * stepMs) / (to - from)) - 1);
  return (
    <BarChart width={width} height={height} data={rows} margin={{ top: plot.top, right: plot.right, bottom: 0, left: 0 }} accessibilityLayer={false} barGap={0}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="middle"
        type="number"
        domain={[from, to]}
        allowDataOverflow
        ticks={timeTicks(from, to, Math.max(2, Math.floor(width / 90)))}
        tickFormatter={(tick: number) => tickText(tick, to - from)}
        height={plot.bottom}
        interval={0}
        {...axis}
      />
      <YAxis
        width={plot.left}
        type="number"
        domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
        ticks={ticks}
        tickFormatter={(tick: number) => printValue(unit, tick)}
        interval={0}
        {...axis}
      />
      {shown.map((line, i) => (
        <Bar key={line.id} dataKey={`v${i}`} stackId="all" fill={colourOf(line.colour)} barSize={size} isAnimationActive={false} />
      ))}
    </BarChart>
  );
}

/** Drawn again only when what it draws is another. */
export const TimeBarsChart = memo(Drawing);
