/** Lines over time, drawn by recharts: no animation, no dots, each line with its own points. Loaded when the first chart is shown. */
import { memo } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { Unit } from '#shared/domain/metric.ts';
import { extentOf, type ChartLine } from '../model/lines.ts';
import { tickText, timeTicks } from '../model/ranges.ts';
import { printValue, valueTicks } from '#shared/lib/units.ts';
import { colourOf, dashOf } from './colours.ts';
import { plot } from './crosshair.ts';

/** A span or a moment that is worth a look: an anomaly, a change of level, the start of a forecast. */
export type Mark = { readonly from: number; readonly to: number; readonly tone: 'wait' | 'accent' | 'off'; readonly label: string };
/** A corridor with its middle: a forecast. */
export type Band = readonly { readonly at: number; readonly value: number; readonly low: number; readonly high: number }[];

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

type Point = readonly [number, number | null];
type BandPoint = { readonly at: number; readonly value: number; readonly low: number; readonly high: number };

const at = (point: Point | BandPoint): number => (isBand(point) ? point.at : point[0]);
const isBand = (point: Point | BandPoint): point is BandPoint => !Array.isArray(point);
const value = (point: Point): number | null => point[1];
const corridor = (point: BandPoint): [number, number] => [point.low, point.high];
const middle = (point: BandPoint): number => point.value;

const noMarks: readonly Mark[] = [];
const noBand: Band = [];
const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 } } as const;

function Drawing({ lines, unit, from, to, width, height, marks = noMarks, band = noBand, momentText = tickText, scale }: LinesProps) {
  const bandPoints = band.flatMap(({ at, low, high }): Point[] => [
    [at, low],
    [at, high],
  ]);
  const extent = scale ?? extentOf([...lines, { points: bandPoints }]) ?? [0, 1];
  const ticks = scale ? [scale[0], (scale[0] + scale[1]) / 2, scale[1]] : valueTicks(unit, extent[0], extent[1], Math.max(2, Math.round(height / 48)));
  const domain: [number, number] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const span = to - from;
  const margin = { top: plot.top, right: plot.right, bottom: 0, left: 0 };
  return (
    <ComposedChart width={width} height={height} margin={margin} accessibilityLayer={false} data={[]}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey={at}
        type="number"
        domain={[from, to]}
        allowDataOverflow
        ticks={timeTicks(from, to, Math.max(2, Math.floor(width / 90)))}
        tickFormatter={(tick: number) => momentText(tick, span)}
        height={plot.bottom}
        interval={0}
        {...axis}
      />
      <YAxis
        width={plot.left}
        type="number"
        domain={domain}
        allowDataOverflow
        ticks={ticks}
        tickFormatter={(tick: number) => printValue(unit, tick)}
        interval={0}
        {...axis}
      />
      {marks.map((mark) =>
        mark.to > mark.from ? (
          <ReferenceArea key={`${mark.label} ${mark.from}`} x1={mark.from} x2={mark.to} fill={`var(--${mark.tone})`} fillOpacity={0.16} ifOverflow="hidden" />
        ) : (
          <ReferenceLine key={`${mark.label} ${mark.from}`} x={mark.from} stroke={`var(--${mark.tone})`} strokeDasharray="3 3" ifOverflow="hidden" />
        ),
      )}
      {band.length > 0 && (
        <Area data={[...band]} dataKey={corridor} stroke="none" fill="var(--c1)" fillOpacity={0.14} isAnimationActive={false} activeDot={false} type="linear" />
      )}
      {band.length > 0 && (
        <Line
          data={[...band]}
          dataKey={middle}
          stroke="var(--c1)"
          strokeWidth={1.5}
          strokeDasharray="2 4"
          dot={false}
          isAnimationActive={false}
          activeDot={false}
          type="linear"
        />
      )}
      {lines.map((line) => (
        <Line
          key={line.id}
          data={drawable(line.points)}
          strokeLinecap="round"
          dataKey={value}
          stroke={colourOf(line.colour)}
          strokeWidth={1.5}
          strokeOpacity={line.beside ? 0.55 : 1}
          {...(dashOf(line) === null ? {} : { strokeDasharray: dashOf(line) ?? '' })}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
          type="linear"
        />
      ))}
    </ComposedChart>
  );
}

/** Drawn again only when what it draws is another. */
export const LinesChart = memo(Drawing);

/** A point without a neighbour as a very short line: with round ends that is a dot, without an element of its own. */
function drawable(points: ChartLine['points']): Point[] {
  const drawn: Point[] = [];
  points.forEach((point, i) => {
    drawn.push(point);
    if (point[1] !== null && (points[i - 1]?.[1] ?? null) === null && (points[i + 1]?.[1] ?? null) === null) drawn.push([point[0] + 0.01, point[1]]);
  });
  return drawn;
}
