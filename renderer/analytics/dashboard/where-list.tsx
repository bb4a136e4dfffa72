/** The filters of one question: each can be taken off, and another put on. */
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Filter, Range } from '#shared/domain/query.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { useNames } from '../live/catalogue.ts';
import { filterText, type Metrics } from '../model/asked.ts';
import { FilterForm } from './filter-form.tsx';
import s from './where-list.module.css';

type WhereProps = {
  where: readonly Filter[];
  entry: CatalogueEntry;
  metrics: Metrics;
  /** Period whose values of a tag are offered. */
  range: Range;
  onChange: (where: Filter[]) => void;
};

export function WhereList({ where, entry, metrics, range, onChange }: WhereProps) {
  const names = useNames();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div className={s.line}>
        {where.map((filter, at) => (
          <span key={JSON.stringify(filter)} className={s.where}>
            {filterText(filter, names)}
            <IconButton size="small" label={`Take off: ${filterText(filter, names)}`} icon={<X />} onPress={() => onChange(where.filter((_, i) => i !== at))} />
          </span>
        ))}
        {entry.tags.length > 0 && (
          <Button look="quiet" size="small" icon={<Plus />} onPress={() => setAdding(!adding)} aria-expanded={adding}>
            Only where…
          </Button>
        )}
      </div>
      {adding && (
        <div className={s.filter}>
          <FilterForm
            metrics={metrics}
            used={[entry.name]}
            range={range}
            onAdd={(filter) => {
              setAdding(false);
              onChange([...where, filter]);
            }}
          />
        </div>
      )}
    </>
  );
}
