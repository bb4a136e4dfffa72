/** Text of any length in bounded pieces: what is long is cut on the screen, never in one go rendered whole. */
import { useState } from 'react';
import { formatCount } from '#shared/lib/format.ts';
import s from './items.module.css';

/** Characters added with each "show more". */
const STEP = 8000;

/**
 * @param cut characters that were left out before the text was stored
 * @param tail shows the end instead of the start (program output ends with what matters)
 */
export function LongText({ text, cut = 0, tail = false, label }: { text: string; cut?: number; tail?: boolean; label: string }) {
  const [most, setMost] = useState(STEP);
  const shown = text.length <= most ? text : tail ? text.slice(-most) : text.slice(0, most);
  const more =
    text.length > most ? (
      <button type="button" className={s.more} onClick={() => setMost(most + 4 * STEP)}>
        Show more, {formatCount(text.length - most)} characters {tail ? 'before' : 'after'} this
      </button>
    ) : null;
  return (
    <>
      {tail && more}
      <pre className={s.pre} tabIndex={0} aria-label={label}>
        {shown}
      </pre>
      {!tail && more}
      {cut > 0 && <p className={s.note}>{formatCount(cut)} more characters were not kept.</p>}
    </>
  );
}
