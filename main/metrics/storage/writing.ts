/** The writing thread: takes what has gathered in one transaction, answers after the commit, and tidies up when it has nothing to do. */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import type { Result } from '#shared/lib/fault.ts';
import { BATCH, SERIES_IN_ALL, SERIES_PER_METRIC } from './limits.ts';
import { Live } from './live.ts';
import { ToWriter, type Appended, type FromThread, type Stats } from './messages.ts';
import { metricsFault, openForWriting } from './open.ts';
import { Retention, SteadyClock } from './retention.ts';
import { Writer } from './writer.ts';

/** Pauses in milliseconds: before the first tidying and between two, between its portions, and between two looks for those who watch. */
const FIRST_TIDY_MS = 20_000;
const TIDY_MS = 3_600_000;
const PORTION_MS = 20;
const LIVE_MS = 200;
/** Samples of one transaction: more would only make those in it wait. */
const TOGETHER = 2 * BATCH;

type Append = Extract<ToWriter, { do: 'append' }>;

/** Serves a port until its thread ends. @param now milliseconds since the epoch, from the clock the messages carry */
export function serveWriting(port: MessagePort, file: string, now: number): void {
  const opened = openForWriting(file);
  if (opened.ok) return new Writing(port, opened.value, file, now).begin();
  // A disk may have room again, a lock may be gone: every message tries anew.
  port.once('message', (message: unknown) => {
    const { id } = ToWriter.parse(message);
    answer(port, id, opened);
    serveWriting(port, file, now);
  });
}

class Writing {
  readonly #port: MessagePort;
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #writer: Writer;
  readonly #retention: Retention;
  readonly #clock: SteadyClock;
  readonly #live = new Live();
  #liveTimer: NodeJS.Timeout | null = null;
  #tidyTimer: NodeJS.Timeout | null = null;
  /** The newest time a message carried. */
  #now: number;

  constructor(port: MessagePort, db: Database.Database, file: string, now: number) {
    this.#port = port;
    this.#db = db;
    this.#file = file;
    this.#now = now;
    this.#writer = new Writer(db);
    this.#retention = new Retention(db, this.#writer);
    this.#clock = new SteadyClock(now);
  }

  begin(): void {
    this.#port.on('message', (message: unknown) => this.#take(ToWriter.parse(message)));
    this.#tidyTimer = setTimeout(() => this.#tidy(), FIRST_TIDY_MS).unref();
  }

  #take(first: ToWriter): void {
    const appends: Append[] = [];
    let samples = 0;
    for (let message: ToWriter | null = first; message !== null; message = samples < TOGETHER ? this.#next() : null) {
      this.#now = message.now;
      if (message.do === 'append') {
        appends.push(message);
        samples += message.columns.at.length;
        continue;
      }
      // What was asked after samples knows of them.
      this.#append(appends.splice(0));
      this.#act(message);
    }
    this.#append(appends);
  }

  #next(): ToWriter | null {
    const waiting = receiveMessageOnPort(this.#port);
    return waiting ? ToWriter.parse(waiting.message) : null;
  }

  #append(appends: readonly Append[]): void {
    if (appends.length === 0) return;
    try {
      const now = this.#now;
      const taken = this.#writer.append(appends, now, this.#live.watching ? (series, samples) => this.#live.see(series, samples, now) : undefined);
      const cursor = this.#writer.cursor;
      for (const [i, { id }] of appends.entries()) answer(this.#port, id, { ok: true, value: { counts: taken[i] ?? {}, cursor } satisfies Appended });
    } catch (error) {
      // Together they failed; alone, one that can be stored still is.
      if (appends.length > 1) for (const each of appends) this.#append([each]);
      else for (const { id } of appends) answer(this.#port, id, { ok: false, fault: metricsFault(error, this.#file) });
    }
  }

  #act(message: Exclude<ToWriter, Append>): void {
    try {
      if (message.do === 'watch') this.#watch(message.metrics);
      if (message.do === 'tidy') while (this.#retention.step(this.#clock.read(message.now)));
      if (message.do === 'end') this.#end();
      answer(this.#port, message.id, { ok: true, value: message.do === 'stats' ? this.#stats() : null });
    } catch (error) {
      answer(this.#port, message.id, { ok: false, fault: metricsFault(error, this.#file) });
    }
  }

  #stats(): Stats {
    const bytes = Number(this.#db.pragma('page_count', { simple: true })) * Number(this.#db.pragma('page_size', { simple: true }));
    const { series, cursor } = this.#writer;
    const limits = { seriesLimit: SERIES_IN_ALL, perMetricLimit: SERIES_PER_METRIC };
    return { counts: this.#writer.counts(), series: series.size, ...limits, largest: series.largest(5), cursor, bytes };
  }

  #watch(metrics: readonly string[]): void {
    this.#live.watch(metrics);
    if (this.#liveTimer) clearInterval(this.#liveTimer);
    this.#liveTimer = null;
    if (metrics.length === 0) return;
    this.#liveTimer = setInterval(() => {
      const live = this.#live.take(this.#now);
      if (live.length > 0) this.#port.postMessage({ live } satisfies FromThread);
    }, LIVE_MS);
  }

  #end(): void {
    this.#watch([]);
    if (this.#tidyTimer) clearTimeout(this.#tidyTimer);
    this.#db.close();
    this.#port.removeAllListeners('message');
  }

  /** Portion by portion, so that samples come in between. */
  #tidy(): void {
    let more = false;
    try {
      more = this.#retention.step(this.#clock.read(this.#now));
    } catch (error) {
      // A full disk or a lock: nothing was lost, and the next time comes.
      const fault = metricsFault(error, this.#file);
      if (fault.code === 'METRICS_FAILED') throw error;
    }
    this.#tidyTimer = setTimeout(() => this.#tidy(), more ? PORTION_MS : TIDY_MS).unref();
  }
}

function answer(port: MessagePort, id: number, result: Result<unknown>): void {
  port.postMessage({ id, ...result } satisfies FromThread);
}
