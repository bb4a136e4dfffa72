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
import { coreNow } from '../../lib/clock.ts';
import { useNames } from '../live/catalogue.ts';
import { filterText, type Metrics } from '../model/asked.ts';
import { besideText, fromField, presets, rangeText, toField, type Compare } from '../model/ranges.ts';
import { FilterForm } from './filter-form.tsx';
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
      <DialogTrigger isOpen={custom} onOpenChange={setCustom}>
        <Button look="quiet" size="small" className={value === 'custom' ? '' : s.hidden}>
          Change period
        </Button>
        <Popover className={s.popover ?? ''} placement="bottom start">
          <AriaDialog aria-label="Custom period" className={s.form ?? ''}>
            <BetweenForm range={range} onDone={(next) => (setCustom(false), onChange(next))} />
          </AriaDialog>
        </Popover>
      </DialogTrigger>
    </>
  );
}

function BetweenForm({ range, onDone }: { range: Range; onDone: (range: Range & { kind: 'between' }) => void }) {
  const now = coreNow();
  const [from, setFrom] = useState(toField(range.kind === 'between' ? range.from : now - range.ms));
  const [to, setTo] = useState(toField(range.kind === 'between' ? range.to : now));
  const start = fromField(from);
  const end = fromField(to);
  const bad = start === null || end === null ? 'Choose both moments.' : end <= start ? 'The end lies before the start.' : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (bad === null && start !== null && end !== null) onDone({ kind: 'between', from: start, to: end });
      }}
    >
      <label className={s.moment}>
        From
        <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label className={s.moment}>
        To
        <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      {bad !== null && <p className={s.bad}>{bad}</p>}
      <Button type="submit" look="primary" isDisabled={bad !== null}>
        Use this period
      </Button>
    </form>
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
      <DialogTrigger isOpen={custom} onOpenChange={setCustom}>
        <Button className={s.hidden} look="quiet">
          Choose the other period
        </Button>
        <Popover className={s.popover ?? ''} placement="bottom start">
          <AriaDialog aria-label="The other period" className={s.form ?? ''}>
            <BetweenForm
              range={compare?.with === 'between' ? { kind: 'between', from: compare.from, to: compare.to } : range}
              onDone={({ from, to }) => (setCustom(false), onChange({ with: 'between', from, to }))}
            />
          </AriaDialog>
        </Popover>
      </DialogTrigger>
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
