/**
 * The near side of one thread of the analytics. It starts with the first message and ends after a minute without one.
 *
 *   none ──ask──► running ──idle for a minute | close──► none
 *                    │ a question takes too long, or the thread fails: the thread ends, open questions get a fault
 *                    └──────────────────────────────────────────────► none
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z, type ZodType } from 'zod';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import { FromThread } from './storage/messages.ts';

const IDLE_MS = 60_000;
/** Old objects of one thread at most: a chart of everything must not take the machine. */
const HEAP_MIB = 512;

type Open = { readonly worker: Worker; readonly settle: (result: Result<unknown>) => void; readonly timer: NodeJS.Timeout };
type Live = Extract<FromThread, { live: unknown }>['live'];

export type ThreadOptions = {
  readonly role: 'writer' | 'reader' | 'trends';
  readonly file: string;
  readonly now: () => number;
  /** Longest time an answer may take, in milliseconds. */
  readonly limitMs: number;
  readonly onLive?: (live: Live) => void;
  /** Told after a thread began, before its first message. */
  readonly onBegin?: (thread: Thread) => void;
  /** True keeps it from ending when it is idle. */
  readonly isNeeded?: () => boolean;
  /** Makes it let go before it ends. */
  readonly farewell?: (id: number) => object;
};

export class Thread {
  readonly #options: ThreadOptions;
  readonly #open = new Map<number, Open>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #last = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /**
   * Asks one question.
   * @param message what is sent, given the question's number  @param transfer buffers that go over instead of being copied
   * @returns also METRICS_TIMEOUT, METRICS_FAILED
   */
  ask<T>(message: (id: number) => object, output: ZodType<T>, transfer: ArrayBuffer[] = []): Promise<Result<T>> {
    return this.#send(this.#start(), message, output, transfer);
  }

  #send<T>(worker: Worker, message: (id: number) => object, output: ZodType<T>, transfer: ArrayBuffer[] = []): Promise<Result<T>> {
    return new Promise((resolve) => {
      const id = ++this.#last;
      const settle = (result: Result<unknown>): void => {
        if (!result.ok) return resolve(result);
        const read = output.safeParse(result.value);
        resolve(read.success ? ok(read.data) : failed(read.error.message));
      };
      const timer = setTimeout(() => void this.#end(worker, tooLong(this.#options.limitMs)), this.#options.limitMs).unref();
      this.#open.set(id, { worker, settle, timer });
      worker.postMessage(message(id), transfer);
    });
  }

  /** Lets go of the database and ends; resolves when that is done. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    // Whoever asks meanwhile gets a new thread: this one takes nothing more.
    this.#worker = null;
    if (this.#idle) clearTimeout(this.#idle);
    worker.ref();
    const { farewell } = this.#options;
    if (farewell) await this.#send(worker, farewell, ANYTHING);
    await this.#end(worker, failed('It was closed.').fault);
  }

  #start(): Worker {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    // It keeps the process alive while somebody waits for an answer, and not a moment longer.
    this.#worker?.ref();
    if (this.#worker) return this.#worker;
    const { role, file, now, onLive, onBegin } = this.#options;
    const worker = new Worker(workerFile(), { workerData: { role, file, now: now() }, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    this.#worker = worker;
    worker.on('message', (message: unknown) => {
      const told = FromThread.parse(message);
      if ('live' in told) onLive?.(told.live);
      else this.#settle(told.id, told);
    });
    const gone = (why: string): void => void this.#end(worker, failed(why).fault);
    worker.on('error', (error) => gone(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => gone(`A thread of the analytics ended with ${code}.`));
    onBegin?.(this);
    return worker;
  }

  #settle(id: number, result: Result<unknown>): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    clearTimeout(open.timer);
    if (this.#open.size === 0 && this.#worker) this.#rest(this.#worker);
    open.settle(result);
  }

  #rest(worker: Worker): void {
    worker.unref();
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#options.isNeeded?.() === true) this.#rest(worker);
      else void this.close();
    }, IDLE_MS).unref();
  }

  async #end(worker: Worker, fault: Fault): Promise<void> {
    if (this.#worker === worker) {
      this.#worker = null;
      if (this.#idle) clearTimeout(this.#idle);
    }
    for (const [id, open] of this.#open) if (open.worker === worker) this.#settle(id, { ok: false, fault });
    await worker.terminate();
  }
}

/** For answers nobody reads. */
const ANYTHING = z.unknown();

const failed = (why: string): { readonly ok: false; readonly fault: Fault } => fail('METRICS_FAILED', 'The analytics failed.', { why });
const tooLong = (ms: number): Fault => ({
  code: 'METRICS_TIMEOUT',
  message: 'The analytics took too long.',
  why: `No answer within ${ms / 1000} s.`,
  fix: 'Try again; for a chart, choose a shorter range or fewer series.',
});

/** The threads' program: beside this file in source, `metrics-worker.js` in the folder of the built programs otherwise. */
function workerFile(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./worker.ts', import.meta.url);
  const beside = new URL('./metrics-worker.js', import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL('../metrics-worker.js', import.meta.url);
}
