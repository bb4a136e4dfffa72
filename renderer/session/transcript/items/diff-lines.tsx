/** The lines of a small diff, each with its sign so that colour is never the only mark. */
import { useState } from 'react';
import type { DiffLine } from '../../model/small-diff.ts';
import s from './items.module.css';

const NAMES = { '+': 'added', '-': 'removed' } as const;

/** @param most lines shown before a button offers the rest */
export function DiffLines({ lines, most = 40 }: { lines: readonly DiffLine[]; most?: number }) {
  const [all, setAll] = useState(false);
  const shown = all ? lines.slice(0, 2000) : lines.slice(0, most);
  const left = lines.length - shown.length;
  return (
    <div className={s.diff} tabIndex={0} role="group" aria-label="Changed lines">
      {shown.map((line, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- the lines of a diff never move
        <div key={i} className={s.diffLine} data-sign={line.sign}>
          <span className={s.sign}>{line.sign === '+' || line.sign === '-' ? <b aria-label={NAMES[line.sign]}>{line.sign === '-' ? '−' : '+'}</b> : null}</span>
          <span>{line.text || ' '}</span>
        </div>
      ))}
      {left > 0 && (
        <button type="button" className={s.more} onClick={() => setAll(true)} disabled={all}>
          {all ? `${left} more lines, see the review` : `Show ${left} more lines`}
        </button>
      )}
    </div>
  );
}
