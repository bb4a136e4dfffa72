/** A number as text that may be half written. */
import { useState } from 'react';
import { TextField } from './text-field.tsx';

type Props = {
  label: string;
  hideLabel?: boolean;
  /** null when empty. */
  value: number | null;
  /** Told the number, or null when it is empty; undefined while it is not a number in range. */
  onChange: (value: number | null | undefined) => void;
  min?: number;
  max?: number;
  /** Whole numbers only. */
  whole?: boolean;
  /** Empty is a value of its own. */
  optional?: boolean;
  before?: string;
  after?: string;
  hint?: string;
  placeholder?: string;
  autoFocus?: boolean;
  className?: string | undefined;
};

export function NumberField({ value, onChange, min = 0, max = Number.MAX_SAFE_INTEGER, whole = true, optional = false, ...field }: Props) {
  const [text, setText] = useState(() => (value === null ? '' : String(value)));
  const read = (from: string): number | null | undefined => {
    if (from.trim() === '') return optional ? null : undefined;
    const number = Number(from);
    return Number.isFinite(number) && number >= min && number <= max && (!whole || Number.isInteger(number)) ? number : undefined;
  };
  const write = (next: string): void => {
    setText(next);
    onChange(read(next));
  };
  const bad = read(text) === undefined;
  return (
    <TextField
      {...field}
      value={text}
      onChange={write}
      inputMode={whole ? 'numeric' : 'decimal'}
      error={bad ? `${whole ? 'A whole number' : 'A number'} from ${min} to ${max}.` : undefined}
    />
  );
}
