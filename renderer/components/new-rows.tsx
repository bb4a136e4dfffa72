/** "3 new": the rows that wait while a list is scrolled, and the way to them. */
import type { RefObject } from 'react';
import type { Held } from '../lib/held.ts';
import { Button } from './button.tsx';
import s from './new-rows.module.css';

/** Lies over the top of the box that scrolls; its parent must be positioned. */
export function NewRows({ held, box }: { held: Held; box: RefObject<HTMLElement | null> }) {
  if (held.waiting === 0) return null;
  return (
    <div className={s.held}>
      <Button
        size="small"
        onPress={() => {
          held.release();
          box.current?.scrollTo({ top: 0 });
        }}
      >
        {held.waiting} new
      </Button>
    </div>
  );
}
