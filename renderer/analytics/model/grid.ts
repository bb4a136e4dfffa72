/**
 * Where tiles stand: 12 columns, rows without end. No two tiles cover the same cell, and every tile falls up as far as it can, so that a
 * layout has no holes that nobody made. Pure.
 */

export const COLUMNS = 12;
/** Tallest tile, in rows. */
export const TALLEST = 12;

export type Place = { readonly id: string; readonly x: number; readonly y: number; readonly w: number; readonly h: number };

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
const overlap = (a: Place, b: Place): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
const inOrder = (a: Place, b: Place): number => a.y - b.y || a.x - b.x;

/** A place inside the columns, at least one cell large. */
function inside<T extends Place>(place: T): T {
  const w = clamp(Math.round(place.w), 1, COLUMNS);
  return { ...place, w, h: clamp(Math.round(place.h), 1, TALLEST), x: clamp(Math.round(place.x), 0, COLUMNS - w), y: Math.max(0, Math.round(place.y)) };
}

/** Lets every tile fall up, the upper ones first. `first` is the one that others make room for. */
export function settle<T extends Place>(tiles: readonly T[], first?: string): T[] {
  const settled: T[] = [];
  const queue = tiles.map(inside).sort((a, b) => (a.y === b.y ? Number(b.id === first) - Number(a.id === first) : 0) || inOrder(a, b));
  for (const tile of queue) {
    let y = tile.y;
    while (settled.some((other) => overlap(other, { ...tile, y }))) y += 1;
    while (y > 0 && !settled.some((other) => overlap(other, { ...tile, y: y - 1 }))) y -= 1;
    settled.push({ ...tile, y });
  }
  // In the order they had, so that what is drawn keeps its identity.
  const byId = new Map(settled.map((tile) => [tile.id, tile]));
  return tiles.flatMap((tile) => byId.get(tile.id) ?? []);
}

/** Puts one tile elsewhere or gives it another size; what stands there moves down. */
export function place<T extends Place>(tiles: readonly T[], id: string, to: Partial<Pick<Place, 'x' | 'y' | 'w' | 'h'>>): T[] {
  const tile = tiles.find((one) => one.id === id);
  if (!tile) return [...tiles];
  const w = clamp(to.w ?? tile.w, 1, COLUMNS - (to.x === undefined ? tile.x : 0));
  return settle(
    tiles.map((one) => (one.id === id ? inside({ ...one, ...to, w }) : one)),
    id,
  );
}

/**
 * One step by an arrow key. Down is past the next tile below, since a step of one row would fall up again.
 * @returns the tiles as they were when there is no room that way
 */
export function step<T extends Place>(tiles: readonly T[], id: string, way: 'left' | 'right' | 'up' | 'down'): T[] {
  const tile = tiles.find((one) => one.id === id);
  if (!tile) return [...tiles];
  if (way === 'left') return place(tiles, id, { x: tile.x - 1 });
  if (way === 'right') return place(tiles, id, { x: tile.x + 1 });
  const shares = (other: Place): boolean => other.id !== id && other.x < tile.x + tile.w && tile.x < other.x + other.w;
  if (way === 'up') {
    const above = tiles.filter((other) => shares(other) && other.y < tile.y).sort((a, b) => b.y - a.y)[0];
    return above ? place(tiles, id, { y: above.y }) : [...tiles];
  }
  const below = tiles.filter((other) => shares(other) && other.y > tile.y).sort(inOrder)[0];
  if (!below) return [...tiles];
  // The one below takes this one's row, and this one stands under it.
  const swapped = tiles.map((one) => (one.id === below.id ? { ...one, y: tile.y } : one.id === id ? { ...one, y: tile.y + below.h } : one));
  return settle(swapped, below.id);
}

/** The first free place for a tile of a size, from the top. */
export function freePlace(tiles: readonly Place[], w: number, h: number): { x: number; y: number } {
  for (let y = 0; ; y++) {
    for (let x = 0; x + w <= COLUMNS; x++) {
      const here = { id: '', x, y, w, h };
      if (!tiles.some((other) => overlap(other, here))) return { x, y };
    }
  }
}

/** The order a person reads tiles in, which is the order keys go through them. */
export const readingOrder = <T extends Place>(tiles: readonly T[]): T[] => tiles.toSorted(inOrder);

/** The cell that lies under a distance the pointer moved, in pixels. */
export const cellsOf = (pixels: number, cell: number, gap: number): number => Math.round(pixels / (cell + gap));
