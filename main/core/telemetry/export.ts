/**
 * The export of the app's own metrics to a collector, as the settings say. Its code is loaded when it is first wanted.
 *
 *   off ──an address is set──► exporting ──another address or pace──► exporting anew ──none──► off
 */
import { readFileSync } from 'node:fs';
import type { Exporter } from '#metrics/export/exporter.ts';
import type { Increments } from '#metrics/export/request.ts';
import type { Collector } from '#metrics/export/sender.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import type { Analytics } from '../analytics/analytics.ts';

export type ExportOptions = { readonly version: string; readonly store: Store; readonly analytics: Analytics; readonly now: () => number; readonly log: Log };

export class MetricsExport {
  readonly #options: ExportOptions;
  readonly #since: number;
  #exporter: Promise<Exporter> | null = null;
  #told: Increments | null = null;
  #as = '';

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#since = options.now();
    this.configure();
  }

  /** The settings may be others. */
  configure(): void {
    const wanted = this.#options.store.settings.get().export;
    const as = JSON.stringify(wanted);
    if (as === this.#as) return;
    this.#as = as;
    const before = this.#exporter;
    this.#exporter = null;
    void before?.then((exporter) => exporter.close());
    if (wanted.endpoint !== '') this.#exporter = this.#begin(wanted.intervalSeconds * 1000);
  }

  async close(): Promise<void> {
    const exporter = await this.#exporter;
    await exporter?.close();
  }

  async #begin(intervalMs: number): Promise<Exporter> {
    const { version, analytics, now, log } = this.#options;
    const [{ Exporter: Made }, { Increments: Told }] = await Promise.all([import('#metrics/export/exporter.ts'), import('#metrics/export/request.ts')]);
    const increments = (this.#told ??= new Told(version, this.#since));
    const totals = async () => {
      // What waits in the ledger is part of it.
      await analytics.open();
      return analytics.totals.all();
    };
    return new Made({ totals, increments, collector: () => this.#collector(), intervalMs, now, log });
  }

  #collector(): Collector | null {
    const { endpoint, headersFile } = this.#options.store.settings.get().export;
    if (endpoint === '') return null;
    try {
      return { endpoint, headers: headersFile === '' ? {} : readHeaders(readFileSync(headersFile, 'utf8')) };
    } catch (error) {
      this.#options.log('warn', 'the file with the headers for the collector cannot be read', { why: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }
}

/** Lines `name: value`; empty ones and those that begin with `#` are left out. */
function readHeaders(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([A-Za-z0-9-]+):\s*(.+)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
}
