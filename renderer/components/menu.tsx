/** A menu of acts on one thing, opened by its button. */
import type { ReactElement, ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { cx } from '../lib/cx.ts';
import { KeyHint } from './key-hint.tsx';
import s from './popup.module.css';

export type MenuAct = { id: string; label: string; run: () => void; icon?: ReactNode; keys?: string; danger?: boolean; disabled?: boolean; checked?: boolean };

/** `children` is the button that opens it. */
export function Menu({ label, acts, children }: { label: string; acts: readonly MenuAct[]; children: ReactElement }) {
  return (
    <MenuTrigger>
      {children}
      <Popover className={s.popover} placement="bottom end">
        <AriaMenu className={s.list} aria-label={label} disabledKeys={acts.filter((act) => act.disabled).map((act) => act.id)}>
          {acts.map((act) => (
            <MenuItem key={act.id} id={act.id} textValue={act.label} className={cx(s.item, act.danger && s.danger)} onAction={act.run}>
              {act.icon}
              <span className={s.itemText}>{act.label}</span>
              {act.checked && <span className={s.itemNote}>chosen</span>}
              {act.keys !== undefined && <KeyHint keys={act.keys} />}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
