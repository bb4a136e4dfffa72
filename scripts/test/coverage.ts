/** Line coverage of main/ and shared/ as the run measured it, per room. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Per cent of lines below which the whole run fails. */
export const LINES_NEEDED = 90;

const Lines = z.object({ lines: z.object({ total: z.number(), covered: z.number() }) });
const Summary = z.record(z.string(), Lines);

export type Coverage = { readonly percent: number; readonly covered: number; readonly total: number; readonly rooms: readonly Room[] };
export type Room = { readonly name: string; readonly covered: number; readonly total: number };

/** Reads what the run wrote; null when it wrote nothing, as after a crash. */
export async function readCoverage(): Promise<Coverage | null> {
  const root = path.resolve(import.meta.dirname, '../..');
  let summary: z.infer<typeof Summary>;
  try {
    summary = Summary.parse(JSON.parse(await readFile(path.join(root, 'coverage/coverage-summary.json'), 'utf8')));
  } catch {
    return null;
  }
  const rooms = new Map<string, { covered: number; total: number }>();
  const all = { covered: 0, total: 0 };
  for (const [file, { lines }] of Object.entries(summary)) {
    const [first = '', second = ''] = path.relative(root, file).split(path.sep);
    if (file === 'total' || (first !== 'main' && first !== 'shared')) continue;
    const name = first === 'main' ? `main/${second}` : first;
    const room = rooms.get(name) ?? { covered: 0, total: 0 };
    rooms.set(name, { covered: room.covered + lines.covered, total: room.total + lines.total });
    all.covered += lines.covered;
    all.total += lines.total;
  }
  const sorted = [...rooms].map(([name, room]) => ({ name, ...room })).toSorted((a, b) => a.name.localeCompare(b.name));
  return { ...all, percent: all.total === 0 ? 0 : (100 * all.covered) / all.total, rooms: sorted };
}
