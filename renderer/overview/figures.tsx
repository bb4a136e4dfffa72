/** Five figures. Each is a button to where it comes from; one without enough data says what is missing, in grey. */
import { Button as AriaButton } from 'react-aria-components/Button';
import type { Figure } from '#shared/contract/insight.ts';
import { openDialog } from '../frame/dialogs.ts';
import { cx } from '../lib/cx.ts';
import { printBasis, printChange, printValue } from './figure-text.ts';
import s from './figures.module.css';

const PLACES = 5;

export function Figures({ figures }: { figures: readonly Figure[] | undefined }) {
  return (
    <section className={s.figures} aria-label="Figures" aria-busy={figures === undefined}>
      {figures
        ? figures.map((figure) => <FigureTile key={figure.id} figure={figure} />)
        : Array.from({ length: PLACES }, (_, i) => <div key={i} className={s.tile} />)}
    </section>
  );
}

function FigureTile({ figure }: { figure: Figure }) {
  const change = printChange(figure);
  return (
    <AriaButton className={s.tile ?? ''} onPress={() => openDialog({ kind: 'origin', id: figure.id })}>
      <span className={s.title}>{figure.title}</span>
      <span className={s.line}>
        <span className={cx(s.value, figure.value === null && s.missing)}>
          {figure.value === null ? `n = ${figure.n}` : printValue(figure.unit, figure.value)}
        </span>
        {change && (
          <span className={change.good ? s.good : s.worse}>
            {change.text}
            <span className="visually-hidden">{change.good ? ', better than the window before' : ', worse than the window before'}</span>
          </span>
        )}
      </span>
      <span className={s.basis}>{figure.value === null ? `not enough data: ${figure.missing ?? 'nothing counted yet'}` : printBasis(figure)}</span>
      <Spark values={figure.value === null ? [] : figure.spark} />
    </AriaButton>
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
