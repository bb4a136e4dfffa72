/** Lines over time: no animation, dots only for points that stand alone, each line with its own points. Loaded when the first chart is shown. */
import { createContext, Fragment, memo, use, useMemo } from 'react';
import type { Unit } from '#shared/domain/metric.ts';
import { extentOf, type ChartLine } from '../model/lines.ts';
import { colourOf, dashOf } from './colours.ts';
import { dotsPath, linePath } from './paths.ts';
import { PlotArea } from './plot-area.tsx';
import { TimeFrame, useTicks, type Band, type Mark } from './time-frame.tsx';

export type LinesProps = {
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly marks?: readonly Mark[];
  readonly band?: Band;
  /** Text of a moment on the axis; by default its date or time. */
  readonly momentText?: (at: number, span: number) => string;
  /** The scale of values when it is not that of the values: scores from 0 to 1. */
  readonly scale?: readonly [number, number];
};

function Drawing({ lines, unit, from, to, width, height, marks, band, momentText, scale }: LinesProps) {
  const corridor = band?.flatMap(({ at, low, high }): [number, number][] => [
    [at, low],
    [at, high],
  ]);
  const extent = extentOf(corridor ? [...lines, { points: corridor }] : lines) ?? [0, 1];
  const ticks = useTicks(unit, extent[0], extent[1], height);
  const [low, high] = scale ?? [0, 1];
  const ends = useMemo(() => [low, (low + high) / 2, high], [low, high]);
  return (
    <Values value={lines}>
      <TimeFrame unit={unit} from={from} to={to} width={width} height={height} ticks={scale ? ends : ticks} momentText={momentText} marks={marks} band={band}>
        {shapes}
      </TimeFrame>
    </Values>
  );
}

/** Drawn again only when what it draws is another. */
export const LinesChart = memo(Drawing);

const Values = createContext<readonly ChartLine[]>([]);
const shapes = <Lines />;

function Lines() {
  const lines = use(Values);
  return (
    <PlotArea>
      {(x, y) =>
        lines.map((line) => {
          const dots = dotsPath(line.points, x, y);
          return (
            <Fragment key={line.id}>
              <path
                data-line={line.name}
                d={linePath(line.points, x, y)}
                fill="none"
                stroke={colourOf(line.colour)}
                strokeWidth={1.5}
                strokeOpacity={line.beside ? 0.55 : 1}
                strokeDasharray={dashOf(line) ?? undefined}
              />
              {dots !== '' && <path d={dots} fill={colourOf(line.colour)} fillOpacity={line.beside ? 0.55 : 1} />}
            </Fragment>
          );
        })
      }
    </PlotArea>
  );
}
