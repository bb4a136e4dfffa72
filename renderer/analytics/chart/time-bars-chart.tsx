/** Bars over time, groups standing on each other. Loaded when the first is shown. */
import { createContext, memo, use, useMemo } from 'react';
import { stacksOf, type ChartLine, type Stack } from '../model/lines.ts';
import { colourOf } from './colours.ts';
import { plot } from './crosshair.ts';
import type { LinesProps } from './lines-chart.tsx';
import { barPaths } from './paths.ts';
import { PlotArea } from './plot-area.tsx';
import { TimeFrame, useTicks } from './time-frame.tsx';

type TimeBarsProps = Pick<LinesProps, 'lines' | 'unit' | 'from' | 'to' | 'width' | 'height' | 'momentText'> & { readonly stepMs: number };

function Drawing({ lines, unit, from, to, width, height, stepMs, momentText }: TimeBarsProps) {
  const stacks = useMemo(() => {
    // The period beside would stand in front of what it is compared with; its values are in the table.
    const shown = lines.filter((line) => !line.beside);
    const size = Math.max(1, Math.floor(((width - plot.left - plot.right) * stepMs) / (to - from)) - 1);
    return { shown, size, ...stacksOf(shown, stepMs) };
  }, [lines, stepMs, width, from, to]);
  const ticks = useTicks(unit, stacks.low, stacks.high, height);
  return (
    <Values value={stacks}>
      <TimeFrame unit={unit} from={from} to={to} width={width} height={height} ticks={ticks} momentText={momentText}>
        {shapes}
      </TimeFrame>
    </Values>
  );
}

/** Drawn again only when what it draws is another. */
export const TimeBarsChart = memo(Drawing);

type Stacks = { readonly shown: readonly ChartLine[]; readonly size: number; readonly rows: readonly Stack[] };

const Values = createContext<Stacks>({ shown: [], size: 1, rows: [] });
const shapes = <Bars />;

function Bars() {
  const { shown, size, rows } = use(Values);
  return (
    <PlotArea>
      {(x, y) => {
        const paths = barPaths(rows, shown.length, size, x, y);
        return shown.map((line, i) => <path key={line.id} data-line={line.name} d={paths[i]} fill={colourOf(line.colour)} />);
      }}
    </PlotArea>
  );
}
