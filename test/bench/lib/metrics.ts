/** What the benchmarks of the analytics share: analytics in a folder of their own, and samples that come in at a given pace. */
import { rmSync } from 'node:fs';
import { openMetrics, type Catalogue, type Metrics, type Point } from '#metrics/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import { scratch } from './core.ts';

export const BATCH = 10_000;
/** Batches on their way at once: the writing thread never waits for the next one. */
const AHEAD = 4;

export type BenchMetrics = { readonly dir: string; readonly metrics: Metrics; remove(): Promise<void> };

export async function benchMetrics(now: () => number, options: { dir?: string; catalogue?: Catalogue } = {}): Promise<BenchMetrics> {
  const dir = options.dir ?? scratch('metrics');
  const metrics = unwrap(await openMetrics({ dir, now, log: noLog, ...(options.catalogue ? { catalogue: options.catalogue } : {}) }));
  return {
    dir,
    metrics,
    async remove() {
      await metrics.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Appends batches one after another, a few ahead. @returns how many samples were stored */
export async function pour(metrics: Metrics, batches: Iterable<readonly Point[]>): Promise<number> {
  const open: Promise<number>[] = [];
  let stored = 0;
  for (const batch of batches) {
    open.push(metrics.append(batch).then((result) => unwrap(result).counts['stored'] ?? 0));
    if (open.length >= AHEAD) stored += (await open.shift()) ?? 0;
  }
  for (const each of open) stored += await each;
  return stored;
}
