/**
 * Brings the ledger's rows into the analytics' own database, in order, each exactly once: how far it came is stored with the points.
 *
 *   idle ──wake──► reading a batch ──► stored ──more?──► reading … ──► idle
 *                        │ cannot be stored: waits, longer each time, and reads the same batch again
 *                        └ closed
 */
import { faultOf, type Fault, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';
import type { Metrics, Point } from '../index.ts';
import { Bounds } from './bounds.ts';

/** Rows of one batch: read within a few milliseconds. */
const BATCH = 500;
/** How long commits are gathered, in milliseconds. */
const GATHER_MS = 25;
const RETRY_MS = 250;
const RETRY_MOST_MS = 30_000;
/** Rows stay this long for the way from a figure to its events. */
export const LEDGER_KEPT_MS = 90 * 86_400_000;
/** Rows removed at once, and how often more are looked for. */
const REMOVED = 2000;
const REMOVE_EVERY_MS = 60_000;
/** A row of a clock that ran ahead counts as now. */
const AHEAD_MS = 5 * 60_000;
/** How long history may hold up everything else at once, in milliseconds. */
const HISTORY_MS = 8;
const HISTORY_PAUSE_MS = 20;

export type DrainerOptions = {
  readonly ledger: Store['ledger'];
  readonly metrics: Pick<Metrics, 'append' | 'cursor'>;
  readonly log: Log;
  readonly now: () => number;
  /** Told of points that are stored. */
  readonly onStored: (points: readonly Point[]) => void;
};

export class Drainer {
  readonly #options: DrainerOptions;
  readonly #bounds = new Bounds();
  readonly #off: () => void;
  #cursor: number | null = null;
  #working: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #history: NodeJS.Timeout | null = null;
  #wanted = false;
  #closed = false;
  #retryMs = RETRY_MS;
  #removedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DrainerOptions) {
    this.#options = options;
    this.#off = options.ledger.onAdded(() => this.wake());
    this.#past();
    this.wake();
  }

  /** There may be new rows. */
  wake(): void {
    this.#wanted = true;
    if (this.#closed || this.#working) return;
    this.#timer ??= setTimeout(() => this.#start(), GATHER_MS);
  }

  /** Resolves when all that is in the ledger now is stored. */
  async caughtUp(): Promise<void> {
    while (!this.#closed && (this.#cursor === null || this.#cursor < this.#options.ledger.last() || this.#history !== null)) {
      if (!this.#working && !this.#timer) this.wake();
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
  }

  /** Stores what is there, as far as that goes at once. */
  async close(): Promise<void> {
    this.#off();
    if (this.#history) clearTimeout(this.#history);
    if (this.#timer) clearTimeout(this.#timer);
    await this.#working;
    if (this.#cursor !== null) await this.#drain().catch((error: unknown) => faultOf(error));
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #start(): void {
    this.#timer = null;
    // The store may refuse to be read or written: that is tried again like the rest.
    const tried = this.#drain().catch((error: unknown) => faultOf(error));
    this.#working = tried.then((fault) => {
      this.#working = null;
      if (this.#closed) return;
      if (fault) {
        this.#timer = setTimeout(() => this.#start(), this.#retryMs).unref();
        this.#retryMs = Math.min(RETRY_MOST_MS, this.#retryMs * 2);
      } else {
        this.#retryMs = RETRY_MS;
        if (this.#wanted) this.wake();
      }
    });
  }

  /** @returns why it could not go on; null when there is nothing more */
  async #drain(): Promise<Fault | null> {
    const { ledger, metrics, now, onStored, log } = this.#options;
    const begun = await this.#begin();
    if (!begun.ok) return begun.fault;
    let cursor = begun.value;
    for (;;) {
      this.#wanted = false;
      const rows = ledger.after(cursor, BATCH);
      const last = rows.at(-1)?.seq;
      if (last === undefined) break;
      const latest = now() + AHEAD_MS;
      const points = rows.map(({ metric, tags, at, value, kind }): Point => ({
        metric,
        tags: this.#bounds.within(metric, tags),
        at: Math.min(at, latest),
        value,
        ...(kind === undefined ? {} : { kind }),
      }));
      const stored = await metrics.append(points, { cursor: last });
      if (!stored.ok) {
        if (stored.fault.code !== 'METRICS_BUSY')
          log('warn', 'measurements wait in the ledger', { code: stored.fault.code, why: stored.fault.why, from: cursor });
        return stored.fault;
      }
      cursor = this.#cursor = last;
      onStored(points);
      if (rows.length < BATCH) break;
      // Answers of the thread come one after the other without a turn of the loop: everything else gets one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#remove(cursor);
    return null;
  }

  async #begin(): Promise<Result<number>> {
    if (this.#cursor !== null) return { ok: true, value: this.#cursor };
    const { ledger, metrics, log } = this.#options;
    const got = await metrics.cursor();
    if (!got.ok) return got;
    // The store was put back from a backup, or lost its last moments with the power: its next rows must not pass for ones that were read.
    if (got.value > ledger.last()) {
      log('warn', 'the store is older than its analytics', { ledger: ledger.last(), analytics: got.value });
      ledger.goOnAfter(got.value);
    }
    this.#cursor = got.value;
    return got;
  }

  #remove(cursor: number): void {
    const now = performance.now();
    if (now - this.#removedAt < REMOVE_EVERY_MS) return;
    const { ledger } = this.#options;
    if (ledger.remove(cursor, this.#options.now() - LEDGER_KEPT_MS, REMOVED) < REMOVED) this.#removedAt = now;
  }

  /** Portion by portion, with room for everything else in between. */
  #past(): void {
    this.#history = setTimeout(() => {
      this.#history = null;
      try {
        if (this.#options.ledger.takeHistory(HISTORY_MS)) this.#past();
      } catch (error) {
        this.#options.log('warn', 'what was stored before the analytics could not be measured yet', { error: String(error) });
      }
    }, HISTORY_PAUSE_MS);
  }
}
