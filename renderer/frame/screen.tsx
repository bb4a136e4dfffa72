/**
 * One screen: its top line (crumbs, facts, acts), its middle and its side column. Every view renders exactly one. Without `actions` the top
 * line offers "Find or run anything" and "New task".
 */
import { Fragment, type ReactNode } from 'react';
import { useKeys } from '../lib/keys.ts';
import { usePrefs, togglePanel } from '../lib/prefs.ts';
import { href, useTitle } from '../lib/router.ts';
import { cx } from '../lib/cx.ts';
import { FindButton, NewTaskButton } from './top-acts.tsx';
import s from './screen.module.css';

/** `here` names the screen; by default it is the last. */
export type Crumb = { label: string; to?: string; here?: boolean };

type ScreenProps = {
  crumbs: readonly Crumb[];
  /** Facts beside the last crumb: a badge, a branch. */
  meta?: ReactNode;
  /** Facts and acts at the right end of the top line, in place of Find and New task. */
  actions?: ReactNode;
  /** Column at the right; `]` closes and opens it, and it closes by itself on narrow windows. */
  side?: ReactNode;
  sideLabel?: string;
  /** Narrow for facts beside a wide middle. */
  sideWidth?: 'regular' | 'narrow';
  children: ReactNode;
  /** The middle scrolls and has its margins; false for views that lay themselves out. */
  padded?: boolean;
};

export function Screen({ crumbs, meta, actions, side, sideLabel = 'Details', sideWidth = 'regular', children, padded = true }: ScreenProps) {
  const marked = crumbs.findIndex((crumb) => crumb.here);
  const here = marked >= 0 ? marked : crumbs.length - 1;
  useTitle(crumbs[here]?.label ?? '');
  const sideOpen = usePrefs((prefs) => prefs.side);
  useKeys(
    'Everywhere',
    side === undefined ? [] : [{ keys: ']', label: sideOpen ? 'Close the side panel' : 'Open the side panel', run: () => togglePanel('side') }],
  );
  return (
    <>
      <header className={s.top}>
        <nav className={s.crumbs} aria-label="Where you are">
          {crumbs.map((crumb, i) => (
            <Fragment key={crumb.label}>
              {i > 0 && (
                <span className={s.slash} aria-hidden="true">
                  /
                </span>
              )}
              <CrumbText crumb={crumb} here={i === here} />
            </Fragment>
          ))}
        </nav>
        {meta !== undefined && <div className={s.meta}>{meta}</div>}
        <div className={s.acts}>
          {actions ?? (
            <>
              <FindButton />
              <NewTaskButton />
            </>
          )}
        </div>
      </header>
      <div className={s.columns}>
        <main className={cx(s.middle, padded && s.padded)} id="main" tabIndex={-1}>
          {children}
        </main>
        {side !== undefined && sideOpen && (
          <aside className={cx(s.side, sideWidth === 'narrow' && s.narrow)} aria-label={sideLabel}>
            {side}
          </aside>
        )}
      </div>
    </>
  );
}

function CrumbText({ crumb, here }: { crumb: Crumb; here: boolean }) {
  if (here) return <h1 className={cx(s.crumb, s.here)}>{crumb.label}</h1>;
  if (crumb.to === undefined) return <span className={s.crumb}>{crumb.label}</span>;
  return (
    <a className={s.crumb} href={href(crumb.to)}>
      {crumb.label}
    </a>
  );
}
