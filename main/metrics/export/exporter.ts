/** Tells a collector what came together, every so often. */
import type { Log } from '#shared/lib/log.ts';
import type { Increments, Total } from './request.ts';
import type { Collector } from './post.ts';
import { Sender, type Sent } from './sender.ts';

export type ExporterOptions = {
  readonly totals: () => readonly Total[] | Promise<readonly Total[]>;
  /** What was told already; the same over several exporters, so that nothing is told twice. */
  readonly increments: Increments;
  readonly collector: () => Collector | null;
  readonly intervalMs: number;
  readonly now: () => number;
  readonly log: Log;
};

/** What the end may take, in milliseconds. */
const CLOSE_MS = 1000;

export class Exporter {
  readonly #options: ExporterOptions;
  readonly #sender: Sender;
  readonly #timer: NodeJS.Timeout;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#sender = new Sender(options.collector, options.log, options.now);
    this.#timer = setInterval(() => void this.flush(), options.intervalMs).unref();
  }

  get state(): Sent {
    return this.#sender.state;
  }

  /** Puts what is new on its way now. */
  async flush(): Promise<void> {
    const request = this.#options.increments.take(await this.#options.totals(), this.#options.now());
    if (request !== null) this.#sender.add(request);
  }

  /** Tells the last of it, as far as that goes within a second. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#sender.close(CLOSE_MS);
  }
}
