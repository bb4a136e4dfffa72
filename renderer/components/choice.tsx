/** A check box, and a row of segments of which one is chosen. */
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { cx } from '../lib/cx.ts';
import type { Option } from './select.tsx';
import s from './field.module.css';

export function Checkbox({
  checked,
  onChange,
  children,
  disabled = false,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  disabled?: boolean;
}) {
  return (
    <AriaCheckbox className={s.choice ?? ''} isSelected={checked} onChange={onChange} isDisabled={disabled}>
      <span className={s.box} aria-hidden="true">
        <Check />
      </span>
      <span>{children}</span>
    </AriaCheckbox>
  );
}

type SegmentsProps<T extends string> = { label: string; hideLabel?: boolean; options: readonly Option<T>[]; value: T; onChange: (value: T) => void };

export function Segments<T extends string>({ label, hideLabel = false, options, value, onChange }: SegmentsProps<T>) {
  return (
    <RadioGroup
      className={s.field ?? ''}
      orientation="horizontal"
      value={value}
      onChange={(next) => {
        const chosen = options.find((option) => option.id === next);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : s.label}>{label}</Label>
      <div>
        <div className={s.segments}>
          {options.map((option) => (
            <Radio key={option.id} value={option.id} className={cx(s.segment)}>
              {option.label}
            </Radio>
          ))}
        </div>
      </div>
    </RadioGroup>
  );
}
