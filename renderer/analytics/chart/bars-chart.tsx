/** Bars: a group each with its total, or sums over time. Drawn by recharts, loaded when the first is shown. */
import { memo } from 'react';
import { Bar, BarChart, CartesianGrid, LabelList, XAxis, YAxis } from 'recharts';
import type { Unit } from '#shared/domain/metric.ts';
import { axisPrinter, printValue, valueTicks } from '#shared/lib/units.ts';
import { colourOf } from './colours.ts';

export type BarRow = { readonly id: string; readonly name: string; readonly value: number; readonly before: number | null };

export type BarsProps = { readonly rows: readonly BarRow[]; readonly unit: Unit; readonly width: number; readonly height: number };

const NAMES = 132;
const ROOM = 58;
const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--text-2)', fontSize: 11 } } as const;
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function Drawing({ rows, unit, width, height }: BarsProps) {
  const fits = Math.max(1, Math.floor((height - 26) / 20));
  const shown = rows.slice(0, fits);
  const names = Math.min(NAMES, Math.round(width * 0.36));
  const most = Math.max(0, ...shown.flatMap((row) => [row.value, row.before ?? 0]));
  const least = Math.min(0, ...shown.flatMap((row) => [row.value, row.before ?? 0]));
  const ticks = valueTicks(unit, least, most, Math.max(2, Math.floor(width / 110)));
  const compared = shown.some((row) => row.before !== null);
  const used = Math.min(height, shown.length * (compared ? 34 : 26) + 26);
  return (
    <BarChart
      width={width}
      height={used}
      data={[...shown]}
      layout="vertical"
      margin={{ top: 4, right: ROOM, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      barGap={1}
      barCategoryGap="22%"
    >
      <CartesianGrid horizontal={false} stroke="var(--line)" />
      <XAxis type="number" domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]} ticks={ticks} tickFormatter={axisPrinter(unit, ticks)} height={20} {...axis} />
      <YAxis
        type="category"
        dataKey="id"
        width={names}
        interval={0}
        tickFormatter={(id: string) => cut(rows.find((row) => row.id === id)?.name ?? id, Math.floor(names / 6.4))}
        {...axis}
      />
      <Bar dataKey="value" fill={colourOf(0)} isAnimationActive={false} maxBarSize={16} radius={[0, 2, 2, 0]}>
        <LabelList
          dataKey="value"
          position="right"
          formatter={(label: unknown) => (typeof label === 'number' ? printValue(unit, label) : '')}
          fill="var(--text)"
          fontSize={11}
        />
      </Bar>
      {compared && <Bar dataKey="before" isAnimationActive={false} maxBarSize={8} radius={[0, 2, 2, 0]} fill="var(--n4)" />}
    </BarChart>
  );
}

/** Drawn again only when what it draws is another. */
export const BarsChart = memo(Drawing);
