/** A line or an area of text with its label, a hint below, and its error in place of the hint. */
import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField } from 'react-aria-components/TextField';
import { cx } from '../lib/cx.ts';
import s from './field.module.css';

export type TextFieldProps = {
  label: string;
  hideLabel?: boolean;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  /** What stands here when it is empty; never the label itself. */
  placeholder?: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** More than one makes it an area that can grow. */
  rows?: number;
  mono?: boolean;
  /** Not shown while it is written: tokens. */
  secret?: boolean;
  autoFocus?: boolean;
  disabled?: boolean;
  /** Text before and after the input: a unit, a currency. */
  before?: string;
  after?: string;
  inputMode?: 'text' | 'numeric' | 'decimal' | 'search';
  className?: string | undefined;
};

export function TextField({
  label,
  hideLabel = false,
  value,
  onChange,
  onBlur,
  hint,
  error,
  rows = 1,
  mono = false,
  secret = false,
  disabled = false,
  before,
  after,
  className,
  ...input
}: TextFieldProps) {
  const look = cx(s.input, mono && s.mono, rows > 1 && s.area);
  const shared = {
    ...(input.placeholder === undefined ? {} : { placeholder: input.placeholder }),
    spellCheck: !mono && !secret,
    autoComplete: secret ? 'new-password' : 'off',
  };
  return (
    <AriaTextField
      className={cx(s.field, className)}
      value={value}
      onChange={onChange}
      {...(onBlur ? { onBlur } : {})}
      isDisabled={disabled}
      isInvalid={error !== undefined}
      autoFocus={input.autoFocus ?? false}
    >
      <Label className={hideLabel ? 'visually-hidden' : s.label}>{label}</Label>
      {rows > 1 ? (
        <TextArea {...shared} className={look} rows={rows} style={{ minHeight: rows * 19 + 14 }} />
      ) : (
        <span className={s.line}>
          {before !== undefined && <span className={s.affix}>{before}</span>}
          <Input {...shared} className={look} {...(secret ? { type: 'password' } : {})} {...(input.inputMode ? { inputMode: input.inputMode } : {})} />
          {after !== undefined && <span className={s.affix}>{after}</span>}
        </span>
      )}
      {error === undefined && hint !== undefined && (
        <Text slot="description" className={s.hint}>
          {hint}
        </Text>
      )}
      <FieldError className={s.error}>{error}</FieldError>
    </AriaTextField>
  );
}
