/**
 * The export of the app's own metrics to a collector, as the settings say. Its code is loaded when it is first wanted.
 *
 *   off ──an address is set──► exporting ──another address or pace──► exporting anew ──none──► off
 */
import type { Exporter } from '#metrics/export/exporter.ts';
import type { Increments } from '#metrics/export/request.ts';
import type { Collector } from '#metrics/export/post.ts';
import type { Sent } from '#metrics/export/sender.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import type { Analytics } from '../analytics/analytics.ts';
import { ExportHeaders, headersIn } from './export-headers.ts';

export type ExportOptions = {
  readonly version: string;
  readonly dataDir: string;
  readonly store: Store;
  readonly analytics: Analytics;
  readonly now: () => number;
  readonly log: Log;
};

/** What a test may take in milliseconds, and how much of an answer is told. */
const TEST_MS = 15_000;
const TOLD_CHARS = 300;

export class MetricsExport {
  readonly #options: ExportOptions;
  readonly #since: number;
  #exporter: Promise<Exporter> | null = null;
  #told: Increments | null = null;
  #as = '';
  readonly headers: ExportHeaders;

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#since = options.now();
    this.headers = new ExportHeaders(options.dataDir);
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
    if (wanted.enabled && wanted.endpoint !== '') this.#exporter = this.#begin(wanted.intervalSeconds * 1000);
  }

  /** How it goes; all nothing while it is off. */
  async state(): Promise<Sent & { readonly headers: string[] }> {
    const headers = this.headers.read(this.#options.store.settings.get().export.headersFile);
    const sent = (await this.#exporter)?.state ?? { sent: 0, dropped: 0, waiting: 0, lastAt: null, trouble: null };
    return { ...sent, headers: headers.ok ? Object.keys(headers.value) : [] };
  }

  /** True for the server the kept headers were given for: they are sent to no other. */
  isKnown(endpoint: string): boolean {
    const kept = this.#options.store.settings.get().export.endpoint;
    return originOf(endpoint) === originOf(kept);
  }

  /** Asks a collector with a request that holds no value. @param given headers in place of those that are kept. @returns EXPORT_HEADERS */
  async test({ endpoint, headersFile }: { endpoint: string; headersFile: string }, given?: string): Promise<Result<{ ok: boolean; detail: string }>> {
    const known = given ?? (this.isKnown(endpoint) ? null : '');
    const headers = headersFile !== '' || known === null ? this.headers.read(headersFile) : ok(headersIn(known));
    if (!headers.ok) return headers;
    const { post } = await import('#metrics/export/post.ts');
    const answer = await post({ endpoint, headers: headers.value }, '{"resourceMetrics":[]}', AbortSignal.timeout(TEST_MS));
    if (answer.status === null) return ok({ ok: false, detail: `Nobody answered: ${answer.why}` });
    const isTaken = answer.status >= 200 && answer.status < 300;
    const words = answer.text === '' || answer.text === '{}' ? '' : `: ${answer.text.slice(0, TOLD_CHARS)}`;
    return ok({ ok: isTaken, detail: `It answered ${answer.status}${words}` });
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
    const headers = this.headers.read(headersFile);
    if (headers.ok) return { endpoint, headers: headers.value };
    this.#options.log('warn', headers.fault.message, { why: headers.fault.why });
    return null;
  }
}

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
