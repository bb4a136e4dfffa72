/** One dashboard: its toolbar and its tiles, worked by pointer and by keys alike. */
import { useMemo, useRef, useState } from 'react';
import type { Tile } from '#shared/domain/dashboard.ts';
import type { Query } from '#shared/domain/query.ts';
import { newId } from '#shared/lib/id.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/feedback.tsx';
import { useMayAct } from '../../lib/client.ts';
import { useKeys, type Binding } from '../../lib/keys.ts';
import { go } from '../../lib/router.ts';
import { say } from '../../lib/toasts.ts';
import { pointAt, useCrosshair } from '../chart/crosshair.ts';
import { seriesPlace } from '../drill/place.ts';
import { IngestLine } from '../ingest-line.tsx';
import { askedOf, type Metrics } from '../model/asked.ts';
import type { Draft } from '../model/files.ts';
import { freePlace, place, readingOrder, settle, step } from '../model/grid.ts';
import { lengthOf } from '../model/ranges.ts';
import { OriginDialog } from './origin-dialog.tsx';
import { QueryEditor } from './query-editor.tsx';
import { change, changeTiles, chooseTile, redo, setFilters, toggleTable, undo, useDashboards } from './state.ts';
import { TileView, type TileActs } from './tile.tsx';
import { ComparePicker, FilterChips, RangePicker } from './toolbar.tsx';
import { useDrag } from './use-drag.ts';
import { WhichDashboard } from './which.tsx';
import bar from './toolbar.module.css';
import s from './dashboard.module.css';

type Editing = { readonly tile: Tile | null };

export function DashboardView({ dashboard, metrics }: { dashboard: Draft; metrics: Metrics }) {
  const { id, range, compare } = dashboard;
  const filters = useDashboards((state) => state.filters);
  const editing = useDashboards((state) => state.editing);
  const chosen = useDashboards((state) => state.tile);
  const tables = useDashboards((state) => state.tables);
  const canUndo = useDashboards((state) => (state.histories.get(id)?.past.length ?? 0) > 0);
  const canRedo = useDashboards((state) => (state.histories.get(id)?.future.length ?? 0) > 0);
  const mayAct = useMayAct();
  const [editor, setEditor] = useState<Editing | null>(null);
  const [origin, setOrigin] = useState<{ query: Query; title: string } | null>(null);
  const [full, setFull] = useState<string | null>(null);
  const [ranging, setRanging] = useState(false);
  const [filtering, setFiltering] = useState(false);
  const [which, setWhich] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const { drag, grab } = useDrag(grid, dashboard.tiles, (tiles) => changeTiles(id, () => tiles));
  const tiles = drag?.tiles ?? dashboard.tiles;
  const order = useMemo(() => readingOrder(tiles), [tiles]);
  const used = useMemo(() => [...new Set(tiles.flatMap((tile) => tile.queries.map((query) => query.metric)))], [tiles]);
  const current = tiles.find((tile) => tile.id === chosen) ?? null;

  const focus = (tile: Tile | undefined): void => {
    if (!tile) return;
    chooseTile(tile.id);
    document.getElementById(`tile-${tile.id}`)?.focus();
  };
  const move = (by: number): void => {
    const at = current ? order.findIndex((tile) => tile.id === current.id) + by : by > 0 ? 0 : order.length - 1;
    focus(order[Math.max(0, Math.min(order.length - 1, at))]);
  };
  const asked = (tile: Tile): Query | null => (tile.queries[0] ? askedOf(tile.queries[0], metrics, { range, filters, points: 0 }) : null);
  const remove = (tile: Tile): void => {
    changeTiles(id, (all) => settle(all.filter((one) => one.id !== tile.id)));
    say(`Removed "${tile.title}".`, () => undo(id));
  };
  const acts: TileActs = {
    open: (tile) => {
      const query = asked(tile);
      if (query) go(seriesPlace({ title: tile.title, queries: tile.queries.map((one) => askedOf(one, metrics, { range, filters, points: 0 })), from: id }));
    },
    origin: (tile) => {
      const query = asked(tile);
      if (query) setOrigin({ query, title: tile.title });
    },
    edit: (tile) => setEditor({ tile }),
    copyOf: (tile) => {
      const copy = { ...tile, id: newId('tile'), title: tile.title };
      changeTiles(id, (all) => settle([...all, { ...copy, ...freePlace(all, copy.w, copy.h) }]));
    },
    remove,
    table: (tile) => toggleTable(tile.id),
    full: (tile) => setFull(tile?.id ?? null),
    choose: (tile) => chooseTile(tile.id),
    grab,
  };

  const arrow = (way: 'left' | 'right' | 'up' | 'down') => (): void => {
    if (!current) return;
    changeTiles(id, (all) => step(all, current.id, way));
    requestAnimationFrame(() => document.getElementById(`tile-${current.id}`)?.scrollIntoView({ block: 'nearest' }));
  };
  const size = (w: number, h: number) => (): void => {
    if (current) changeTiles(id, (all) => place(all, current.id, { w: Math.max(1, current.w + w), h: Math.max(1, current.h + h) }));
  };
  const hair = (by: number) => (): void => {
    const now = Date.now();
    const [from, to] = range.kind === 'last' ? [now - range.ms, now] : [range.from, range.to];
    const at = useCrosshair.getState().at ?? to;
    pointAt(Math.max(from, Math.min(to, at + (by * lengthOf(range)) / 60)));
  };
  const some = current !== null;
  const layout = editing && some && mayAct;
  const bindings: Binding[] = [
    { keys: 'j', label: 'Next tile', run: () => move(1), quiet: true },
    { keys: 'k', label: 'Tile before', run: () => move(-1), quiet: true },
    { keys: 'i', label: 'Show where the figure comes from', run: () => current && acts.origin(current), enabled: some },
    { keys: 't', label: 'Show the tile as table or chart', run: () => current && acts.table(current), enabled: some },
    { keys: 'f', label: 'Show the tile full screen', run: () => current && setFull(full === null ? current.id : null), enabled: some },
    { keys: 'Escape', label: 'Leave full screen', run: () => setFull(null), enabled: full !== null, quiet: true },
    { keys: 'r', label: 'Choose the period', run: () => setRanging(true) },
    {
      keys: 'v',
      label: 'Compare with the period before',
      run: () => change(id, (draft) => ({ ...draft, compare: draft.compare === null ? { with: 'before' } : null })),
    },
    { keys: '/', label: 'Filter the tiles', run: () => setFiltering(true) },
    { keys: 'w', label: 'Choose a dashboard', run: () => setWhich(true) },
    { keys: 'n', label: 'Add a tile', run: () => setEditor({ tile: null }), enabled: mayAct },
    { keys: 'm', label: 'Change the tile', run: () => current && setEditor({ tile: current }), enabled: some && mayAct },
    { keys: 'e', label: editing ? 'End arranging the tiles' : 'Arrange the tiles', run: () => useDashboards.setState({ editing: !editing }), enabled: mayAct },
    { keys: 'Delete', label: 'Remove the tile', run: () => current && remove(current), enabled: some && mayAct },
    { keys: 'Mod+z', label: 'Take the last change of the dashboard back', run: () => undo(id), enabled: canUndo },
    { keys: 'Mod+Shift+z', label: 'Make the change again', run: () => redo(id), enabled: canRedo },
    { keys: 'ArrowLeft', label: layout ? 'Move the tile left' : 'Move the crosshair back', run: layout ? arrow('left') : hair(-1), quiet: true },
    { keys: 'ArrowRight', label: layout ? 'Move the tile right' : 'Move the crosshair on', run: layout ? arrow('right') : hair(1), quiet: true },
    { keys: 'ArrowUp', label: 'Move the tile up', run: arrow('up'), enabled: layout, quiet: true },
    { keys: 'ArrowDown', label: 'Move the tile down', run: arrow('down'), enabled: layout, quiet: true },
    { keys: 'Shift+ArrowLeft', label: 'Make the tile narrower', run: size(-1, 0), enabled: layout, quiet: true },
    { keys: 'Shift+ArrowRight', label: 'Make the tile wider', run: size(1, 0), enabled: layout, quiet: true },
    { keys: 'Shift+ArrowUp', label: 'Make the tile lower', run: size(0, -1), enabled: layout, quiet: true },
    { keys: 'Shift+ArrowDown', label: 'Make the tile higher', run: size(0, 1), enabled: layout, quiet: true },
  ];
  useKeys('Analytics', bindings);

  return (
    <div className={s.view}>
      <div className={bar.bar} role="toolbar" aria-label="Dashboard">
        <WhichDashboard dashboard={dashboard} open={which} onOpen={setWhich} />
        <RangePicker range={range} open={ranging} onOpen={setRanging} onChange={(next) => change(id, (draft) => ({ ...draft, range: next }))} />
        <ComparePicker range={range} compare={compare} onChange={(next) => change(id, (draft) => ({ ...draft, compare: next }))} />
        <FilterChips filters={filters} metrics={metrics} used={used} range={range} open={filtering} onOpen={setFiltering} onChange={setFilters} />
        {mayAct && (
          <div className={bar.right}>
            {editing && <span className={s.hint}>Arrows move the chosen tile, Shift and arrows resize it</span>}
            <Button look={editing ? 'primary' : 'quiet'} keys="e" onPress={() => useDashboards.setState({ editing: !editing })}>
              {editing ? 'Done' : 'Arrange'}
            </Button>
          </div>
        )}
      </div>
      {/* The tables behind charts and the tiles themselves take the focus; this only scrolls. */}
      <div className={s.scroll} data-scroller="">
        {tiles.length === 0 ? (
          <EmptyState
            action={
              mayAct && (
                <Button look="primary" keys="n" onPress={() => setEditor({ tile: null })}>
                  Add tile
                </Button>
              )
            }
          >
            This dashboard has no tiles yet.
          </EmptyState>
        ) : (
          <div ref={grid} className={s.grid} data-editing={editing || undefined}>
            {order.map((tile) => (
              <TileView
                key={tile.id}
                tile={tile}
                dashboard={dashboard}
                filters={filters}
                metrics={metrics}
                current={tile.id === chosen}
                editing={editing && mayAct}
                moving={drag?.id === tile.id}
                full={full === tile.id}
                asTable={tables.has(tile.id)}
                mayAct={mayAct}
                acts={acts}
              />
            ))}
          </div>
        )}
      </div>
      <IngestLine />
      {editor && (
        <QueryEditor
          tile={editor.tile}
          metrics={metrics}
          range={range}
          onClose={() => setEditor(null)}
          onSave={(made) => {
            const before = editor.tile;
            const tileId = before?.id ?? newId('tile');
            changeTiles(id, (all) =>
              before
                ? settle(all.map((one) => (one.id === before.id ? { ...one, ...made } : one)))
                : settle([...all, { ...made, id: tileId, ...freePlace(all, made.w, made.h) }]),
            );
            setEditor(null);
            requestAnimationFrame(() => document.getElementById(`tile-${tileId}`)?.focus());
          }}
        />
      )}
      {origin && (
        <OriginDialog
          {...origin}
          metrics={metrics}
          onClose={() => setOrigin(null)}
          onOpen={() => go(seriesPlace({ title: origin.title, queries: [origin.query], from: id }))}
        />
      )}
    </div>
  );
}
