/** Adds a tile or changes one: its kind, and one or more questions put together from the catalogue. */
import { Plus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import type { Tile } from '#shared/domain/dashboard.ts';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Query, Range } from '#shared/domain/query.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Checkbox, Segments } from '../../components/choice.tsx';
import { DialogKey } from '../../components/dialog-key.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import f from '../../components/field.module.css';
import p from '../../components/popup.module.css';
import { queryTitle, tagName, type Metrics } from '../model/asked.ts';
import { plainQuery, sizeOf } from '../model/new-tile.ts';
import { aggregateNames, aggregatesOf } from '#shared/lib/units.ts';
import { WhereList } from './where-list.tsx';
import s from './query-editor.module.css';

type EditorProps = {
  /** Null adds one. */
  tile: Tile | null;
  metrics: Metrics;
  range: Range;
  onSave: (tile: Omit<Tile, 'id' | 'x' | 'y'>) => void;
  onClose: () => void;
};

const kinds = [
  { id: 'line', label: 'Lines' },
  { id: 'figure', label: 'Figure' },
  { id: 'bars', label: 'Bars' },
  { id: 'table', label: 'Table' },
] as const satisfies readonly { id: Tile['kind']; label: string }[];

const MOST_QUERIES = 6;

export function QueryEditor({ tile, metrics, range, onSave, onClose }: EditorProps) {
  const [kind, setKind] = useState<Tile['kind']>(tile?.kind ?? 'line');
  const [title, setTitle] = useState(tile?.title ?? '');
  const [queries, setQueries] = useState<readonly (Query | null)[]>(tile?.queries ?? [null]);
  const complete = queries.filter((query) => query !== null);
  const ready = complete.length === queries.length && complete.length > 0;
  const units = new Set(complete.map((query) => metrics.get(query.metric)?.unit));
  const suggested = complete[0] ? `${queryTitle(complete[0], metrics)}${complete[0].by.length > 0 ? ` by ${complete[0].by.map(tagName).join(', ')}` : ''}` : '';
  const save = (): void => {
    if (!ready) return;
    const size = tile && tile.kind === kind ? { w: tile.w, h: tile.h } : sizeOf(kind);
    onSave({ kind, title: (title.trim() || suggested).slice(0, 120), queries: kind === 'figure' ? complete.slice(0, 1) : complete, ...size });
  };
  const put = (at: number, query: Query | null): void => setQueries(queries.map((one, i) => (i === at ? query : one)));
  return (
    <Dialog
      title={tile ? `Change "${tile.title}"` : 'Add a tile'}
      width="wide"
      dismissable={false}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Mod+Enter" isDisabled={!ready} onPress={save}>
            {tile ? 'Change tile' : 'Add tile'}
          </Button>
        </>
      }
    >
      <DialogKey scope="Tile" label="Save the tile" run={save} enabled={ready} />
      <div className={s.editor}>
        <Segments label="Shown as" options={kinds} value={kind} onChange={setKind} />
        {kind === 'bars' && (
          <Checkbox
            checked={complete.some((query) => query.points > 0)}
            disabled={!ready}
            onChange={(on) => setQueries(complete.map((query) => ({ ...query, points: on ? 60 : 0 })))}
          >
            Over time, groups on each other
          </Checkbox>
        )}
        {queries.map((query, at) => (
          <QueryForm
            // oxlint-disable-next-line react/no-array-index-key -- a question has no identity but its place
            key={at}
            query={query}
            metrics={metrics}
            range={range}
            first={at === 0}
            onChange={(next) => put(at, next)}
            {...(queries.length > 1 ? { onRemove: () => setQueries(queries.filter((_, i) => i !== at)) } : {})}
          />
        ))}
        {kind !== 'figure' && queries.length < MOST_QUERIES && (
          <Button look="quiet" size="small" icon={<Plus />} className={s.more} isDisabled={!ready} onPress={() => setQueries([...queries, null])}>
            Another metric
          </Button>
        )}
        {units.size > 1 && kind === 'line' && <p className={s.note}>These metrics have different units; lines share one scale. Two tiles read better.</p>}
        <TextField label="Title" value={title} onChange={setTitle} placeholder={suggested || 'Named after its metric'} />
      </div>
    </Dialog>
  );
}

type QueryProps = { query: Query | null; metrics: Metrics; range: Range; first: boolean; onChange: (query: Query | null) => void; onRemove?: () => void };

function QueryForm({ query, metrics, range, first, onChange, onRemove }: QueryProps) {
  const entry = query ? metrics.get(query.metric) : undefined;
  const aggregates = entry ? aggregatesOf(entry) : [];
  const change = (part: Partial<Query>): void => {
    if (query) onChange({ ...query, ...part });
  };
  return (
    <fieldset className={s.query}>
      <legend className="visually-hidden">Question</legend>
      <div className={s.line}>
        <MetricPicker metrics={metrics} value={query?.metric ?? null} autoFocus={first && query === null} onChange={(metric) => onChange(plainQuery(metric))} />
        {aggregates.length > 0 && (
          <Select
            label="Taken as"
            className={s.aggregate}
            options={aggregates.map((id) => ({ id, label: aggregateNames[id] }))}
            value={query?.aggregate ?? aggregates[0] ?? null}
            onChange={(aggregate) => change({ aggregate })}
          />
        )}
        {onRemove && <IconButton label="Remove this metric" icon={<X />} onPress={onRemove} />}
      </div>
      {entry && <p className={s.note}>{entry.formula ? `${entry.formula}. ${entry.source}` : entry.source}</p>}
      {query && entry && entry.tags.length > 0 && (
        <div className={s.line}>
          <div className={s.by} role="group" aria-label="Grouped by">
            <span className={s.label}>By</span>
            {entry.tags.map((tag) => (
              <Checkbox
                key={tag}
                checked={query.by.includes(tag)}
                disabled={!query.by.includes(tag) && query.by.length >= 3}
                onChange={(on) => change({ by: on ? [...query.by, tag] : query.by.filter((one) => one !== tag) })}
              >
                {tagName(tag)}
              </Checkbox>
            ))}
          </div>
        </div>
      )}
      {query && entry && <WhereList where={query.where} entry={entry} metrics={metrics} range={range} onChange={(where) => change({ where })} />}
    </fieldset>
  );
}

type PickerProps = { metrics: Metrics; value: string | null; autoFocus?: boolean; label?: string; onChange: (metric: string) => void };

/** Finds a metric by its title or name. */
export function MetricPicker({ metrics, value, autoFocus = false, label = 'Metric', onChange }: PickerProps) {
  const items = useMemo(() => [...metrics.values()].sort((a, b) => a.title.localeCompare(b.title)), [metrics]);
  return (
    <ComboBox
      className={`${f.field} ${s.metric}`}
      defaultItems={items}
      value={value}
      // Already focused is what a person who opened the dialog wants to fill in.
      autoFocus={autoFocus}
      menuTrigger="focus"
      onChange={(key) => typeof key === 'string' && onChange(key)}
    >
      <Label className={f.label ?? ''}>{label}</Label>
      <Input className={f.input ?? ''} placeholder="Find a metric" />
      <Popover className={p.popover ?? ''}>
        <ListBox<CatalogueEntry> className={p.list ?? ''}>
          {(entry) => (
            <ListBoxItem id={entry.name} textValue={entry.title} className={p.item ?? ''}>
              <span className={p.itemText}>{entry.title}</span>
              <span className={p.itemNote}>{entry.name}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
