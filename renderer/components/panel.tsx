/** A bounded region with a title line: the one container of the app. Panels never hold panels. */
import { useId, type ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import s from './panel.module.css';

type PanelProps = { title: ReactNode; note?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string | undefined; flush?: boolean };

export function Panel({ title, note, actions, children, className, flush = true }: PanelProps) {
  const id = useId();
  return (
    <section className={cx(s.panel, className)} aria-labelledby={id}>
      <header className={s.head}>
        <h2 id={id} className={s.title}>
          {title}
        </h2>
        {note !== undefined && <span className={s.note}>{note}</span>}
        {actions !== undefined && <div className={s.actions}>{actions}</div>}
      </header>
      <div className={cx(s.body, !flush && s.padded)}>{children}</div>
    </section>
  );
}

/** A named part of a side column, divided by a line. */
export function Section({ title, note, actions, children }: Omit<PanelProps, 'className' | 'flush'>) {
  const id = useId();
  return (
    <section className={s.section} aria-labelledby={id}>
      <header className={s.sectionHead}>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className={s.note}>{note}</span>}
        {actions !== undefined && <div className={s.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** A list of facts: name left, value right. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={s.facts}>
      {rows.map(([name, value]) => (
        <div key={name} className={s.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
