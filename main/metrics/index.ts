/**
 * The analytics' store: takes samples, answers queries, tells what is live. Everything heavy happens on two threads that start when they
 * are needed. Import it late: a core at rest does without.
 */
import path from 'node:path';
import { z } from 'zod';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Log } from '#shared/lib/log.ts';
import type { MetricKind } from '#shared/domain/metric.ts';
import type { Answer, Query } from '#shared/domain/query.ts';
import { answerQuery } from './query/answer.ts';
import { noCatalogue, type Catalogue } from './query/catalogue.ts';
import { buffersOf, columnsOf, type Point } from './storage/columns.ts';
import { BATCH, FILE, IN_FLIGHT } from './storage/limits.ts';
import type { LiveSecond } from './storage/live.ts';
import { Appended, Read, Stats, type Reading, type ToWriter } from './storage/messages.ts';
import { Tail } from './tail.ts';
import { Thread } from './thread.ts';

export type { Catalogue, Cell, Derived, Input, Measured } from './query/catalogue.ts';
export type { Point } from './storage/columns.ts';
export type { LiveSecond } from './storage/live.ts';
export type { Appended, Stats } from './storage/messages.ts';

export type MetricsOptions = {
  /** Data folder; the database is `metrics.db` in it. */
  readonly dir: string;
  /** Clock in milliseconds since the epoch. */
  readonly now?: () => number;
  readonly log: Log;
  readonly catalogue?: Catalogue;
};

export type Metrics = {
  readonly path: string;
  /** Takes a measurement along with others within 200 ms. What a kill takes with it is those 200 ms; what finds the queue full is counted. */
  record(sample: Point): void;
  /**
   * Stores samples and, with them, how far an outbox was read. Resolves after the commit: what was acknowledged survives a kill, and a
   * batch whose cursor was stored before is left out.
   * @param samples at most 10,000; their tags must not be changed until it resolves
   * @returns METRICS_BUSY when too much waits (try again), METRICS_BATCH_TOO_LARGE, METRICS_FULL, METRICS_LOCKED, METRICS_DAMAGED, …
   */
  append(samples: readonly Point[], options?: { readonly cursor?: number }): Promise<Result<Appended>>;
  /** The last cursor that was stored; 0 when there was none. */
  cursor(): Promise<Result<number>>;
  query(query: Query): Promise<Result<Answer>>;
  /** Calls back about five times a second with each second of the metrics that changed, whole. @returns the unsubscribe */
  tail(metrics: readonly string[], listener: (seconds: readonly LiveSecond[]) => void): () => void;
  stats(): Promise<Result<Stats>>;
  /** Seals and removes what is due, now instead of once an hour. */
  tidy(): Promise<Result<void>>;
  /** Stores what `record` took and lets go of the database. */
  close(): Promise<void>;
};

const RECORD_MS = 200;
const RECORD_MOST = 2000;
/** Longest time for a batch and for a query, in milliseconds. */
const WRITE_LIMIT_MS = 120_000;
const READ_LIMIT_MS = 30_000;

/** Does not touch the disk yet: what is wrong with the database is told by the first call that needs it. */
export function openMetrics({ dir, now = Date.now, log, catalogue = noCatalogue }: MetricsOptions): Promise<Result<Metrics>> {
  const file = path.join(dir, FILE);
  const kindOf = (metric: string): MetricKind | null => catalogue.measured(metric)?.kind ?? null;
  const tail = new Tail((metrics) => void writer.ask((id) => ({ do: 'watch', id, now: now(), metrics }) satisfies ToWriter, z.null()));
  const writer: Thread = new Thread({
    role: 'writer',
    file,
    now,
    limitMs: WRITE_LIMIT_MS,
    onLive: (live) => tail.tell(live),
    onBegin: () => tail.again(),
    isNeeded: () => tail.isWatched,
    farewell: (id) => ({ do: 'end', id, now: now() }) satisfies ToWriter,
  });
  const reader = new Thread({ role: 'reader', file, now, limitMs: READ_LIMIT_MS });
  let inFlight = 0;
  let lost = 0;
  let recorded: Point[] = [];
  let timer: NodeJS.Timeout | null = null;

  const append: Metrics['append'] = async (samples, { cursor } = {}) => {
    if (samples.length > BATCH) {
      return fail('METRICS_BATCH_TOO_LARGE', 'A batch of samples is too large.', { why: `It has ${samples.length}, at most ${BATCH} are taken at once.` });
    }
    if (inFlight + samples.length > IN_FLIGHT) {
      return fail('METRICS_BUSY', 'More samples come in than can be stored.', {
        why: `${inFlight} wait.`,
        fix: 'It goes on by itself; try again in a moment.',
      });
    }
    inFlight += samples.length;
    const columns = columnsOf(samples, kindOf);
    const message = (id: number): ToWriter => ({ do: 'append', id, now: now(), columns, cursor: cursor ?? null });
    const stored = await writer.ask(message, Appended, buffersOf(columns));
    inFlight -= samples.length;
    return stored;
  };
  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (recorded.length === 0) return;
    const samples = recorded;
    recorded = [];
    const stored = await append(samples);
    if (stored.ok) return;
    lost += samples.length;
    log('warn', 'measurements were not stored', { code: stored.fault.code, why: stored.fault.why, samples: samples.length });
  };
  const stats = async (): Promise<Result<Stats>> => {
    await flush();
    const got = await writer.ask((id) => ({ do: 'stats', id, now: now() }) satisfies ToWriter, Stats);
    return got.ok && lost > 0 ? ok({ ...got.value, counts: { ...got.value.counts, lost } }) : got;
  };

  const metrics: Metrics = {
    path: file,
    append,
    stats,
    record(sample) {
      recorded.push(sample);
      if (recorded.length >= RECORD_MOST) void flush();
      else timer ??= setTimeout(() => void flush(), RECORD_MS).unref();
    },
    async cursor() {
      const got = await stats();
      return got.ok ? ok(got.value.cursor) : got;
    },
    async query(query) {
      await flush();
      const ask = (reading: Reading): Promise<Result<Read>> => reader.ask((id) => ({ id, reading }), Read);
      return answerQuery(query, catalogue, ask, now());
    },
    tail: (metrics, listener) => tail.add(metrics, listener),
    async tidy() {
      const done = await writer.ask((id) => ({ do: 'tidy', id, now: now() }) satisfies ToWriter, z.null());
      return done.ok ? ok(undefined) : done;
    },
    async close() {
      await flush();
      await Promise.all([writer.close(), reader.close()]);
    },
  };
  return Promise.resolve(ok(metrics));
}
