/**
 * The frame of a chart over time, drawn by recharts: grid, axes, what stands out. Values are drawn inside it by its scales.
 *
 * Live values come several times a second and the frame is by far the dearer part: it is drawn again only when it is another itself. The
 * values reach their own part through a context, past the frame.
 */
import { memo, useState, type ReactNode } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { Unit } from '#shared/domain/metric.ts';
import { axisPrinter, valueTicks } from '#shared/lib/units.ts';
import { tickText, timeTicks } from '../model/ranges.ts';
import { plot } from './crosshair.ts';

/** A span or a moment that is worth a look: an anomaly, a change of level, the start of a forecast. */
export type Mark = { readonly from: number; readonly to: number; readonly tone: 'wait' | 'accent' | 'off'; readonly label: string };
/** A corridor with its middle: a forecast. */
export type Band = readonly BandPoint[];
type BandPoint = { readonly at: number; readonly value: number; readonly low: number; readonly high: number };

type FrameProps = {
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  /** Values on the axis; the first and the last are its ends. */
  readonly ticks: readonly number[];
  /** Text of a moment on the axis; by default its date or time. */
  readonly momentText?: ((at: number, span: number) => string) | undefined;
  readonly marks?: readonly Mark[] | undefined;
  readonly band?: Band | undefined;
  /** What draws the values: the same element each time. */
  readonly children: ReactNode;
};

const at = (point: BandPoint): number => point.at;
const corridor = (point: BandPoint): [number, number] => [point.low, point.high];
const middle = (point: BandPoint): number => point.value;

const noMarks: readonly Mark[] = [];
const noBand: Band = [];
const axis = { type: 'number', allowDataOverflow: true, interval: 0, tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 } } as const;
const margin = { top: plot.top, right: plot.right, bottom: 0, left: 0 } as const;
const still = { isAnimationActive: false, activeDot: false, type: 'linear' } as const;

function Drawing({ unit, from, to, width, height, ticks, momentText = tickText, marks = noMarks, band = noBand, children }: FrameProps) {
  return (
    <ComposedChart width={width} height={height} margin={margin} accessibilityLayer={false} data={[]}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey={at}
        domain={[from, to]}
        ticks={timeTicks(from, to, Math.max(2, Math.floor(width / 90)))}
        tickFormatter={(tick: number) => momentText(tick, to - from)}
        height={plot.bottom}
        {...axis}
      />
      <YAxis width={plot.left} domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]} ticks={[...ticks]} tickFormatter={axisPrinter(unit, ticks)} {...axis} />
      {marks.map((mark) =>
        mark.to > mark.from ? (
          <ReferenceArea key={`${mark.label} ${mark.from}`} x1={mark.from} x2={mark.to} fill={`var(--${mark.tone})`} fillOpacity={0.16} ifOverflow="hidden" />
        ) : (
          <ReferenceLine key={`${mark.label} ${mark.from}`} x={mark.from} stroke={`var(--${mark.tone})`} strokeDasharray="3 3" ifOverflow="hidden" />
        ),
      )}
      {band.length > 0 && <Area data={[...band]} dataKey={corridor} stroke="none" fill="var(--c1)" fillOpacity={0.14} {...still} />}
      {band.length > 0 && <Line data={[...band]} dataKey={middle} stroke="var(--c1)" strokeWidth={1.5} strokeDasharray="2 4" dot={false} {...still} />}
      {children}
    </ComposedChart>
  );
}

export const TimeFrame = memo(Drawing);

/** Ticks for values from `low` to `high`: the same list for as long as they are the same. */
export function useTicks(unit: Unit, low: number, high: number, height: number): readonly number[] {
  const ticks = valueTicks(unit, low, high, Math.max(2, Math.round(height / 48)));
  const [kept, keep] = useState<readonly number[]>(ticks);
  if (kept.length === ticks.length && kept.every((tick, i) => tick === ticks[i])) return kept;
  keep(ticks);
  return ticks;
}
