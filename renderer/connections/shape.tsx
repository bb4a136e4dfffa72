/** The shape of a state beside its word: eyes that do not tell the colours apart still tell the states apart. */
import { cx } from '../lib/cx.ts';
import type { Shape, StateWord } from './words.ts';
import s from './shape.module.css';

const paths: Readonly<Record<Shape, string>> = {
  disc: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  ring: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM5 2.8a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4z',
  half: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM5 2.6a2.4 2.4 0 0 1 0 4.8z',
  triangle: 'M5 .8L9.6 9H.4z',
  square: 'M1.4 1.4h7.2v7.2H1.4z',
  bar: 'M.8 3.6h8.4v2.8H.8z',
};

/** Shape and word. `strong` is for the one subject of a view. */
export function State({ state, strong = false }: { state: StateWord; strong?: boolean }) {
  return (
    <span className={cx(s.state, s[state.tone], strong && s.strong)}>
      <svg viewBox="0 0 10 10" width={10} height={10} aria-hidden="true">
        <path fillRule="evenodd" d={paths[state.shape]} />
      </svg>
      <span className={s.word}>{state.word}</span>
    </span>
  );
}
