/** The drawing of the timeline. Two lines of different units, each on its own scale; crosshair with exact values; marks as dashed lines. */
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCount, formatMoney } from '#shared/lib/format.ts';
import { axisPrinter, valueTicks } from '#shared/lib/units.ts';
import type { Timeline } from './timeline-data.ts';
import s from './timeline.module.css';

const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const MOST_MARKS = 12;

type Row = { at: number; tokens: number; calls: number; cost: number };

/** Steps of both scales, so that the lines of the grid are of both. */
const STEPS = [0, 1, 2, 3];

function scaleOf(values: readonly number[]): { domain: [number, number]; ticks: number[]; tickFormatter: (value: number) => string } {
  const step = valueTicks('count', 0, Math.max(0, ...values), STEPS.length)[1] ?? 1;
  const ticks = STEPS.map((i) => Number((i * step).toPrecision(12)));
  return { domain: [0, ticks.at(-1) ?? 1], ticks, tickFormatter: axisPrinter('count', ticks) };
}

export default function TimelineChart({ timeline }: { timeline: Timeline }) {
  const minutes = timeline.bucketMs / 60_000;
  const rows: Row[] = timeline.points.map((point) => ({
    at: point.at,
    tokens: point.outputTokens / minutes,
    calls: point.toolCalls / minutes,
    cost: point.costUsd,
  }));
  const marks = timeline.marks.slice(-MOST_MARKS);
  const tokens = scaleOf(rows.map((row) => row.tokens));
  const calls = scaleOf(rows.map((row) => row.calls));
  const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 }, width: 44 } as const;
  return (
    <figure className={s.figure} aria-label="Output tokens and tool calls a minute over the last day; the same numbers are in the table">
      <ResponsiveContainer width="100%" height={184}>
        <LineChart data={rows} margin={{ top: 12, right: 4, bottom: 0, left: 4 }} accessibilityLayer={false}>
          <CartesianGrid yAxisId="tokens" vertical={false} stroke="var(--line)" />
          <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} tickFormatter={clock} tickCount={9} minTickGap={40} {...axis} height={20} />
          <YAxis yAxisId="tokens" {...tokens} {...axis} tick={{ ...axis.tick, fill: 'var(--accent)' }} />
          <YAxis yAxisId="calls" orientation="right" {...calls} {...axis} tick={{ ...axis.tick, fill: 'var(--line-2)' }} />
          <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--line-strong)' }} content={<Crosshair />} />
          {marks.map((mark) => (
            <ReferenceLine
              key={`${mark.at}-${mark.label}`}
              yAxisId="tokens"
              x={mark.at}
              stroke={mark.kind === 'merge' ? 'var(--ok)' : 'var(--bad)'}
              strokeDasharray="3 3"
            />
          ))}
          <Line yAxisId="tokens" dataKey="tokens" stroke="var(--accent)" strokeWidth={1.5} dot={false} isAnimationActive={false} type="linear" />
          <Line
            yAxisId="calls"
            dataKey="calls"
            stroke="var(--line-2)"
            strokeWidth={1.5}
            strokeDasharray="5 2"
            dot={false}
            isAnimationActive={false}
            type="linear"
          />
        </LineChart>
      </ResponsiveContainer>
      <figcaption className={s.legend}>
        <span className={s.tokens}>Output tokens/min</span>
        <span className={s.calls}>Tool calls/min</span>
        <span className={s.marks}>
          {marks.slice(-3).map((mark) => (
            <span key={`${mark.at}-${mark.label}`} className={mark.kind === 'merge' ? s.merge : s.failure}>
              {mark.kind === 'merge' ? 'Merged' : 'Failed'}: {mark.label}
            </span>
          ))}
        </span>
      </figcaption>
    </figure>
  );
}

const short = (value: number): string => (value >= 10 || Number.isInteger(value) ? formatCount(value) : value.toFixed(1));

function rowOf(payload: unknown): Row | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { at, tokens, calls, cost } = payload as Partial<Record<keyof Row, unknown>>;
  return typeof at === 'number' && typeof tokens === 'number' && typeof calls === 'number' && typeof cost === 'number' ? { at, tokens, calls, cost } : null;
}

/** The chart fills in what is under the pointer. */
function Crosshair({ active = false, payload }: { active?: boolean; payload?: readonly { payload?: unknown }[] }) {
  const row = active ? rowOf(payload?.[0]?.payload) : null;
  if (!row) return null;
  return (
    <div className={s.tip}>
      <span>{clock(row.at)}</span>
      <span>{formatCount(row.tokens)} output tokens/min</span>
      <span>{short(row.calls)} tool calls/min</span>
      <span>{formatMoney(row.cost)}</span>
    </div>
  );
}
