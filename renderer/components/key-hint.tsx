/** A key as it is printed on buttons, in menus and in the sheet of keys. */
import { keyParts } from '../lib/keys.ts';
import { cx } from '../lib/cx.ts';
import s from './key-hint.module.css';

export function KeyHint({ keys, on = 'surface' }: { keys: string; on?: 'surface' | 'accent' }) {
  return (
    <kbd className={cx(s.key, on === 'accent' && s.accent)} aria-hidden="true">
      {keyParts(keys).join(' ')}
    </kbd>
  );
}
