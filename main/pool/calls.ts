/** Commands under way to one host: each has an idempotency key, waits for its answer within a limit, and is sent again after a reconnect. */
import { hostCommands, type HostCommand, type HostInput, type HostOutput } from '#shared/host-protocol/commands.ts';
import type { CenterFrame, HostFrame } from '#shared/host-protocol/frames.ts';
import { newId } from '#shared/lib/id.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

export const DEFAULT_CALL_MS = 60_000;

type Waiting = { readonly frame: CenterFrame; settle(reply: Extract<HostFrame, { t: 'reply' }>): void };

export class Calls {
  readonly #send: (frame: CenterFrame) => boolean;
  /** By idempotency key; the same key may be waited for by several callers. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #closed = false;

  constructor(send: (frame: CenterFrame) => boolean) {
    this.#send = send;
  }

  call<C extends HostCommand>(
    name: C,
    input: HostInput<C>,
    options: { timeoutMs?: number; signal?: AbortSignal; key?: string } = {},
  ): Promise<Result<HostOutput<C>>> {
    const id = options.key ?? newId('cmd');
    const limit = options.timeoutMs ?? DEFAULT_CALL_MS;
    if (this.#closed) return Promise.resolve(fail('HOST_UNREACHABLE', 'The connection to the agent host is closed.'));
    if (options.signal?.aborted) return Promise.resolve(fail('CANCELLED', 'The command was cancelled.'));
    return new Promise((resolve) => {
      const finish = (result: Result<HostOutput<C>>): void => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', abort);
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiting.delete(id);
        resolve(result);
      };
      const abort = (): void => finish(fail('CANCELLED', 'The command was cancelled.'));
      const timer = setTimeout(
        () =>
          finish(
            fail('HOST_TIMEOUT', `The agent host did not answer "${name}" within ${Math.round(limit / 1000)} s.`, {
              fix: 'Look at the host in the status line; the command may still be carried out.',
            }),
          ),
        limit,
      );
      options.signal?.addEventListener('abort', abort, { once: true });
      const frame: CenterFrame = { t: 'command', id, name, input };
      const waiter: Waiting = { frame, settle: (reply) => finish(reply.ok ? parseOutput(name, reply.output) : { ok: false, fault: reply.fault }) };
      const waiters = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiters.add(waiter));
      this.#send(frame);
    });
  }

  settle(reply: Extract<HostFrame, { t: 'reply' }>): void {
    for (const waiter of this.#waiting.get(reply.id) ?? []) waiter.settle(reply);
  }

  /** Sends everything unanswered once more; the host answers what it has carried out already from memory. */
  resend(): void {
    for (const [first] of this.#waiting.values()) if (first) this.#send(first.frame);
  }

  close(): void {
    this.#closed = true;
    for (const id of this.#waiting.keys())
      this.settle({ t: 'reply', id, ok: false, fault: { code: 'HOST_UNREACHABLE', message: 'The connection to the agent host was closed.' } });
  }
}

function parseOutput<C extends HostCommand>(name: C, output: unknown): Result<HostOutput<C>> {
  const parsed = hostCommands[name].output.safeParse(output);
  // The map ties each name to its schema; TypeScript cannot follow that through an index with a type parameter.
  return parsed.success
    ? ok(parsed.data as HostOutput<C>)
    : fail('HOST_PROTOCOL', `The agent host answered "${name}" in a shape this version does not know.`, {
        why: parsed.error.message,
        fix: 'Use the same version of the app on both sides.',
      });
}
