/** The same sessions as columns by state. J/K move within a column, arrows left and right between columns. */
import { useId } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { Duration, Money, Time } from '../components/amounts.tsx';
import { listKeys, onListKey } from '../components/list.tsx';
import { sessionWords, StatusDot } from '../components/status.tsx';
import type { Cursor } from '../components/use-cursor.ts';
import { cx } from '../lib/cx.ts';
import { useKeys } from '../lib/keys.ts';
import { useRepositoryName } from '../lib/live-select.ts';
import { grouped, groups } from './groups.ts';
import { actOf } from './session-row.tsx';
import s from './board.module.css';

/** Cards drawn in one column; the list shows the rest. */
const MOST = 60;

export function SessionBoard({ sessions, cursor, onOpen }: { sessions: readonly Session[]; cursor: Cursor; onOpen: (session: Session) => void }) {
  const prefix = useId();
  const filled = new Map(grouped(sessions).map((one) => [one.group.id, one.sessions]));
  const columns = groups.map((group) => ({ group, sessions: filled.get(group.id) ?? [] }));
  const active = sessions.find((session) => session.id === cursor.active);
  const aside = (by: 1 | -1): void => {
    const full = columns.filter((column) => column.sessions.length > 0);
    const at = full.findIndex((column) => column.sessions.some((session) => session.id === cursor.active));
    const row = full[at]?.sessions.findIndex((session) => session.id === cursor.active) ?? 0;
    const next = full[at + by]?.sessions;
    const target = next?.[Math.min(row, next.length - 1)];
    if (target) cursor.to(target.id);
  };
  const bindings = [
    ...listKeys(cursor, active && (() => onOpen(active)), true),
    { keys: 'ArrowRight', label: 'Next column', run: () => aside(1), quiet: true },
    { keys: 'ArrowLeft', label: 'Column before', run: () => aside(-1), quiet: true },
  ];
  useKeys('Agents', bindings);
  return (
    <div
      className={s.board}
      role="grid"
      aria-label="Sessions by state"
      aria-multiselectable="true"
      aria-activedescendant={cursor.active === null ? undefined : `${prefix}-${cursor.active}`}
      tabIndex={0}
      onKeyDown={(event) => onListKey(event, bindings)}
    >
      {columns.map(({ group, sessions: mine }) => (
        <div key={group.id} role="rowgroup" aria-label={group.name} className={cx(s.column, mine.length === 0 && s.none)}>
          <div role="row" className={s.heading}>
            <div role="columnheader">
              {group.name}
              <span className={s.count}>{mine.length}</span>
            </div>
          </div>
          <div className={s.cards} role="presentation">
            {mine.slice(0, MOST).map((session) => (
              <div
                key={session.id}
                id={`${prefix}-${session.id}`}
                role="row"
                aria-selected={cursor.selected.has(session.id)}
                className={cx(s.card, session.id === cursor.active && s.active, cursor.selected.has(session.id) && s.selected)}
                onMouseDown={() => cursor.to(session.id)}
                onDoubleClick={() => onOpen(session)}
              >
                <Card session={session} />
              </div>
            ))}
            {mine.length > MOST && <p className={s.more}>{mine.length - MOST} more in the list</p>}
          </div>
        </div>
      ))}
    </div>
  );
}

function Card({ session }: { session: Session }) {
  const repository = useRepositoryName(session.repositoryId);
  const { tone, word } = sessionWords[session.status];
  return (
    <div role="gridcell" className={s.content}>
      <span className={s.title}>{session.title}</span>
      <span className={s.place}>{repository}</span>
      <span className={cx(s.act, session.status === 'running' && s.mono)} title={actOf(session)}>
        {actOf(session)}
      </span>
      <span className={s.foot}>
        <span className={s.figures}>
          <StatusDot tone={tone} word={word} hideWord />
          <Money usd={session.costUsd} />
          <Duration ms={session.activeMs} since={session.activeSince} />
        </span>
        <Time at={session.lastEventAt ?? session.createdAt} ago={false} />
      </span>
    </div>
  );
}
