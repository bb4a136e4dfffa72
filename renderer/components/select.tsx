/** Choose one of a few, with a note to each where the name alone does not say it. */
import { Check, ChevronDown } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { cx } from '../lib/cx.ts';
import f from './field.module.css';
import s from './popup.module.css';

export type Option<T extends string = string> = { readonly id: T; readonly label: string; readonly note?: string };

type SelectProps<T extends string> = {
  label: string;
  /** The label is read but not shown. */
  hideLabel?: boolean;
  options: readonly Option<T>[];
  value: T | null;
  onChange: (value: T) => void;
  placeholder?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  /** Opened from elsewhere, by a key: then both are given. */
  open?: boolean;
  onOpen?: (open: boolean) => void;
  error?: string | undefined;
  className?: string | undefined;
};

export function Select<T extends string>({
  label,
  hideLabel = false,
  options,
  value,
  onChange,
  placeholder,
  disabled = false,
  autoFocus = false,
  open,
  onOpen,
  error,
  className,
}: SelectProps<T>) {
  return (
    <AriaSelect
      className={cx(f.field, className)}
      value={value}
      isDisabled={disabled}
      autoFocus={autoFocus}
      {...(open === undefined ? {} : { isOpen: open })}
      {...(onOpen ? { onOpenChange: onOpen } : {})}
      isInvalid={error !== undefined}
      placeholder={placeholder ?? 'Choose'}
      onChange={(key) => {
        const chosen = options.find((option) => option.id === key);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : f.label}>{label}</Label>
      <AriaButton className={cx(f.input, f.trigger)}>
        <SelectValue className={f.value}>{({ selectedText, defaultChildren }) => selectedText || defaultChildren}</SelectValue>
        <ChevronDown aria-hidden="true" />
      </AriaButton>
      {error !== undefined && <span className={f.error}>{error}</span>}
      <Popover className={s.popover}>
        <ListBox className={s.list} items={options.map((option) => ({ ...option }))}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={s.item ?? ''}>
              {({ isSelected }) => (
                <>
                  <span className={s.check}>{isSelected && <Check aria-hidden="true" />}</span>
                  <span className={s.itemText}>{option.label}</span>
                  {option.note !== undefined && <span className={s.itemNote}>{option.note}</span>}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
