/** Tables: the same numbers as a chart by time, and groups with their totals. */
import type { Unit } from '#shared/domain/metric.ts';
import type { Figure } from '#shared/domain/query.ts';
import { formatCount, formatExact } from '#shared/lib/format.ts';
import { rowsOf, type ChartLine } from '../model/lines.ts';
import { printValue } from '#shared/lib/units.ts';
import s from './chart.module.css';

/** Rows a table draws; what is older is said below it. */
const MOST = 300;

type TimeProps = { label: string; lines: readonly ChartLine[]; unit: Unit; momentText?: (at: number) => string };

/** A row a moment, newest first, a column a line. */
export function TimeTable({ label, lines, unit, momentText = formatExact }: TimeProps) {
  const { rows, left } = rowsOf(lines, MOST);
  return (
    <div className={s.scroll} tabIndex={0} role="region" aria-label={`${label} as a table`}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            {lines.map((line) => (
              <th key={line.id} scope="col">
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, values }) => (
            <tr key={at}>
              <th scope="row">{momentText(at)}</th>
              {values.map((value, i) => (
                <td key={lines[i]?.id ?? i}>{value === null ? '' : printValue(unit, value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={s.left}>No values in this period.</p>}
      {left > 0 && <p className={s.left}>{formatCount(left)} older moments are not shown; choose a shorter period to see them.</p>}
    </div>
  );
}

export type GroupRow = { readonly id: string; readonly name: string; readonly unit: Unit; readonly total: Figure; readonly before: Figure | null };

/** A row a group with its total, what it rests on, and the period before. */
export function GroupTable({ label, rows, onOpen }: { label: string; rows: readonly GroupRow[]; onOpen?: (id: string) => void }) {
  const compared = rows.some((row) => row.before !== null);
  return (
    <div className={s.scroll} tabIndex={0} role="region" aria-label={`${label} as a table`}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Value</th>
            {compared && <th scope="col">Before</th>}
            <th scope="col">n</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} onDoubleClick={() => onOpen?.(row.id)}>
              <th scope="row" title={row.name}>
                {row.name}
              </th>
              <td className={row.total.value === null ? s.none : ''}>{figureText(row.total, row.unit)}</td>
              {compared && <td className={s.none}>{row.before === null ? '' : figureText(row.before, row.unit)}</td>}
              <td>{formatCount(row.total.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={s.left}>No values in this period.</p>}
    </div>
  );
}

const figureText = ({ value, n, minimum }: Figure, unit: Unit): string =>
  value === null ? (n < minimum ? `${formatCount(n)} of ${minimum}` : '–') : printValue(unit, value);
