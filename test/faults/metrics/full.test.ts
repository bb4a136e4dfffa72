/** A disk that is full, whether while samples come in or while they are sealed, loses nothing that was acknowledged. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { metricsFault } from '#metrics/storage/open.ts';
import { Retention } from '#metrics/storage/retention.ts';
import { Writer } from '#metrics/storage/writer.ts';
import type { Point } from '#metrics/index.ts';
import { batchOf, scratchDatabase, scratchDir } from '#test/support/metrics/open.ts';

const NOW = 1_770_000_000_000;
const sample = (i: number): Point => ({ metric: 'level', kind: 'distribution', tags: { host: `h${i % 7}` }, at: NOW - 5e8 + i * 60_000, value: Math.sqrt(i) });
const pages = (db: Database.Database): number => Number(db.pragma('page_count', { simple: true }));

/** Samples that are in hot rows or in chunks, and of those in chunks how many every resolution knows. */
function stored(db: Database.Database): { all: number; sealed: number; steps: number[] } {
  const count = (sql: string): number => Number(db.prepare(sql).pluck().get());
  const sealed = count('select coalesce(sum(n), 0) from chunks');
  return {
    all: sealed + count('select count(*) from hot'),
    sealed,
    steps: [60, 300, 3600, 86_400].map((res) => count(`select coalesce(sum(n), 0) from rollups where res = ${res}`)),
  };
}

test.each([1, 3, 10, 40, 90])('room for %i more pages while samples come in', (room) => {
  const db = scratchDatabase();
  const writer = new Writer(db);
  let at = 0;
  const append = (count: number): void => {
    writer.append(
      [
        batchOf(
          Array.from({ length: count }, (_, i) => sample(at + i)),
          at + count,
        ),
      ],
      NOW,
    );
    at += count;
  };
  for (let i = 0; i < 30; i++) append(137);
  db.pragma(`max_page_count = ${pages(db) + room}`);
  let code = 'none';
  for (let i = 0; i < 2000 && code === 'none'; i++) {
    try {
      append(137);
    } catch (error) {
      code = metricsFault(error, db.name).code;
    }
  }
  expect(code).toBe('METRICS_FULL');
  const { all, sealed, steps } = stored(db);
  expect([all, writer.cursor, ...steps]).toEqual([at, at, sealed, sealed, sealed, sealed]);
  // With room again it goes on where it was, without a restart.
  db.pragma('max_page_count = 1000000');
  for (let i = 0; i < 30; i++) append(137);
  expect(stored(db).all).toBe(at);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('no room while old hot rows are sealed: they stay, and are sealed when there is room', () => {
  const db = scratchDatabase();
  const writer = new Writer(db);
  const count = 7 * 599;
  for (let from = 0; from < count; from += 599) writer.append([batchOf(Array.from({ length: 599 }, (_, i) => sample(from + i)))], NOW);
  expect(stored(db)).toMatchObject({ all: count, sealed: 0 });
  db.pragma(`max_page_count = ${pages(db)}`);
  const retention = new Retention(db, writer);
  expect(() => retention.step(NOW)).toThrow(/full/);
  expect(stored(db)).toMatchObject({ all: count, sealed: 0 });
  writer.append([], NOW);
  db.pragma('max_page_count = 1000000');
  while (retention.step(NOW));
  expect(stored(db)).toEqual({ all: count, sealed: count, steps: [count, count, count, count] });
});

const Moments = z.tuple([
  z.object({ code: z.string(), stored: z.number() }),
  z.object({ code: z.string(), stored: z.number() }),
  z.object({ n: z.number(), cursor: z.number(), stored: z.number() }),
]);
/** A disk of 4 MB of its own, where this machine lets a process have one. */
const smallDisk = (dir: string, command: readonly string[]): string[] => [
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=4m none "$0" && exec "$@"',
  dir,
  ...command,
];
const hasDisks = spawnSync('unshare', smallDisk(tmpdir(), ['true'])).status === 0;

test.skipIf(!hasDisks)('on a disk that is really full it is the same (skipped where no process may mount one)', () => {
  const dir = scratchDir();
  const run = spawnSync('unshare', smallDisk(dir, [process.execPath, path.join(import.meta.dirname, 'filler.ts'), dir]), { encoding: 'utf8', timeout: 80_000 });
  expect(run.stderr).toBe('');
  const lines = run.stdout.trim().split('\n');
  const [full, after, again] = Moments.parse(lines.map((line): unknown => JSON.parse(line)));
  expect(full.code).toBe('METRICS_FULL');
  expect(full.stored).toBeGreaterThan(1000);
  expect(after).toEqual({ code: 'none', stored: full.stored + 20 * 250 });
  expect(again).toEqual({ n: after.stored, cursor: after.stored, stored: after.stored });
});
