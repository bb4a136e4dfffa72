/** Dashboards: tiles on a grid of 12 columns. Each asks one or more queries of the one query language. */
import { z } from 'zod';
import { Query, Range } from './query.ts';

export const Tile = z.object({
  id: z.string().min(1).max(60),
  title: z.string().max(120),
  kind: z.enum(['figure', 'line', 'bars', 'table']),
  /** The tile's range is the dashboard's: each query's own is replaced by it. */
  queries: z.array(Query).min(1).max(6),
  /** Column 0–11, row, width and height in cells. */
  x: z.number().int().min(0).max(11),
  y: z.number().int().min(0).max(1000),
  w: z.number().int().min(1).max(12),
  h: z.number().int().min(1).max(12),
});
export type Tile = z.infer<typeof Tile>;

export const Dashboard = z.object({
  id: z.string(),
  name: z.string().min(1).max(80),
  range: Range,
  /** The period before, or a chosen one, drawn beside; null none. */
  compare: z
    .discriminatedUnion('with', [z.object({ with: z.literal('before') }), z.object({ with: z.literal('between'), from: z.number(), to: z.number() })])
    .nullable(),
  tiles: z.array(Tile).max(40),
  rev: z.number().int(),
});
export type Dashboard = z.infer<typeof Dashboard>;
