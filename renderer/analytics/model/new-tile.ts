/** What a new tile is before anything is chosen. Pure. */
import type { Tile } from '#shared/domain/dashboard.ts';
import type { Aggregate, Query } from '#shared/domain/query.ts';

const SIZES: Readonly<Record<Tile['kind'], { w: number; h: number }>> = {
  figure: { w: 3, h: 2 },
  line: { w: 6, h: 4 },
  bars: { w: 6, h: 4 },
  table: { w: 6, h: 4 },
};

/** Width and height of a new tile, by kind. */
export const sizeOf = (kind: Tile['kind']): { w: number; h: number } => SIZES[kind];

/** A query for one metric with nothing chosen. */
export const plainQuery = (metric: string, more: { aggregate?: Aggregate } = {}): Query => ({
  metric,
  ...more,
  where: [],
  by: [],
  range: { kind: 'last', ms: 86_400_000 },
  points: 0,
  limit: 8,
});
