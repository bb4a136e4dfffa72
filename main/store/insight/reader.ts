/**
 * The near side of the reading thread. The thread starts with the first question and ends after a minute without one.
 *
 *   none ──ask──► running ──idle for a minute | close──► none
 *                    │ a question takes too long, or the thread fails: the thread ends, open questions get a fault
 *                    └──────────────────────────────────────────────► none
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fail, type Fault, type Result } from '#shared/lib/fault.ts';
import { Answer, type Ask, type Job } from './jobs.ts';

const IDLE_MS = 60_000;

type Open = { readonly settle: (result: Result<unknown>) => void; readonly timer: NodeJS.Timeout };

export class Reader {
  readonly #file: string;
  readonly #open = new Map<number, Open>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #last = 0;

  /** @param file the database */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Asks one question.
   * @param signal gives up waiting; the thread may finish the work all the same
   * @returns also INSIGHT_TIMEOUT, INSIGHT_FAILED, CANCELLED
   */
  ask<I, O>(job: Job<I, O>, input: I, signal?: AbortSignal): Promise<Result<O>> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve(cancelled());
      const id = ++this.#last;
      const cancel = (): void => this.#settle(id, cancelled());
      const settle = (result: Result<unknown>): void => {
        signal?.removeEventListener('abort', cancel);
        resolve(result.ok ? parsed(job, result.value) : result);
      };
      const timer = setTimeout(() => this.#end(tooLong(job.name, job.limitMs)), job.limitMs).unref();
      this.#open.set(id, { settle, timer });
      signal?.addEventListener('abort', cancel, { once: true });
      this.#start().postMessage({ id, job: job.name, input } satisfies Ask);
    });
  }

  /** Ends the thread; resolves when it has let go of the database. */
  async close(): Promise<void> {
    await this.#end(cancelled().fault);
  }

  #start(): Worker {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    // It keeps the process alive while somebody waits for an answer, and not a moment longer.
    this.#worker?.ref();
    if (this.#worker) return this.#worker;
    const worker = new Worker(workerFile(), { workerData: this.#file, execArgv: [] });
    this.#worker = worker;
    worker.on('message', (message: unknown) => {
      const { id, ...result } = Answer.parse(message);
      this.#settle(id, result);
    });
    const failed = (why: string): void => {
      if (this.#worker === worker) void this.#end({ code: 'INSIGHT_FAILED', message: 'The store could not be read.', why });
    };
    worker.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => failed(`The reading thread ended with ${code}.`));
    return worker;
  }

  #settle(id: number, result: Result<unknown>): void {
    const open = this.#open.get(id);
    if (!open) return; // given up meanwhile
    this.#open.delete(id);
    clearTimeout(open.timer);
    if (this.#open.size === 0 && this.#worker) {
      this.#worker.unref();
      this.#idle = setTimeout(() => void this.#end(cancelled().fault), IDLE_MS).unref();
    }
    open.settle(result);
  }

  async #end(fault: Fault): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    for (const id of this.#open.keys()) this.#settle(id, { ok: false, fault });
    await worker?.terminate();
  }
}

function parsed<I, O>(job: Job<I, O>, value: unknown): Result<O> {
  const read = job.output.safeParse(value);
  return read.success ? { ok: true, value: read.data } : fail('INSIGHT_FAILED', 'The store could not be read.', { why: read.error.message });
}

const cancelled = (): { readonly ok: false; readonly fault: Fault } => fail('CANCELLED', 'The question was given up.');
const tooLong = (name: string, ms: number): Fault => ({
  code: 'INSIGHT_TIMEOUT',
  message: 'Reading the store took too long.',
  why: `${name} did not end within ${ms / 1000} s.`,
  fix: 'Try again; for a search, use rarer words.',
});

/** The thread's program: beside this file in source, `store-worker.js` in the folder of the built programs otherwise. */
function workerFile(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('../worker.ts', import.meta.url);
  const beside = new URL('./store-worker.js', import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL('../store-worker.js', import.meta.url);
}
