/**
 * Commands to one host: each waits for a connection, then for its answer, and is sent again with the same idempotency key when the
 * connection it went by is lost.
 *
 *   queued ──a ready connection──► sent ──reply──► settled
 *     │  ▲─────connection lost──────┘ └──limit, cancel──► settled (HOST_TIMEOUT, CANCELLED); the host may still carry it out
 *     ├──no connection within acquireMs──► HOST_UNREACHABLE (only what was never sent)
 *     └──queue full──► HOST_BUSY
 */
import { hostCommands, type HostCommand, type HostInput, type HostOutput } from '#shared/host-protocol/commands.ts';
import { MAX_FRAME_BYTES, type CenterFrame, type HostFrame } from '#shared/host-protocol/frames.ts';
import { newId } from '#shared/lib/id.ts';
import { fail, ok, type Fault, type Result } from '#shared/lib/fault.ts';
import type { Timer, Wheel } from '../health/wheel.ts';
import type { Connection } from './connection.ts';

export const DEFAULT_CALL_MS = 60_000;
/** Commands of a link that may be on the host at once: it refuses more. */
export const MAX_IN_FLIGHT = 256;

export type CallOptions = { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly key?: string };
type Reply = Extract<HostFrame, { t: 'reply' }>;

/** How a command ended, for who watches the host's health. `ms` is the time from sending to the answer. */
export type Outcome = { readonly name: HostCommand; readonly result: 'answered' | 'timeout' | 'unreachable'; readonly ms: number };

export type CallsOptions = {
  readonly wheel: Wheel;
  limits(): { readonly acquireMs: number; readonly queue: number };
  /** The ready connection with the least to do. */
  ready(): Connection | null;
  /** Why there is none, said when a command gives up waiting. */
  unreachable(): Fault;
  /** Commands were sent, or wait: another connection may help. */
  onPumped(waiting: number): void;
  onOutcome(outcome: Outcome): void;
};

type Call = {
  readonly id: string;
  readonly name: HostCommand;
  readonly text: string;
  readonly waiters: Set<(result: Result<unknown>) => void>;
  via: Connection | null;
  everSent: boolean;
  /** Monotonic, of the first sending. */
  sentAt: number;
  queuedAt: number;
};

export class Calls {
  readonly #options: CallsOptions;
  readonly #calls = new Map<string, Call>();
  readonly #queue = new Set<Call>();
  #inFlight = 0;
  #acquire: Timer | null = null;
  #closed: Fault | null = null;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }
  get queued(): number {
    return this.#queue.size;
  }

  call<C extends HostCommand>(name: C, input: HostInput<C>, options: CallOptions = {}): Promise<Result<HostOutput<C>>> {
    if (this.#closed) return Promise.resolve({ ok: false, fault: this.#closed });
    if (options.signal?.aborted) return Promise.resolve(CANCELLED);
    const limit = options.timeoutMs ?? DEFAULT_CALL_MS;
    return new Promise((resolve) => {
      const begun = this.#begin(options.key ?? newId('cmd'), name, input);
      if (!begun.ok) return resolve(begun);
      const call = begun.value;
      const finish = (result: Result<unknown>): void => {
        timer.cancel();
        options.signal?.removeEventListener('abort', abort);
        call.waiters.delete(finish);
        if (call.waiters.size === 0) this.#drop(call);
        resolve(result.ok ? parseOutput(name, result.value) : result);
      };
      const abort = (): void => finish(CANCELLED);
      const timer = this.#options.wheel.after(limit, () => {
        const never = !call.everSent;
        if (!never) this.#options.onOutcome({ name, result: 'timeout', ms: limit });
        finish(never ? { ok: false, fault: this.#options.unreachable() } : unanswered(name, limit));
      });
      options.signal?.addEventListener('abort', abort, { once: true });
      call.waiters.add(finish);
      if (!call.via) this.pump();
    });
  }

  settle(reply: Reply): void {
    const call = this.#calls.get(reply.id);
    if (!call) return;
    this.#options.onOutcome({ name: call.name, result: 'answered', ms: performance.now() - call.sentAt });
    const result: Result<unknown> = reply.ok ? ok(reply.output) : { ok: false, fault: reply.fault };
    for (const finish of call.waiters) finish(result);
    this.pump();
  }

  /** Sends what waits, as long as there is a connection and the host takes more. */
  pump(): void {
    if (this.#queue.size === 0) return this.#watchQueue();
    for (const call of this.#queue) {
      if (this.#inFlight >= MAX_IN_FLIGHT) break;
      const connection = this.#options.ready();
      if (!connection?.sendText(call.text)) break;
      this.#queue.delete(call);
      call.via = connection;
      connection.inFlight++;
      this.#inFlight++;
      if (call.everSent) continue;
      call.everSent = true;
      call.sentAt = performance.now();
    }
    this.#options.onPumped(this.#queue.size);
    this.#watchQueue();
  }

  /** What went by a connection that is gone waits again, before everything that was never sent. */
  lost(connection: Connection): void {
    const again = [...this.#calls.values()].filter((call) => call.via === connection);
    if (again.length === 0) return;
    for (const call of again) this.#unsend(call);
    const others = [...this.#queue];
    this.#queue.clear();
    for (const call of [...again, ...others]) this.#queue.add(call);
  }

  /** Settles everything with a fault and takes no more, until `open`. */
  close(fault: Fault): void {
    this.#closed = fault;
    for (const call of this.#calls.values()) for (const finish of call.waiters) finish({ ok: false, fault });
    this.#watchQueue();
  }

  open(): void {
    this.#closed = null;
  }

  /** Joins the command of the same key, or makes one. */
  #begin(id: string, name: HostCommand, input: unknown): Result<Call> {
    const known = this.#calls.get(id);
    if (known) return ok(known);
    if (!this.#mayWait()) return busy(`${this.#queue.size} commands wait for a connection already.`);
    const text = JSON.stringify({ t: 'command', id, name, input } satisfies CenterFrame);
    if (text.length > MAX_FRAME_BYTES / 3 && Buffer.byteLength(text) > MAX_FRAME_BYTES) {
      return fail('HOST_PROTOCOL', `The command "${name}" is larger than the agent host takes.`, {
        why: `It has ${Buffer.byteLength(text)} bytes; a frame may have ${MAX_FRAME_BYTES}.`,
        fix: 'Send less at once.',
      });
    }
    const call: Call = { id, name, text, waiters: new Set(), via: null, everSent: false, sentAt: 0, queuedAt: performance.now() };
    this.#calls.set(id, call);
    this.#queue.add(call);
    return ok(call);
  }

  /** True when a new command can be sent now or has room to wait. */
  #mayWait(): boolean {
    if (this.#queue.size < this.#options.limits().queue) return true;
    return this.#queue.size === 0 && this.#inFlight < MAX_IN_FLIGHT && this.#options.ready() !== null;
  }

  #drop(call: Call): void {
    this.#calls.delete(call.id);
    this.#queue.delete(call);
    const via = call.via;
    this.#unsend(call);
    via?.settle();
  }

  #unsend(call: Call): void {
    if (!call.via) return;
    call.via.inFlight--;
    this.#inFlight--;
    call.via = null;
  }

  /** One timer for the queue: those that were never sent stand in it in the order they came. */
  #watchQueue(): void {
    const first = this.#firstWaiting();
    if (!first) {
      this.#acquire?.cancel();
      this.#acquire = null;
    } else if (!this.#acquire?.pending) {
      const due = first.queuedAt + this.#options.limits().acquireMs;
      this.#acquire = this.#options.wheel.after(Math.max(0, due - performance.now()), () => this.#giveUp());
    }
  }

  #giveUp(): void {
    const before = performance.now() - this.#options.limits().acquireMs;
    for (const call of this.#queue) {
      if (call.everSent || call.queuedAt > before) continue;
      const ready = this.#options.ready() !== null;
      const result = ready
        ? busy(`${this.#inFlight} commands are on the host and none was answered in time.`)
        : { ok: false as const, fault: this.#options.unreachable() };
      this.#options.onOutcome({ name: call.name, result: 'unreachable', ms: performance.now() - call.queuedAt });
      for (const finish of call.waiters) finish(result);
    }
    this.#watchQueue();
  }

  #firstWaiting(): Call | null {
    for (const call of this.#queue) if (!call.everSent) return call;
    return null;
  }
}

const CANCELLED = fail('CANCELLED', 'The command was cancelled.');

const busy = (why: string): Result<never> =>
  fail('HOST_BUSY', 'The agent host has too much to do.', { why, fix: 'Wait a moment and try again, or add sockets or another host in Connections.' });

const unanswered = (name: string, limit: number): Result<never> =>
  fail('HOST_TIMEOUT', `The agent host did not answer "${name}" within ${Math.round(limit / 1000)} s.`, {
    fix: 'Look at the host in Connections; the command may still be carried out.',
  });

function parseOutput<C extends HostCommand>(name: C, output: unknown): Result<HostOutput<C>> {
  const parsed = hostCommands[name].output.safeParse(output);
  // The map ties each name to its schema; TypeScript cannot follow that through an index with a type parameter.
  return parsed.success
    ? ok(parsed.data as HostOutput<C>)
    : fail('HOST_PROTOCOL', `The agent host answered "${name}" in a shape this version does not know.`, {
        why: parsed.error.message.slice(0, 1000),
        fix: 'Use the same version of the app on both sides.',
      });
}
