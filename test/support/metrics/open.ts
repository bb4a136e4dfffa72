/** Analytics in a folder of their own, closed and removed after the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openMetrics, type Metrics, type MetricsOptions, type Point } from '#metrics/index.ts';
import { columnsOf } from '#metrics/storage/columns.ts';
import type { Batch } from '#metrics/storage/writer.ts';
import { openForWriting } from '#metrics/storage/open.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';

export function scratchDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'acc-metrics-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

export async function scratchMetrics(options: Partial<MetricsOptions> = {}): Promise<Metrics> {
  const metrics = unwrap(await openMetrics({ dir: options.dir ?? scratchDir(), log: noLog, ...options }));
  onTestFinished(() => metrics.close());
  return metrics;
}

/** The database alone, without threads. */
export function scratchDatabase(): Database.Database {
  const db = unwrap(openForWriting(path.join(scratchDir(), 'metrics.db')));
  onTestFinished(() => void db.close());
  return db;
}

export const batchOf = (samples: readonly Point[], cursor: number | null = null): Batch => ({ columns: columnsOf(samples, () => null), cursor });
