/** One number: value, unit, change against the period before, window and n; in grey what is missing for one. A small line below shows its way. */
import type { Range } from '#shared/domain/query.ts';
import { formatCount } from '#shared/lib/format.ts';
import { cx } from '../../lib/cx.ts';
import { extentOf, type Points } from '../model/lines.ts';
import { rangeText } from '../model/ranges.ts';
import { printDifference, printValue, unitWord } from '#shared/lib/units.ts';
import type { TileData } from './use-tile.ts';
import s from './tile.module.css';

export function FigureBody({ data, range }: { data: TileData; range: Range }) {
  const { total, before, unit, entry } = data;
  const difference = printDifference(unit, total?.value ?? null, before?.value ?? null, entry?.better ?? null);
  const known = total !== null && total.value !== null;
  return (
    <div className={s.figureBody}>
      <p className={s.figureLine}>
        <span className={cx(s.value, !known && s.missing)}>
          {total === null ? '–' : total.value === null ? `n = ${formatCount(total.n)}` : printValue(unit, total.value)}
        </span>
        {known && unitWord[unit] !== '' && <span className={s.unit}>{unitWord[unit]}</span>}
        {difference && (
          <span className={cx(s.change, difference.good === true && s.good, difference.good === false && s.worse)}>
            {difference.text}
            {difference.good !== null && (
              <span className="visually-hidden">{difference.good ? ', better than the period before' : ', worse than the period before'}</span>
            )}
          </span>
        )}
      </p>
      <p className={s.basis}>
        {known
          ? `n = ${formatCount(total.n)}, ${rangeText(range)}`
          : total !== null && total.n >= total.minimum && total.n > 0
            ? `cannot be told: ${entry?.formula ?? 'no value'}`
            : `not enough data: ${formatCount(total?.n ?? 0)} of ${Math.max(1, total?.minimum ?? 1)}, ${rangeText(range)}`}
      </p>
      <Spark points={known ? (data.lines.find((line) => !line.beside)?.points ?? []) : []} from={data.from} to={data.to} />
    </div>
  );
}

const WIDTH = 200;
const HEIGHT = 26;

/** The shape only, without axes. Gaps stay gaps. */
function Spark({ points, from, to }: { points: Points; from: number; to: number }) {
  const extent = extentOf([{ points }]);
  if (!extent || points.length < 2) return <span className={s.spark} />;
  const span = extent[1] - extent[0] || 1;
  let path = '';
  let pen = 'M';
  for (const [at, value] of points) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    path += `${pen}${(((at - from) / (to - from)) * WIDTH).toFixed(1)} ${(HEIGHT - 2 - ((value - extent[0]) / span) * (HEIGHT - 4)).toFixed(1)}`;
    pen = 'L';
  }
  return (
    <svg className={s.spark} data-picture="" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
