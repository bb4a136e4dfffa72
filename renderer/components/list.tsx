/**
 * A list a person works through with keys: J/K or arrows move, Enter opens, X selects, Shift-J/K extend. Focus stays on the list and the
 * active row is named by it, so an update can never take the focus away. `main` lists also answer when the focus is elsewhere on the screen.
 */
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import { keyName, keysOf, useKeys, type Binding } from '../lib/keys.ts';
import type { Cursor } from './use-cursor.ts';
import s from './list.module.css';

type ListProps<T> = {
  label: string;
  /** Heading of its keys in the sheet; defaults to the label. */
  scope?: string;
  items: readonly T[];
  idOf: (item: T) => string;
  cursor: Cursor;
  onOpen?: (item: T) => void;
  /** Rows can be selected with X. */
  selectable?: boolean;
  main?: boolean;
  /** Cells of one row; lay them out with `className` of the list's own module. */
  children: (item: T, state: { active: boolean; selected: boolean }) => ReactNode;
  rowClass?: string | undefined;
  /** Rows stand on top of a heading: the heading of the group that begins with this item, or null. */
  groupOf?: (item: T, before: T | undefined) => ReactNode;
};

/** What j, k, enter and x do to a list, for this component and for lists that draw themselves. */
export function listKeys(cursor: Cursor, open: (() => void) | undefined, selectable: boolean): Binding[] {
  const some = cursor.active !== null;
  return [
    { keys: ['j', 'ArrowDown'], label: 'Next row', run: () => cursor.move(1), enabled: some, quiet: true },
    { keys: ['k', 'ArrowUp'], label: 'Row before', run: () => cursor.move(-1), enabled: some, quiet: true },
    { keys: 'Enter', label: 'Open row', run: () => open?.(), enabled: some && open !== undefined, quiet: true },
    { keys: 'x', label: 'Select row', run: () => cursor.toggle(), enabled: some && selectable, quiet: true },
    { keys: ['Shift+j', 'Shift+ArrowDown'], label: 'Extend selection down', run: () => cursor.extend(1), enabled: some && selectable, quiet: true },
    { keys: ['Shift+k', 'Shift+ArrowUp'], label: 'Extend selection up', run: () => cursor.extend(-1), enabled: some && selectable, quiet: true },
  ];
}

/** Handles a key pressed inside a list by the same bindings the page would use. */
export function onListKey(event: KeyboardEvent, bindings: readonly Binding[]): void {
  if (event.target !== event.currentTarget) return;
  const name = keyName(event.nativeEvent);
  const hit = bindings.find((one) => one.enabled !== false && keysOf(one).includes(name));
  if (!hit) return;
  event.preventDefault();
  hit.run();
}

export function List<T>({ label, scope, items, idOf, cursor, onOpen, selectable = false, main = false, children, rowClass, groupOf }: ListProps<T>) {
  const prefix = useId();
  const box = useRef<HTMLDivElement>(null);
  const activeItem = items.find((item) => idOf(item) === cursor.active);
  const bindings = listKeys(cursor, onOpen && (() => activeItem !== undefined && onOpen(activeItem)), selectable);
  useKeys(scope ?? label, main ? bindings : []);
  const rowId = (id: string): string => `${prefix}-${id}`;

  const moved = useRef(cursor.active);
  useEffect(() => {
    if (moved.current === cursor.active) return;
    moved.current = cursor.active;
    if (cursor.active !== null) document.getElementById(`${prefix}-${cursor.active}`)?.scrollIntoView({ block: 'nearest' });
  }, [cursor.active, prefix]);

  return (
    <div
      ref={box}
      className={s.list}
      role="grid"
      aria-label={label}
      aria-multiselectable={selectable || undefined}
      aria-activedescendant={cursor.active === null ? undefined : rowId(cursor.active)}
      tabIndex={0}
      onKeyDown={(event) => onListKey(event, bindings)}
    >
      {items.map((item, i) => {
        const id = idOf(item);
        const active = id === cursor.active;
        const selected = cursor.selected.has(id);
        const heading = groupOf?.(item, items[i - 1]);
        return (
          <div key={id} role="rowgroup">
            {heading !== undefined && heading !== null && (
              <div role="row" className={s.group}>
                <div role="gridcell">{heading}</div>
              </div>
            )}
            {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the focus and the keys of its rows */}
            <div
              id={rowId(id)}
              role="row"
              aria-selected={selectable ? selected : active}
              className={cx(s.row, active && s.current, active && main && s.active, selected && s.selected, rowClass)}
              onMouseDown={() => cursor.to(id)}
              onClick={(event) => {
                if (event.target instanceof Element && event.target.closest('button, a, input')) return;
                onOpen?.(item);
              }}
            >
              {children(item, { active, selected })}
            </div>
          </div>
        );
      })}
    </div>
  );
}

/** One cell. `grow` takes what is left; `end` stands at the right; `dim` is the second voice. */
export function Cell({ children, grow = false, end = false, dim = false, mono = false, width, title }: CellProps) {
  return (
    <div
      role="gridcell"
      className={cx(s.cell, grow && s.grow, end && s.end, dim && s.dim, mono && s.mono)}
      style={width === undefined ? undefined : { width, flex: 'none' }}
      title={title}
    >
      {children}
    </div>
  );
}

type CellProps = { children?: ReactNode; grow?: boolean; end?: boolean; dim?: boolean; mono?: boolean; width?: number; title?: string | undefined };
