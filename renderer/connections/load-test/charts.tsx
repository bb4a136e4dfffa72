/** The lines of a load test, each on its own scale, with one crosshair over all of them. */
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { LoadPoint } from '#shared/domain/load-test.ts';
import { formatCount } from '#shared/lib/format.ts';
import { formatMs } from '../words.ts';
import { lineOf, peakOf, type Line as LineName } from './points.ts';
import s from './load-test.module.css';

const lines: readonly { id: LineName; title: string; colour: string; print: (value: number) => string }[] = [
  { id: 'ready', title: 'Clients ready', colour: 'var(--ok)', print: formatCount },
  { id: 'eventsPerSecond', title: 'Events/s', colour: 'var(--accent)', print: (value) => formatCount(Math.round(value)) },
  { id: 'latencyP95Ms', title: 'Latency p95', colour: 'var(--line-2)', print: formatMs },
  { id: 'failures', title: 'Failures', colour: 'var(--bad)', print: formatCount },
];

export function Charts({ points, seconds }: { points: readonly LoadPoint[]; seconds: number }) {
  return (
    <div className={s.charts}>
      {lines.map((line) => (
        <Chart key={line.id} line={line} points={points} seconds={seconds} />
      ))}
    </div>
  );
}

const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 } } as const;

function Chart({ line, points, seconds }: { line: (typeof lines)[number]; points: readonly LoadPoint[]; seconds: number }) {
  const peak = peakOf(points, line.id);
  const last = points.at(-1)?.[line.id] ?? null;
  return (
    <figure className={s.chart} aria-label={`${line.title} second by second; the same numbers are in the table`}>
      <figcaption className={s.caption}>
        <span className={s.key} style={{ borderColor: line.colour }} />
        {line.title}
        <span className={s.dim}>
          {last === null ? 'not measured' : line.print(last)}
          {peak !== null && `, at most ${line.print(peak)}`}
        </span>
      </figcaption>
      <ResponsiveContainer width="100%" height={104}>
        <LineChart
          data={lineOf(points, line.id)}
          margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
          syncId="load-test"
          syncMethod="value"
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="second" type="number" domain={[0, seconds]} tickFormatter={(at: number) => `${at} s`} tickCount={5} {...axis} height={18} />
          <YAxis tickFormatter={line.print} tickCount={3} domain={[0, 'auto']} allowDecimals={line.id === 'latencyP95Ms'} width={52} {...axis} />
          <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--line-strong)' }} content={<Crosshair print={line.print} />} />
          <Line dataKey="value" stroke={line.colour} strokeWidth={1.5} dot={points.length === 1} isAnimationActive={false} type="linear" />
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}

/** The chart fills in what is under the pointer. */
function Crosshair({ active = false, payload, print }: { active?: boolean; payload?: readonly { payload?: unknown }[]; print: (value: number) => string }) {
  const row: unknown = active ? payload?.[0]?.payload : null;
  if (typeof row !== 'object' || row === null || !('second' in row) || !('value' in row) || typeof row.value !== 'number') return null;
  return (
    <div className={s.tip}>
      <span>second {String(row.second)}</span>
      <span>{print(row.value)}</span>
    </div>
  );
}
