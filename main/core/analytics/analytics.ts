/**
 * The analytics inside the core: brings the ledger and the measurements into metrics.db, and answers from it. Their code is loaded and the
 * database is opened at the first question, or a moment after a session did something: a core at rest does without.
 *
 *   asleep ──a fact of a session, after 2 s | a question──► opening ──► open ──close──► closed
 *                                                             └ cannot be: asleep again, the question gets the fault
 */
import { AnalyticsBell } from './bell.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Answer, Query } from '#shared/domain/query.ts';
import type { IngestFacts } from '#shared/contract/analytics.ts';
import type { Sample } from '#shared/domain/metric.ts';
import type { Drainer } from '#metrics/ingest/drainer.ts';
import type { Parts } from '#metrics/parts.ts';
import type { Metrics, Point } from '#metrics/index.ts';
import type { Trends } from '#metrics/trend-thread/trends.ts';
import type { Insight } from '#store/insight/index.ts';
import type { Store } from '#store/store.ts';
import { ingestFacts } from './ingest-facts.ts';
import { Totals } from './totals.ts';

/** How long after the first fact the analytics are opened, in milliseconds. */
const OPEN_MS = 2000;
/** How long measurements are gathered. */
const GATHER_MS = 100;
/** Measurements kept while the database is not open; the oldest go first. */
const KEPT = 5000;

export type AnalyticsOptions = { readonly dataDir: string; readonly store: Store; readonly insight: Insight; readonly log: Log; readonly now: () => number };

type Open = { readonly parts: Parts; readonly metrics: Metrics; readonly drainer: Drainer; readonly trends: Trends };

export class Analytics {
  readonly #options: AnalyticsOptions;
  readonly #off: () => void;
  #opening: Promise<Result<Open>> | null = null;
  #open: Open | null = null;
  #soon: NodeJS.Timeout | null = null;
  #gathered: Point[] = [];
  #gathering: NodeJS.Timeout | null = null;
  #closed = false;
  /** Rings with the names of metrics of which something was stored. */
  readonly changes = new AnalyticsBell();
  /** Everything since the core started, for whoever scrapes. */
  readonly totals = new Totals();

  constructor(options: AnalyticsOptions) {
    this.#options = options;
    this.#off = options.store.ledger.onAdded(() => {
      if (this.#open === null && !this.#closed) this.#soon ??= setTimeout(() => void this.open(), OPEN_MS).unref();
    });
  }

  /** Takes a measurement: a kill may lose the last tenth of a second of them. `at` is now when it is not given. */
  record(metric: string, value: number, tags: Sample['tags'] = {}, at: number = this.#options.now()): void {
    if (this.#closed || !Number.isFinite(value)) return;
    this.#gathered.push({ metric, tags, value, at: Math.round(at) });
    if (this.#gathered.length > KEPT) this.#gathered.shift();
    if (this.#open) this.#gathering ??= setTimeout(() => void this.#store(), GATHER_MS);
  }

  /** Opens what is needed; the same for all who ask. */
  open(): Promise<Result<Open>> {
    if (this.#closed) return Promise.resolve(fail('METRICS_FAILED', 'The app is closing.'));
    return (this.#opening ??= this.#load().then((opened) => {
      if (opened.ok) this.#open = opened.value;
      else this.#opening = null;
      return opened;
    }));
  }

  async query(query: Query): Promise<Result<Answer>> {
    const opened = await this.open();
    if (!opened.ok) return opened;
    const { parts, metrics } = opened.value;
    const refused = parts.unanswerable(query);
    if (refused) return refused;
    // What was measured just now belongs to the answer.
    await this.#store();
    if (!parts.wantsLedger(query)) return metrics.query(query);
    return parts.answerFromLedger(query, parts.catalogue, (question) => this.#options.insight.ledger(question), this.#options.now());
  }

  /** What came in and what was refused. */
  async ingest(): Promise<Result<IngestFacts>> {
    const opened = await this.open();
    if (!opened.ok) return opened;
    const stats = await opened.value.metrics.stats();
    return stats.ok ? ok(ingestFacts(stats.value, this.#options.store.telemetry.counts())) : stats;
  }

  async close(): Promise<void> {
    this.#off();
    if (this.#soon) clearTimeout(this.#soon);
    const opened = await this.#opening;
    await this.#store();
    this.#closed = true;
    if (this.#gathering) clearTimeout(this.#gathering);
    if (!opened?.ok) return;
    await opened.value.drainer.close();
    await Promise.all([opened.value.metrics.close(), opened.value.trends.close()]);
  }

  async #load(): Promise<Result<Open>> {
    const { dataDir, store, log, now } = this.#options;
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = null;
    const { parts } = await import('#metrics/parts.ts');
    const opened = await parts.openMetrics({ dir: dataDir, now, log, catalogue: parts.catalogue });
    if (!opened.ok) {
      log('warn', 'the analytics could not be opened', { code: opened.fault.code, why: opened.fault.why });
      return opened;
    }
    const metrics = opened.value;
    // The writing thread makes the tables before anybody reads them. What it cannot do is told by whoever needs it.
    await metrics.cursor();
    const drainer = new parts.Drainer({ ledger: store.ledger, metrics, log, now, onStored: (points) => this.#stored(points) });
    return ok({ parts, metrics, drainer, trends: parts.createTrends(now) });
  }

  async #store(): Promise<void> {
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    if (this.#open === null || this.#gathered.length === 0) return;
    const points = this.#gathered;
    this.#gathered = [];
    const stored = await this.#open.metrics.append(points);
    if (stored.ok) this.#stored(points);
    else this.#options.log('warn', 'measurements were not stored', { code: stored.fault.code, why: stored.fault.why, samples: points.length });
  }

  #stored(points: readonly Point[]): void {
    if (this.#open) this.totals.add(points, this.#open.parts.kindOf);
    this.changes.ring(points);
  }
}
