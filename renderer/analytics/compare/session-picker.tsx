/** Finds one of many sessions by its title. */
import { useMemo } from 'react';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import type { Session } from '#shared/domain/session.ts';
import { formatRelative } from '#shared/lib/format.ts';
import { coreNow } from '../../lib/clock.ts';
import f from '../../components/field.module.css';
import p from '../../components/popup.module.css';
import s from './compare.module.css';

type PickerProps = { label: string; sessions: readonly Session[]; value: string | null; onChange: (id: string) => void };

export function SessionPicker({ label, sessions, value, onChange }: PickerProps) {
  const items = useMemo(() => sessions.map(({ id, title, startedAt, createdAt }) => ({ id, title, at: startedAt ?? createdAt })), [sessions]);
  return (
    <ComboBox className={s.picker ?? ''} defaultItems={items} value={value} menuTrigger="focus" onChange={(key) => typeof key === 'string' && onChange(key)}>
      <Label className="visually-hidden">{label}</Label>
      <Input className={f.input ?? ''} placeholder={label} />
      <Popover className={p.popover ?? ''}>
        <ListBox<(typeof items)[number]> className={p.list ?? ''}>
          {(item) => (
            <ListBoxItem id={item.id} textValue={item.title} className={p.item ?? ''}>
              <span className={p.itemText}>{item.title}</span>
              <span className={p.itemNote}>{formatRelative(item.at, coreNow())}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
