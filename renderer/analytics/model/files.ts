/** Dashboards as files: what is written, and what a file has wrong, said so that a person can mend it. Pure. */
import { z } from 'zod';
import { Dashboard, Tile } from '#shared/domain/dashboard.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { settle } from './grid.ts';

const FORMAT = 'acc-dashboards';
/** Dashboards one file may bring. */
const MOST = 50;
const File = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  dashboards: z
    .array(Dashboard.omit({ rev: true }))
    .min(1)
    .max(MOST),
});

export type Draft = z.infer<typeof File>['dashboards'][number];

/** The file that brings these dashboards anywhere. */
export const fileOf = (dashboards: readonly Draft[]): string =>
  `${JSON.stringify({ format: FORMAT, version: 1, dashboards: dashboards.map(({ id, name, range, compare, tiles }) => ({ id, name, range, compare, tiles })) }, null, 2)}\n`;

/** @returns DASHBOARD_FILE_INVALID with the place and the reason of what is wrong */
export function readFile(text: string): Result<Draft[]> {
  const bad = (why: string, fix: string): Result<never> => fail('DASHBOARD_FILE_INVALID', 'The file holds no dashboards that can be read.', { why, fix });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return bad(`It is not JSON: ${error instanceof Error ? error.message : String(error)}.`, 'Choose a file that "Export" wrote.');
  }
  const read = File.safeParse(json);
  if (read.success) return ok(read.data.dashboards.map((dashboard) => ({ ...dashboard, tiles: onlyOnce(dashboard.tiles) })));
  const [issue] = read.error.issues;
  const where = issue && issue.path.length > 0 ? placeOf(issue.path, json) : 'the file';
  return bad(
    `${where}: ${issue?.message ?? 'not as expected'}${read.error.issues.length > 1 ? ` (and ${read.error.issues.length - 1} more)` : ''}.`,
    'Mend that place, or export the dashboard again.',
  );
}

/** Two tiles of one id would be one: the second gets another. No two cover a cell. */
function onlyOnce(tiles: readonly Tile[]): Tile[] {
  const taken = new Set<string>();
  return settle(
    tiles.map((tile) => {
      let id = tile.id;
      for (let n = 2; taken.has(id); n++) id = `${tile.id.slice(0, 50)}-${n}`;
      taken.add(id);
      return { ...tile, id };
    }),
  );
}

/** `dashboards[0].tiles[2].kind (tile "Tokens")`. */
function placeOf(path: readonly PropertyKey[], json: unknown): string {
  let title = '';
  let at: unknown = json;
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
    const named = typeof at === 'object' && at !== null && 'title' in at ? at.title : null;
    if (typeof named === 'string') title = ` (tile "${named}")`;
  }
  return `${path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('')}${title}`;
}
