/** One tile: its head with acts, its inside, and in editing the handles that move and resize it. */
import { MoreHorizontal } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { Tile } from '#shared/domain/dashboard.ts';
import type { Filter } from '#shared/domain/query.ts';
import { IconButton } from '../../components/button.tsx';
import { Menu, type MenuAct } from '../../components/menu.tsx';
import { cx } from '../../lib/cx.ts';
import { copyChart, type Kind } from '../chart/copy.ts';
import { colourOf, dashOf } from '../chart/colours.ts';
import { plot } from '../chart/crosshair.ts';
import { useSize, useVisible } from '../live/visible.ts';
import { tagName, type Metrics } from '../model/asked.ts';
import type { Draft } from '../model/files.ts';
import { pointsFor } from '../model/lines.ts';
import { rangeText } from '../model/ranges.ts';
import { TileBody } from './tile-body.tsx';
import { useTile } from './use-tile.ts';
import s from './tile.module.css';

export type TileActs = {
  readonly open: (tile: Tile) => void;
  readonly origin: (tile: Tile) => void;
  readonly edit: (tile: Tile) => void;
  readonly copyOf: (tile: Tile) => void;
  readonly remove: (tile: Tile) => void;
  readonly table: (tile: Tile) => void;
  readonly full: (tile: Tile | null) => void;
  readonly choose: (tile: Tile) => void;
  readonly grab: (tile: Tile, event: PointerEvent, what: 'move' | 'size') => void;
};

type TileProps = {
  tile: Tile;
  dashboard: Draft;
  filters: readonly Filter[];
  metrics: Metrics;
  current: boolean;
  editing: boolean;
  moving: boolean;
  full: boolean;
  asTable: boolean;
  mayAct: boolean;
  acts: TileActs;
};

export function TileView({ tile, dashboard, filters, metrics, current, editing, moving, full, asTable, mayAct, acts }: TileProps) {
  const box = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const visible = useVisible(box);
  const size = useSize(body);
  const points = size ? pointsFor(size.width - plot.left - plot.right) : 0;
  const data = useTile(tile, { range: dashboard.range, compare: dashboard.compare, filters, metrics }, points, !visible);
  const copy = (kind: Kind): void => {
    const legend = data.lines.map((line) => ({ name: line.name, colour: colourOf(line.colour), dash: dashOf(line) }));
    void copyChart(body.current, kind, tile.title, rangeText(dashboard.range), tile.kind === 'line' ? legend : []);
  };
  const drawn = tile.kind !== 'table';
  const menu: MenuAct[] = [
    { id: 'open', label: 'Open the series', keys: 'Enter', run: () => acts.open(tile) },
    { id: 'origin', label: 'Where this comes from', keys: 'i', run: () => acts.origin(tile) },
    ...(tile.kind === 'line' || tile.kind === 'bars'
      ? [{ id: 'table', label: asTable ? 'Show as chart' : 'Show as table', keys: 't', run: () => acts.table(tile) }]
      : []),
    { id: 'full', label: full ? 'Leave full screen' : 'Show full screen', keys: 'f', run: () => acts.full(full ? null : tile) },
    ...(drawn && !asTable
      ? [
          { id: 'png', label: 'Copy as PNG', keys: 'y', run: () => copy('png') },
          { id: 'svg', label: 'Copy as SVG', keys: 'Shift+y', run: () => copy('svg') },
        ]
      : []),
    ...(mayAct
      ? [
          { id: 'edit', label: 'Change the tile…', keys: 'm', run: () => acts.edit(tile) },
          { id: 'again', label: 'Put a copy beside it', run: () => acts.copyOf(tile) },
          { id: 'remove', label: 'Remove the tile', keys: 'Delete', danger: true, run: () => acts.remove(tile) },
        ]
      : []),
  ];
  const onKey = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'y' || event.key === 'Y') {
      event.preventDefault();
      copy(event.shiftKey ? 'svg' : 'png');
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      acts.open(tile);
    }
  };
  return (
    // The tile is what keys act on: it has the focus, and the room's keys are registered with the room.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={box}
      id={`tile-${tile.id}`}
      className={cx(s.tile, tile.kind === 'figure' && s.figureTile, current && s.current, editing && s.editing, moving && s.moving, full && s.full)}
      style={{ gridColumn: `${tile.x + 1} / span ${tile.w}`, gridRow: `${tile.y + 1} / span ${tile.h}` }}
      aria-label={tile.title}
      tabIndex={0}
      onFocus={() => acts.choose(tile)}
      onKeyDown={onKey}
    >
      <header className={s.head} onPointerDown={(event) => editing && acts.grab(tile, event, 'move')}>
        <AriaButton className={s.title ?? ''} onPress={() => (tile.kind === 'figure' ? acts.origin(tile) : acts.open(tile))}>
          {tile.title}
          <span className="visually-hidden">{tile.kind === 'figure' ? ', where this comes from' : ', open the series'}</span>
        </AriaButton>
        <span className={s.note}>
          {[data.without.length > 0 && `not filtered by ${data.without.map(tagName).join(', ')}`, data.dropped > 0 && `${data.dropped} smaller not shown`]
            .filter(Boolean)
            .join(', ')}
        </span>
        <span className={s.headActs}>
          <Menu label={`Acts on ${tile.title}`} acts={menu}>
            <IconButton label={`Acts on ${tile.title}`} icon={<MoreHorizontal />} size="small" />
          </Menu>
        </span>
      </header>
      <div ref={body} className={cx(s.body, data.error !== null && s.stale)}>
        <TileBody tile={tile} data={data} range={dashboard.range} asTable={asTable} onOpen={() => acts.open(tile)} />
      </div>
      {editing && <span className={s.resize} aria-hidden="true" onPointerDown={(event) => acts.grab(tile, event, 'size')} />}
    </section>
  );
}
