/** Chooses a tag and some of the values it has in the period. */
import { useMemo, useState } from 'react';
import type { Filter, Range } from '#shared/domain/query.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, Segments } from '../../components/choice.tsx';
import { FaultText, Skeleton } from '../../components/feedback.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { faultFrom } from '../../lib/faults.ts';
import { useNames, useTagValues } from '../live/catalogue.ts';
import { tagName, type Metrics } from '../model/asked.ts';
import s from './toolbar.module.css';

const SHOWN = 60;

type FormProps = {
  metrics: Metrics;
  /** Metrics whose tags are offered. */
  used: readonly string[];
  range: Range;
  onAdd: (filter: Filter) => void;
};

export function FilterForm({ metrics, used, range, onAdd }: FormProps) {
  const tags = useMemo(() => {
    const byTag = new Map<string, string>();
    for (const name of used) for (const tag of metrics.get(name)?.tags ?? []) if (!byTag.has(tag)) byTag.set(tag, name);
    return byTag;
  }, [metrics, used]);
  const [tag, setTag] = useState<string | null>(null);
  const [op, setOp] = useState<Filter['op']>('is');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const names = useNames();
  const { values, more, error } = useTagValues(tag === null ? null : (tags.get(tag) ?? null), tag, range);
  const word = (value: string): string => names[value] ?? (value === '' ? 'none' : value);
  const found = values.filter((value) => word(value).toLowerCase().includes(search.toLowerCase()));
  const toggle = (value: string): void =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(value)) next.add(value);
      return next;
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (tag !== null && chosen.size > 0) onAdd({ tag, op, values: [...chosen] });
      }}
    >
      <Select
        label="Tag"
        autoFocus
        options={[...tags.keys()].sort().map((id) => ({ id, label: tagName(id) }))}
        value={tag}
        placeholder="Choose a tag"
        onChange={(next) => {
          setTag(next);
          setChosen(new Set());
          setSearch('');
        }}
      />
      {tag !== null && (
        <>
          <Segments
            label="How"
            hideLabel
            options={[
              { id: 'is', label: 'is' },
              { id: 'is-not', label: 'is not' },
            ]}
            value={op}
            onChange={setOp}
          />
          {error !== null ? (
            <FaultText fault={faultFrom(error)} />
          ) : (
            <>
              {values.length > 8 && <TextField label="Find a value" hideLabel placeholder="Find a value" value={search} onChange={setSearch} />}
              <div className={s.values} role="group" aria-label={`Values of ${tagName(tag)}`}>
                {found.slice(0, SHOWN).map((value) => (
                  <Checkbox key={value} checked={chosen.has(value)} onChange={() => toggle(value)}>
                    {word(value)}
                  </Checkbox>
                ))}
                {values.length === 0 && <ValuesMissing />}
                {(more || found.length > SHOWN) && <p className={s.hint}>There are more; write a part of the name.</p>}
              </div>
            </>
          )}
        </>
      )}
      <Button type="submit" look="primary" isDisabled={tag === null || chosen.size === 0}>
        Add filter
      </Button>
    </form>
  );
}

function ValuesMissing() {
  return (
    <>
      <Skeleton rows={2} />
      <p className={s.hint}>Values of this period appear here.</p>
    </>
  );
}
