/** A chart with its frame: the drawing, the shared crosshair over it, one quiet legend below, the same numbers as a table behind it. */
import { lazy, Suspense, useRef, type PointerEvent } from 'react';
import type { Unit } from '#shared/domain/metric.ts';
import { Skeleton } from '../../components/feedback.tsx';
import { loadCode } from '../../lib/load-code.ts';
import { valueAt, type ChartLine } from '../model/lines.ts';
import { momentText as exactMoment } from '../model/ranges.ts';
import { printValue } from '#shared/lib/units.ts';
import { useSize } from '../live/visible.ts';
import { colourOf, dashOf } from './colours.ts';
import { momentAt, plot, pointAt, useCrosshair, xOf } from './crosshair.ts';
import type { LinesProps } from './lines-chart.tsx';
import { useSteadySpan } from './span.ts';
import s from './chart.module.css';

const TimeBarsChart = lazy(async () => ({ default: (await loadCode(() => import('./time-bars-chart.tsx'))).TimeBarsChart }));
const LinesChart = lazy(async () => ({ default: (await loadCode(() => import('./lines-chart.tsx'))).LinesChart }));

type ChartProps = Omit<LinesProps, 'width' | 'height'> & {
  /** What it shows, in words. */
  readonly label: string;
  readonly stepMs: number;
  /** Text of a moment in the crosshair's tip. */
  readonly tipMoment?: (at: number) => string;
  readonly onPick?: (at: number) => void;
  /** Lines, or bars that stand on each other. */
  readonly as?: 'lines' | 'bars';
};

/** Fills the height of its place. */
export function Chart({ label, stepMs, tipMoment = exactMoment, onPick, as = 'lines', ...asked }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const drawn = { ...asked, ...useSteadySpan(asked.from, asked.to, (size?.width ?? 0) - plot.left - plot.right) };
  const moment = (event: PointerEvent): number | null => {
    const rect = event.currentTarget.getBoundingClientRect();
    return momentAt(event.clientX - rect.left, rect.width, drawn.from, drawn.to);
  };
  return (
    <figure className={s.figure} aria-label={`${label}; the same numbers are in the table`}>
      {/* The pointer only points: every value is in the table, every moment reached by the arrow keys. */}
      <div
        ref={box}
        className={s.box}
        onPointerMove={(event) => pointAt(moment(event))}
        onPointerLeave={() => pointAt(null)}
        onClick={() => {
          const at = useCrosshair.getState().at;
          if (at !== null) onPick?.(at);
        }}
        role="presentation"
      >
        {size && size.height > 40 && (
          <Suspense fallback={<Skeleton rows={2} />}>
            {as === 'bars' ? (
              <TimeBarsChart {...drawn} stepMs={stepMs} width={size.width} height={size.height} />
            ) : (
              <LinesChart {...drawn} width={size.width} height={size.height} />
            )}
            <Crosshair {...drawn} width={size.width} height={size.height} stepMs={stepMs} tipMoment={tipMoment} />
          </Suspense>
        )}
      </div>
      <Legend lines={as === 'bars' ? drawn.lines.filter((line) => !line.beside) : drawn.lines} />
    </figure>
  );
}

/** What each line is. A line alone is what the title says, unless it is a group: then which. */
function Legend({ lines }: { lines: readonly ChartLine[] }) {
  const shown = lines.filter((line) => !line.beside);
  const beside = lines.some((line) => line.beside && line.points.some(([, value]) => value !== null));
  if (shown.length < 2 && !beside && shown[0]?.grouped !== true) return null;
  return (
    <figcaption className={s.legend}>
      {shown.slice(0, 12).map((line) => (
        <span key={line.id} className={s.entry}>
          <Swatch colour={colourOf(line.colour)} dash={dashOf(line)} />
          {line.name}
        </span>
      ))}
      {shown.length > 12 && <span>and {shown.length - 12} more</span>}
      {beside && (
        <span className={s.entry}>
          <Swatch colour="var(--text-2)" dash="3 3" />
          before
        </span>
      )}
    </figcaption>
  );
}

function Swatch({ colour, dash }: { colour: string; dash: string | null }) {
  return (
    <svg width="16" height="6" aria-hidden="true">
      <line x1="0" x2="16" y1="3" y2="3" stroke={colour} strokeWidth="2" {...(dash === null ? {} : { strokeDasharray: dash })} />
    </svg>
  );
}

type OverProps = {
  lines: readonly ChartLine[];
  unit: Unit;
  from: number;
  to: number;
  width: number;
  height: number;
  stepMs: number;
  tipMoment: (at: number) => string;
};

/** Drawn over the chart, so that moving it does not draw the chart again. */
function Crosshair({ lines, unit, from, to, width, height, stepMs, tipMoment }: OverProps) {
  const at = useCrosshair((state) => state.at);
  if (at === null || at < from || at > to || width <= plot.left + plot.right) return null;
  const x = xOf(at, width, from, to);
  const reach = Math.max(stepMs, ((to - from) / (width - plot.left - plot.right)) * 8);
  const values = lines.map((line) => ({ line, value: valueAt(line.points, at, reach) })).filter(({ value }) => value !== null);
  const onLeft = x > width / 2;
  return (
    <div className={s.over} aria-hidden="true">
      <span className={s.hair} style={{ left: x, top: plot.top, height: height - plot.top - plot.bottom }} />
      <div className={s.tip} style={onLeft ? { right: width - x + 8 } : { left: x + 8 }}>
        <span className={s.when}>{tipMoment(at)}</span>
        {values.slice(0, 8).map(({ line, value }) => (
          <span key={line.id} className={s.entry}>
            <Swatch colour={colourOf(line.colour)} dash={dashOf(line)} />
            <span className={s.name}>{line.name}</span>
            <span className={s.value}>{value === null ? '' : printValue(unit, value)}</span>
          </span>
        ))}
        {values.length === 0 && <span>no value here</span>}
        {values.length > 8 && <span>and {values.length - 8} more, in the table</span>}
      </div>
    </div>
  );
}
