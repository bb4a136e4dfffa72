/** A list of short texts, one a line. */
import { useState } from 'react';
import { TextField } from './text-field.tsx';

type Props = { label: string; value: readonly string[]; onChange: (lines: string[]) => void; hint?: string; placeholder?: string };

export function LinesField({ value, onChange, ...field }: Props) {
  const [text, setText] = useState(() => value.join('\n'));
  const write = (next: string): void => {
    setText(next);
    const lines = next.split('\n').map((line) => line.trim());
    onChange([...new Set(lines.filter((line) => line !== ''))]);
  };
  return <TextField {...field} value={text} onChange={write} rows={2} mono />;
}
