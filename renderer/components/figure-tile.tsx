/** Numbers as tiles: a press opens where each comes from; one without enough data is grey and says what is missing. */
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { cx } from '../lib/cx.ts';
import s from './figure-tile.module.css';

/** A row of tiles, all of one width. */
export function FigureTiles({ label, busy = false, children }: { label: string; busy?: boolean; children: ReactNode }) {
  return (
    <section className={s.tiles} aria-label={label} aria-busy={busy}>
      {children}
    </section>
  );
}

type TileProps = {
  title: string;
  value: string;
  /** False: not enough data. */
  known: boolean;
  /** What it was counted over, or what is missing. */
  basis: string;
  /** Against the window before. */
  change?: { text: string; good: boolean } | null;
  /** The course below the number: the tile is as high as it takes with one. */
  spark?: ReactNode;
  onPress: () => void;
};

export function FigureTile({ title, value, known, basis, change = null, spark, onPress }: TileProps) {
  return (
    <AriaButton className={cx(s.tile, spark !== undefined && s.high)} onPress={onPress}>
      <span className={s.title}>{title}</span>
      <span className={s.line}>
        <span className={cx(s.value, !known && s.missing)}>{value}</span>
        {change && (
          <span className={change.good ? s.good : s.worse}>
            {change.text}
            <span className="visually-hidden">{change.good ? ', better than the window before' : ', worse than the window before'}</span>
          </span>
        )}
      </span>
      <span className={s.basis}>{basis}</span>
      {spark}
    </AriaButton>
  );
}

/** Keeps the place of a high tile that is still asked for. */
export const EmptyTile = () => <div className={cx(s.tile, s.high)} />;
