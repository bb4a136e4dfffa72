/**
 * A year of 100 series: how large the database is, and what it costs to open. The last 30 days come at a sample every 10 s, as they do in
 * the app; of the time before only hours and days are kept, whatever the pace was, so a sample every 5 minutes stands for it.
 */
import { statSync } from 'node:fs';
import type { Point } from '#metrics/index.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { Query } from '#shared/domain/query.ts';
import { generator, normal } from '#test/support/metrics/series.ts';
import { bounded, type Bench } from '../lib/figure.ts';
import { BATCH, benchMetrics, pour, type BenchMetrics } from '../lib/metrics.ts';

const NOW = 1_770_000_000_000;
const DAY = 86_400_000;
const SERIES = 100;
const FULL_DAYS = 30;
const KINDS = ['counter', 'counter', 'gauge', 'gauge', 'gauge', 'gauge', 'gauge', 'gauge', 'distribution', 'distribution'] as const;

export const bench: Bench = {
  name: 'metrics-year',
  title: 'A year of 100 series in the analytics',
  async run(say) {
    let now = NOW - 365 * DAY;
    let first = await benchMetrics(() => now);
    let second: BenchMetrics | null = null;
    try {
      let stored = 0;
      for (let day = 365; day > 0; day--) {
        now = NOW - (day - 1) * DAY;
        stored += await pour(first.metrics, dayOf(now - DAY, day <= FULL_DAYS ? 10_000 : 300_000));
        if (day % 30 === 1) {
          // Started anew: retention does not believe a clock that jumps a month ahead.
          await first.metrics.close();
          first = await benchMetrics(() => now, { dir: first.dir });
          unwrap(await first.metrics.tidy());
          say(`${day - 1} days to go, ${Math.round(stored / 1e6)} million samples`);
        }
      }
      await first.metrics.close();
      const bytes = statSync(first.metrics.path).size;
      const began = performance.now();
      second = await benchMetrics(() => NOW, { dir: first.dir });
      const opened = performance.now();
      const answer = unwrap(
        await second.metrics.query(Query.parse({ metric: 'bench.year2', by: ['host'], range: { kind: 'last', ms: 365 * DAY }, points: 400 })),
      );
      const answered = performance.now();
      unwrap(await second.metrics.append([{ metric: 'bench.year2', kind: 'gauge', tags: { host: 'host-0' }, at: NOW, value: 1 }]));
      const appended = performance.now();
      if (answer.series.length !== 10) throw new Error(`${answer.series.length} series`);
      return [
        bounded('the database', 'MB', bytes / 1e6, 1000, stored),
        bounded('what the start of the app pays', 'ms', opened - began, 5, 1),
        bounded('first answer after a start, over the whole year', 'ms', answered - opened, 1000, 1),
        bounded('first sample after a start', 'ms', appended - answered, 2000, 1),
      ];
    } finally {
      await second?.metrics.close();
      await first.remove();
    }
  },
};

const random = generator(13);
/** A thousand values to take from: what a normal costs is not measured here. */
const normals = Array.from({ length: 4099 }, () => normal(random));

function* dayOf(start: number, everyMs: number): Iterable<Point[]> {
  let batch: Point[] = [];
  let turn = Math.floor(random() * normals.length);
  for (let at = start; at < start + DAY; at += everyMs) {
    for (let i = 0; i < SERIES; i++) {
      const kind = KINDS[i % KINDS.length] ?? 'gauge';
      turn = (turn + 1) % normals.length;
      const value = Math.round(1000 * Math.exp(0.5 * (normals[turn] ?? 0))) / 10;
      batch.push({ metric: `bench.year${i % KINDS.length}`, kind, tags: { host: `host-${Math.floor(i / KINDS.length)}` }, at: at + (turn % 7), value });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  yield batch;
}
