/** Reports on a store and on analytics of their own, with a day of known samples. */
import { onTestFinished } from 'vitest';
import { catalogue, entries } from '#metrics/catalogue/index.ts';
import type { Metrics, Point } from '#metrics/index.ts';
import { createReports, type Reports } from '#metrics/reports/index.ts';
import { analyse } from '#metrics/trends/index.ts';
import type { ReportSpec } from '#shared/domain/report.ts';
import { ReportSection } from '#shared/domain/report.ts';
import { ok, unwrap } from '#shared/lib/fault.ts';
import { noLog } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import { scratchFolder, scratchStore } from '../store.ts';
import { scratchMetrics } from './open.ts';

export const HOUR = 3_600_000;
/** A Tuesday at noon, UTC. */
export const NOW = Date.UTC(2026, 10, 24, 12);

export type ReportBench = { store: Store; metrics: Metrics; reports: Reports; dataDir: string; clock: { now: number }; reopen(): Promise<void> };

export async function reportBench({ clock = { now: NOW }, withData = true } = {}): Promise<ReportBench> {
  const dataDir = scratchFolder();
  const store = scratchStore({ dir: dataDir, now: () => clock.now });
  const metrics = await scratchMetrics({ now: () => clock.now, catalogue });
  if (withData) unwrap(await metrics.append(aDay()));
  const make = (): Reports =>
    createReports({
      store: bench.store,
      dataDir,
      query: (query) => metrics.query(query),
      analyse: (points, words) => Promise.resolve(ok(analyse(points, { words }))),
      entries: () => Promise.resolve(entries),
      log: noLog,
      now: () => clock.now,
    });
  const bench: ReportBench = {
    store,
    metrics,
    dataDir,
    clock,
    reports: undefined as never,
    async reopen() {
      await bench.reports.close();
      bench.store.close();
      bench.store = scratchStore({ dir: dataDir, now: () => clock.now });
      bench.reports = make();
    },
  };
  bench.reports = make();
  onTestFinished(() => bench.reports.close());
  return bench;
}

/** Twelve hours of a fleet: two models, three people, some failures. Every value follows from its place. */
function aDay(): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < 144; i++) {
    const at = NOW - 12 * HOUR + i * 300_000;
    const tags = {
      agent: 'Claude Code',
      model: i % 3 === 0 ? 'opus' : 'sonnet',
      repository: i % 2 === 0 ? 'web' : 'api & <tools>',
      host: 'local',
      person: `person ${i % 3}`,
    };
    points.push({ metric: 'cost_usd', tags: { ...tags, source: 'app' }, at, value: 0.01 + (i % 7) * 0.0313 });
    points.push({ metric: 'tokens', tags: { ...tags, kind: 'input', source: 'app' }, at, value: 1000 + i * 17 });
    points.push({ metric: 'tokens', tags: { ...tags, kind: 'cache_read', source: 'app' }, at, value: 9000 + i * 11 });
    if (i % 4 === 0) points.push({ metric: 'session_ended', tags: { ...tags, outcome: i % 12 === 0 ? 'failed' : 'finished' }, at, value: 1 });
    if (i % 4 === 0) points.push({ metric: 'session_ms', tags: { ...tags, outcome: 'finished' }, at, value: 60_000 + i * 1000 });
    if (i % 16 === 0) points.push({ metric: 'session_error', tags: { agent: 'Claude Code', repository: 'web', code: 'AGENT_CRASHED' }, at, value: 1 });
  }
  return points;
}

export const specOf = (rest: Partial<ReportSpec> = {}): ReportSpec => ({
  title: 'The team <this week>',
  from: NOW - 24 * HOUR,
  to: NOW,
  sections: [...ReportSection.options],
  repositoryId: null,
  ...rest,
});
