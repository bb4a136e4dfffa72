/**
 * Alerts inside the core. Their code is loaded when somebody asks, or at the start when there is something to do: a core without rules does
 * without.
 */
import type { Alerts } from '#metrics/alerts/index.ts';
import type { WatchParts } from './parts.ts';

export class Alerting {
  readonly #parts: WatchParts;
  #alerts: Promise<Alerts> | null = null;
  #isClosed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  get(): Promise<Alerts> {
    return (this.#alerts ??= this.#load());
  }

  /** Begins, if a rule is enabled or something is still to be told. */
  wake(): void {
    const { store, log } = this.#parts;
    if (this.#isClosed || (store.alerts.nextDue() === null && !store.alertRules.list().some(({ enabled }) => enabled))) return;
    this.get().catch((error: unknown) => log('error', 'alerts could not begin', { error: String(error) }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#alerts)?.close();
  }

  async #load(): Promise<Alerts> {
    const { dataDir, hasDesktop, store, analytics, log, now } = this.#parts;
    const [{ createAlerts }, { entries }] = await Promise.all([import('#metrics/alerts/index.ts'), import('#metrics/catalogue/index.ts')]);
    const named = (metric: string) => entries.find(({ name }) => name === metric) ?? null;
    return createAlerts({ dataDir, store, log, now, named, hasDesktop, query: (query) => analytics.query(query) });
  }
}
