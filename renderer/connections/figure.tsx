/** Numbers as buttons: a press opens where they come from. */
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { HostFacts } from '#shared/domain/connection.ts';
import { Dialog } from '../components/dialog.tsx';
import { FigureTile, FigureTiles as Tiles } from '../components/figure-tile.tsx';
import { Facts } from '../components/panel.tsx';
import { cx } from '../lib/cx.ts';
import { figureOf, type FigureId, type PoolFigure } from './figures.ts';
import s from './figure.module.css';

/** A row of tiles. */
export function FigureTiles({ host, ids }: { host: HostFacts; ids: readonly FigureId[] }) {
  const [open, setOpen] = useState<FigureId | null>(null);
  return (
    <Tiles label="Figures of the host">
      {ids.map((id) => {
        const figure = figureOf(host, id);
        return (
          <FigureTile
            key={id}
            title={figure.short}
            value={figure.value}
            known={figure.known}
            basis={figure.known ? figure.basis : `not enough data: ${figure.basis}`}
            onPress={() => setOpen(id)}
          />
        );
      })}
      {open && <Origin host={host.name} figure={figureOf(host, open)} onClose={() => setOpen(null)} />}
    </Tiles>
  );
}

/** One number in a list of facts. */
export function FigureFact({ host, id }: { host: HostFacts; id: FigureId }) {
  const [open, setOpen] = useState(false);
  const figure = figureOf(host, id);
  return (
    <>
      <AriaButton className={s.fact ?? ''} onPress={() => setOpen(true)}>
        <span className="visually-hidden">{figure.title}: </span>
        <span className={cx(s.factValue, !figure.known && s.missing)}>{figure.value}</span>
        <span className={s.basis}>{figure.basis}</span>
        <span className="visually-hidden">, where this comes from</span>
      </AriaButton>
      {open && <Origin host={host.name} figure={figure} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Formula and inputs as they are now; they go on living while it is open. */
function Origin({ host, figure, onClose }: { host: string; figure: PoolFigure; onClose: () => void }) {
  return (
    <Dialog title={`${figure.title} of ${host}, where this comes from`} onClose={onClose} width="wide">
      <div className={s.origin}>
        <Facts
          rows={[
            ['Value', figure.known ? figure.value : 'not enough data: nothing was measured'],
            ['Counted over', figure.basis],
            ['Formula', <code key="formula">{figure.formula}</code>],
          ]}
        />
        <table className={s.table}>
          <caption className="visually-hidden">What went into it</caption>
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {figure.inputs.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
