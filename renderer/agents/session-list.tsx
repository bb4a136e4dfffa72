/** Sessions grouped by state. Only the rows in sight are in the page, so a thousand sessions scroll like ten. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { listKeys, onListKey } from '../components/list.tsx';
import type { Cursor } from '../components/use-cursor.ts';
import { NewRows } from '../components/new-rows.tsx';
import { cx } from '../lib/cx.ts';
import { useHeld } from '../lib/held.ts';
import { useKeys } from '../lib/keys.ts';
import { usePrefs } from '../lib/prefs.ts';
import { grouped } from './groups.ts';
import { SessionRow } from './session-row.tsx';
import s from './agents.module.css';

type Line = { readonly key: string; readonly heading: string | null; readonly session: Session | null };

/** Heights as in tokens.css plus the row's padding, in pixels. */
const ROW = { compact: 32, regular: 36, roomy: 40 } as const;
const HEADING = 34;

type Props = { sessions: readonly Session[]; cursor: Cursor; onOpen: (session: Session) => void };

export function SessionList({ sessions, cursor, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const height = ROW[usePrefs((prefs) => prefs.density)];
  const held = useHeld(
    useMemo(() => sessions.map((session) => session.id), [sessions]),
    box,
  );
  const lines = useMemo(
    () =>
      grouped(sessions.filter((session) => held.shown.has(session.id))).flatMap(({ group, sessions: mine }): Line[] => [
        { key: group.id, heading: `${group.name}, ${mine.length}`, session: null },
        ...mine.map((session): Line => ({ key: session.id, heading: null, session })),
      ]),
    [sessions, held.shown],
  );
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => (lines[i]?.session ? height : HEADING),
    getItemKey: (i) => lines[i]?.key ?? i,
    overscan: 12,
  });
  useEffect(() => rows.measure(), [height, rows]);

  const moved = useRef(cursor.active);
  useEffect(() => {
    if (moved.current === cursor.active) return;
    moved.current = cursor.active;
    const index = lines.findIndex((line) => line.key === cursor.active);
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' });
  }, [cursor.active, lines, rows]);

  const active = sessions.find((session) => session.id === cursor.active);
  const bindings = listKeys(cursor, active && (() => onOpen(active)), true);
  useKeys('Agents', bindings);

  return (
    <div className={s.listBox}>
      <NewRows held={held} box={box} />
      <div
        ref={box}
        className={s.list}
        role="grid"
        aria-label="Sessions"
        aria-multiselectable="true"
        aria-rowcount={lines.length}
        aria-activedescendant={cursor.active === null ? undefined : `${prefix}-${cursor.active}`}
        tabIndex={0}
        onKeyDown={(event) => onListKey(event, bindings)}
      >
        <div role="rowgroup" className={s.canvas} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            const place = { transform: `translateY(${row.start}px)`, height: row.size };
            const { session } = line;
            if (!session) {
              return (
                <div key={line.key} role="row" aria-rowindex={row.index + 1} className={s.heading} style={place}>
                  <div role="gridcell">{line.heading}</div>
                </div>
              );
            }
            const isActive = session.id === cursor.active;
            const isSelected = cursor.selected.has(session.id);
            return (
              <div
                key={line.key}
                id={`${prefix}-${session.id}`}
                role="row"
                aria-rowindex={row.index + 1}
                aria-selected={isSelected}
                className={cx(s.row, isActive && s.active, isSelected && s.selected)}
                style={place}
                onMouseDown={() => cursor.to(session.id)}
                onDoubleClick={() => onOpen(session)}
              >
                <SessionRow session={session} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
