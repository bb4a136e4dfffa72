/** A command as a person writes it, kept as program and arguments. What cannot be split says why below the field. */
import { useState } from 'react';
import { joinCommand, splitCommand } from '#shared/lib/argv.ts';
import { TextField } from './text-field.tsx';

type Props = {
  label: string;
  hideLabel?: boolean;
  value: readonly string[];
  /** Told the words, or null while the line cannot be split. Empty is allowed when `optional`. */
  onChange: (words: string[] | null) => void;
  optional?: boolean;
  placeholder?: string;
  hint?: string;
  className?: string | undefined;
};

export function CommandField({
  value,
  onChange,
  optional = false,
  hint = 'Run without a shell: program and arguments, quotes hold words together.',
  ...field
}: Props) {
  const [line, setLine] = useState(() => joinCommand(value));
  const [touched, setTouched] = useState(false);
  const empty = line.trim() === '';
  const split = empty && optional ? { ok: true as const, value: [] } : splitCommand(line);
  const write = (next: string): void => {
    setLine(next);
    const words = next.trim() === '' && optional ? { ok: true as const, value: [] } : splitCommand(next);
    onChange(words.ok ? words.value : null);
  };
  const fault = split.ok || !touched ? undefined : `${split.fault.message} ${split.fault.fix ?? ''}`;
  return <TextField {...field} value={line} onChange={write} onBlur={() => setTouched(true)} hint={hint} error={fault} mono />;
}
