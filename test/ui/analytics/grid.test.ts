/** The grid of tiles: nothing overlaps, nothing leaves the columns, keys reach every place. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, freePlace, place, readingOrder, settle, step, TALLEST, type Place } from '#renderer/analytics/model/grid.ts';

const tile = (id: string, x: number, y: number, w: number, h: number): Place => ({ id, x, y, w, h });

const covers = (tiles: readonly Place[]): number => {
  const cells = new Set<string>();
  for (const { x, y, w, h } of tiles) for (let c = x; c < x + w; c++) for (let r = y; r < y + h; r++) cells.add(`${c},${r}`);
  return cells.size;
};
const area = (tiles: readonly Place[]): number => tiles.reduce((sum, { w, h }) => sum + w * h, 0);

const sound = (tiles: readonly Place[]): void => {
  expect(covers(tiles)).toBe(area(tiles));
  for (const { x, y, w } of tiles) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + w).toBeLessThanOrEqual(COLUMNS);
  }
};

const tiles = fc
  .array(
    fc.record({
      x: fc.integer({ min: -3, max: 15 }),
      y: fc.integer({ min: -3, max: 30 }),
      w: fc.integer({ min: 0, max: 14 }),
      h: fc.integer({ min: 0, max: 14 }),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map((all) => all.map((one, i) => ({ ...one, id: `t${i}` })));

test('however tiles are given, none covers another and none leaves the columns', () => {
  fc.assert(
    fc.property(tiles, (given) => {
      const settled = settle(given);
      expect(settled.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
      sound(settled);
      expect(settle(settled)).toEqual(settled);
    }),
  );
});

test('moving, resizing and stepping keep a layout sound and lose no tile', () => {
  const way = fc.constantFrom('left' as const, 'right' as const, 'up' as const, 'down' as const);
  const act = fc.oneof(
    fc.record({ kind: fc.constant('step' as const), n: fc.nat(13), way }),
    fc.record({ kind: fc.constant('place' as const), n: fc.nat(13), to: fc.record({ x: fc.integer({ min: -2, max: 14 }), y: fc.nat(20) }) }),
    fc.record({ kind: fc.constant('size' as const), n: fc.nat(13), to: fc.record({ w: fc.integer({ min: 0, max: 14 }), h: fc.integer({ min: 0, max: 14 }) }) }),
  );
  fc.assert(
    fc.property(tiles, fc.array(act, { maxLength: 12 }), (given, acts) => {
      let now = settle(given);
      for (const one of acts) {
        const id = `t${one.n % given.length}`;
        now = one.kind === 'step' ? step(now, id, one.way) : place(now, id, one.to);
        sound(now);
        expect(now).toHaveLength(given.length);
      }
    }),
  );
});

test('down swaps with the tile below, up brings it back, at the edge nothing happens', () => {
  const start = [tile('a', 0, 0, 4, 2), tile('b', 0, 2, 4, 3)];
  const down = step(start, 'a', 'down');
  expect(readingOrder(down).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(step(down, 'a', 'up')).toEqual(start);
  expect(step(start, 'b', 'down')).toEqual(start);
  expect(step(start, 'a', 'left')).toEqual(start);
  expect(step(start, 'a', 'up')).toEqual(start);
});

test('a tile is never larger than the grid, and a new one takes the first free place', () => {
  const [wide] = place([tile('a', 6, 0, 4, 2)], 'a', { w: 40, h: 40 });
  expect(wide).toMatchObject({ x: 6, w: 6, h: TALLEST });
  expect(freePlace([tile('a', 0, 0, 9, 2), tile('b', 0, 2, 12, 2)], 3, 2)).toEqual({ x: 9, y: 0 });
  expect(freePlace([tile('a', 0, 0, 9, 2), tile('b', 0, 2, 12, 2)], 6, 2)).toEqual({ x: 0, y: 4 });
});
