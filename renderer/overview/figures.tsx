/** Five figures. Each is a button to where it comes from; one without enough data says what is missing, in grey. */
import type { Figure } from '#shared/contract/insight.ts';
import { EmptyTile, FigureTile, FigureTiles } from '../components/figure-tile.tsx';
import { openDialog } from '../frame/dialogs.ts';
import { printBasis, printChange, printValue } from './figure-text.ts';
import s from './figures.module.css';

const PLACES = 5;

export function Figures({ figures }: { figures: readonly Figure[] | undefined }) {
  return (
    <FigureTiles label="Figures" busy={figures === undefined}>
      {figures ? figures.map((figure) => <Tile key={figure.id} figure={figure} />) : Array.from({ length: PLACES }, (_, i) => <EmptyTile key={i} />)}
    </FigureTiles>
  );
}

function Tile({ figure }: { figure: Figure }) {
  const { id, title, unit, value, n, missing, spark } = figure;
  return (
    <FigureTile
      title={title}
      value={value === null ? `n = ${n}` : printValue(unit, value)}
      known={value !== null}
      basis={value === null ? `not enough data: ${missing ?? 'nothing counted yet'}` : printBasis(figure)}
      change={printChange(figure)}
      spark={<Spark values={value === null ? [] : spark} />}
      onPress={() => openDialog({ kind: 'origin', id })}
    />
  );
}

const WIDTH = 200;
const HEIGHT = 24;

/** A line without axes: the shape only. Gaps stay gaps. */
function Spark({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <span className={s.spark} />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  let path = '';
  let pen = 'M';
  values.forEach((value, i) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${((i / (values.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4)).toFixed(1)}`;
    pen = 'L';
  });
  return (
    <svg className={s.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
