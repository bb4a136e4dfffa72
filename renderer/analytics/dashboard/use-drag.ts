/** Moves and resizes a tile under the pointer, in whole cells. Each step is shown at once; letting go makes it one change. */
import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import type { Tile } from '#shared/domain/dashboard.ts';
import { cellsOf, COLUMNS, place } from '../model/grid.ts';

/** Height of a row and space between cells, in pixels; the style sheet has the same. */
export const ROW = 54;
export const GAP = 10;

type Drag = { readonly id: string; readonly tiles: readonly Tile[] };

/**
 * @param grid the element with the columns
 * @param done told the tiles when the pointer lets go elsewhere than it began
 */
export function useDrag(
  grid: RefObject<HTMLElement | null>,
  tiles: readonly Tile[],
  done: (tiles: Tile[]) => void,
): { drag: Drag | null; grab: (tile: Tile, event: PointerEvent, what: 'move' | 'size') => void } {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef(done);
  useEffect(() => {
    latest.current = done;
  });
  const grab = (tile: Tile, event: PointerEvent, what: 'move' | 'size'): void => {
    const box = grid.current;
    if (!box || event.button !== 0 || (event.target instanceof Element && event.target.closest('button'))) return;
    event.preventDefault();
    const { pointerId, clientX, clientY, currentTarget } = event;
    currentTarget.setPointerCapture(pointerId);
    const cell = (box.clientWidth - GAP * (COLUMNS - 1)) / COLUMNS;
    const scroller = box.closest('[data-scroller]');
    const scrolled = scroller?.scrollTop ?? 0;
    let now: Tile[] | null = null;
    const move = (at: Event): void => {
      if (!(at instanceof globalThis.PointerEvent)) return;
      const dx = cellsOf(at.clientX - clientX, cell, GAP);
      const dy = cellsOf(at.clientY - clientY + (scroller?.scrollTop ?? 0) - scrolled, ROW, GAP);
      const to = what === 'move' ? { x: tile.x + dx, y: Math.max(0, tile.y + dy) } : { w: Math.max(1, tile.w + dx), h: Math.max(1, tile.h + dy) };
      now = place(tiles, tile.id, to);
      setDrag({ id: tile.id, tiles: now });
    };
    const end = (at: Event): void => {
      currentTarget.removeEventListener('pointermove', move);
      currentTarget.removeEventListener('pointerup', end);
      currentTarget.removeEventListener('pointercancel', end);
      setDrag(null);
      if (now && at.type === 'pointerup') latest.current(now);
    };
    currentTarget.addEventListener('pointermove', move);
    currentTarget.addEventListener('pointerup', end);
    currentTarget.addEventListener('pointercancel', end);
  };
  return { drag, grab };
}
