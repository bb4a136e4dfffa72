/** Reports inside the core. Their code is loaded when somebody asks, or at the start when one is scheduled. */
import type { Reports } from '#metrics/reports/index.ts';
import { ok } from '#shared/lib/fault.ts';
import type { WatchParts } from './parts.ts';

export class Reporting {
  readonly #parts: WatchParts;
  #reports: Promise<Reports> | null = null;
  #isClosed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  get(): Promise<Reports> {
    return (this.#reports ??= this.#load());
  }

  /** Begins, if a schedule is enabled. */
  wake(): void {
    const { store, log } = this.#parts;
    if (this.#isClosed || !store.reportSchedules.list().some(({ enabled }) => enabled)) return;
    this.get().catch((error: unknown) => log('error', 'schedules of reports could not begin', { error: String(error) }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#reports)?.close();
  }

  async #load(): Promise<Reports> {
    const { dataDir, store, analytics, log, now } = this.#parts;
    const { createReports } = await import('#metrics/reports/index.ts');
    return createReports({
      dataDir,
      store,
      log,
      now,
      query: (query) => analytics.query(query),
      analyse: async (points, words) => {
        const opened = await analytics.open();
        if (!opened.ok) return opened;
        const analysed = await opened.value.trends.analyse({ points: points.map(([at, value]) => [at, value]), baseline: null, better: null, ...words });
        return analysed.ok ? ok(analysed.value.summary) : analysed;
      },
      entries: async () => (await import('#metrics/catalogue/index.ts')).entries,
    });
  }
}
