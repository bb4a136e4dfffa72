/** Several of a few: sections, formats. */
import { Checkbox } from '../components/choice.tsx';
import s from './reports.module.css';

type ChoicesProps<T extends string> = { label: string; options: readonly { id: T; label: string }[]; chosen: readonly T[]; onChange: (chosen: T[]) => void };

export function Choices<T extends string>({ label, options, chosen, onChange }: ChoicesProps<T>) {
  return (
    <div className={s.choices} role="group" aria-label={label}>
      <span className={s.label}>{label}</span>
      <div className={s.options}>
        {options.map(({ id, label: name }) => (
          <Checkbox
            key={id}
            checked={chosen.includes(id)}
            // In the order they are offered, which is the order of the report.
            onChange={(on) => onChange(options.filter((one) => (one.id === id ? on : chosen.includes(one.id))).map((one) => one.id))}
          >
            {name}
          </Checkbox>
        ))}
      </div>
    </div>
  );
}
