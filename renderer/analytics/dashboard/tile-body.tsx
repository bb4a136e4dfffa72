/** The inside of a tile: a figure, lines, bars or a table; or why there is none of it. */
import { lazy, Suspense, useRef, type ReactNode } from 'react';
import type { Tile } from '#shared/domain/dashboard.ts';
import type { Range } from '#shared/domain/query.ts';
import { formatCount } from '#shared/lib/format.ts';
import { FaultText, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { loadCode } from '../../lib/load-code.ts';
import { Chart } from '../chart/chart.tsx';
import { GroupTable, TimeTable } from '../chart/tables.tsx';
import { useSize } from '../live/visible.ts';
import { rangeText } from '../model/ranges.ts';
import { FigureBody } from './figure-body.tsx';
import { overTime, type TileData } from './use-tile.ts';
import s from './tile.module.css';

const BarsChart = lazy(async () => ({ default: (await loadCode(() => import('../chart/bars-chart.tsx'))).BarsChart }));

type BodyProps = { tile: Tile; data: TileData; range: Range; asTable: boolean; onOpen: () => void };

export function TileBody({ tile, data, range, asTable, onOpen }: BodyProps) {
  if (data.waiting) return <Skeleton rows={tile.kind === 'figure' ? 2 : 4} />;
  if (data.fault) {
    return (
      <div className={s.fault}>
        <FaultText fault={data.fault} />
      </div>
    );
  }
  if (data.error !== null && data.answers.every((answer) => answer === null)) return <ErrorState error={data.error} />;
  if (tile.kind === 'figure') return <FigureBody data={data} range={range} />;
  if (tile.kind === 'table' || (asTable && tile.kind === 'bars' && !overTime(tile)))
    return <GroupTable label={tile.title} rows={data.groups} onOpen={onOpen} />;
  if (data.lines.length === 0 || data.groups.every((group) => group.total.n === 0)) return <Nothing data={data} range={range} />;
  if (tile.kind === 'bars' && !overTime(tile)) return <Bars data={data} label={tile.title} />;
  if (asTable) return <TimeTable label={tile.title} lines={data.lines} unit={data.unit} />;
  return (
    <Chart
      label={tile.title}
      lines={data.lines}
      unit={data.unit}
      from={data.from}
      to={data.to}
      stepMs={data.stepMs}
      as={tile.kind === 'bars' ? 'bars' : 'lines'}
    />
  );
}

function Nothing({ data, range }: { data: TileData; range: Range }) {
  return (
    <p className={s.nothing}>
      Not enough data: {formatCount(data.total?.n ?? 0)} of {Math.max(1, data.total?.minimum ?? 1)} in the {rangeText(range)}.
      {data.entry && <span className={s.source}>Source: {data.entry.source}.</span>}
    </p>
  );
}

function Bars({ data, label }: { data: TileData; label: string }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const rows = data.groups.flatMap(({ id, name, total, before }) =>
    total.value === null ? [] : [{ id, name, value: total.value, before: before?.value ?? null }],
  );
  return (
    <figure className={s.bars} ref={box} aria-label={`${label}; the same numbers are in the table`}>
      {size && (
        <Suspense fallback={null}>
          <BarsChart rows={rows} unit={data.unit} width={size.width} height={size.height} />
        </Suspense>
      )}
    </figure>
  );
}
