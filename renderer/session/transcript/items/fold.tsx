/** A quiet line that opens: thinking, unknown messages, long program output. */
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import s from './items.module.css';

type FoldProps = { open: boolean; onToggle: () => void; title: string; hint: string; children: ReactNode };

export function Fold({ open, onToggle, title, hint, children }: FoldProps) {
  return (
    <div className={s.fold}>
      <button type="button" className={s.foldLine} aria-expanded={open} onClick={onToggle} data-toggle>
        <ChevronRight className={s.chevron} size={14} strokeWidth={1.8} aria-hidden />
        <span className={s.foldTitle}>{title}</span>
        {!open && <span className={s.hint}>{hint.slice(0, 240)}</span>}
      </button>
      {open && <div className={s.foldBody}>{children}</div>}
    </div>
  );
}
