/** Over the tiles: which dashboard, which period, beside which other, filtered by what. */
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import type { Filter, Range } from '#shared/domain/query.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Select } from '../../components/select.tsx';
import { useNames } from '../live/catalogue.ts';
import { filterText, type Metrics } from '../model/asked.ts';
import { besideText, presets, rangeText, type Compare } from '../model/ranges.ts';
import { FilterForm } from './filter-form.tsx';
import { PeriodDialog } from './period-dialog.tsx';
import s from './toolbar.module.css';

type RangeProps = { range: Range; onChange: (range: Range) => void; open: boolean; onOpen: (open: boolean) => void };

/** The periods offered, and any other. */
export function RangePicker({ range, onChange, open, onOpen }: RangeProps) {
  const [custom, setCustom] = useState(false);
  const preset = range.kind === 'last' ? presets.find((one) => one.ms === range.ms) : undefined;
  const value = preset ? String(preset.ms) : 'custom';
  return (
    <>
      <Select
        label="Period"
        hideLabel
        className={s.range}
        open={open}
        onOpen={onOpen}
        value={value}
        options={[
          ...presets.map((one) => ({ id: String(one.ms), label: one.name })),
          { id: 'custom', label: value === 'custom' ? `Custom: ${rangeText(range)}` : 'Custom…' },
        ]}
        onChange={(id) => (id === 'custom' ? setCustom(true) : onChange({ kind: 'last', ms: Number(id) }))}
      />
      <PeriodDialog
        label="Custom period"
        trigger="Change period"
        shown={value === 'custom'}
        range={range}
        open={custom}
        onOpen={setCustom}
        onChoose={onChange}
      />
    </>
  );
}

type CompareProps = { range: Range; compare: Compare; onChange: (compare: Compare) => void };

/** None, the period before, or a chosen one. */
export function ComparePicker({ range, compare, onChange }: CompareProps) {
  const [custom, setCustom] = useState(false);
  const label = compare === null ? 'Compare' : `With ${besideText(range, compare)}`;
  return (
    <>
      <Menu
        label="Compare with"
        acts={[
          { id: 'none', label: 'No comparison', checked: compare === null, run: () => onChange(null) },
          {
            id: 'before',
            label: `With ${besideText(range, { with: 'before' })}`,
            keys: 'v',
            checked: compare?.with === 'before',
            run: () => onChange({ with: 'before' }),
          },
          { id: 'chosen', label: 'With another period…', checked: compare?.with === 'between', run: () => setCustom(true) },
        ]}
      >
        <Button look={compare === null ? 'quiet' : 'plain'} keys="v">
          {label}
        </Button>
      </Menu>
      <PeriodDialog
        label="The other period"
        trigger="Choose the other period"
        range={compare?.with === 'between' ? { kind: 'between', from: compare.from, to: compare.to } : range}
        open={custom}
        onOpen={setCustom}
        onChoose={({ from, to }) => onChange({ with: 'between', from, to })}
      />
    </>
  );
}

type ChipsProps = {
  filters: readonly Filter[];
  metrics: Metrics;
  used: readonly string[];
  range: Range;
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (filters: readonly Filter[]) => void;
};

/** Filters as chips; each can be taken off, one more is put on by its form. */
export function FilterChips({ filters, metrics, used, range, open, onOpen, onChange }: ChipsProps) {
  const names = useNames();
  return (
    <div className={s.chips} role="group" aria-label="Filters">
      {filters.map((filter, at) => (
        <span key={JSON.stringify(filter)} className={s.chip}>
          {filterText(filter, names)}
          <AriaButton
            className={s.off ?? ''}
            aria-label={`Take off: ${filterText(filter, names)}`}
            onPress={() => onChange(filters.filter((_, i) => i !== at))}
          >
            <X aria-hidden="true" />
          </AriaButton>
        </span>
      ))}
      <DialogTrigger isOpen={open} onOpenChange={onOpen}>
        <Button look="quiet" icon={<Plus />} keys="/">
          Filter
        </Button>
        <Popover className={s.popover ?? ''} placement="bottom start">
          <AriaDialog aria-label="Add a filter" className={s.form ?? ''}>
            <FilterForm
              metrics={metrics}
              used={used}
              range={range}
              onAdd={(filter) => (onOpen(false), onChange([...filters.filter((one) => one.tag !== filter.tag || one.op !== filter.op), filter]))}
            />
          </AriaDialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
