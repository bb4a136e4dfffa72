/**
 * Runs the checks of a repository (its tests, its linter): one program each, no shell, with a time limit, output kept from both
 * ends, and nothing left running when it is over.
 */
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { spawnChild, type Child } from '../process/spawn.ts';
import { createEndsBuffer } from './ends-buffer.ts';

type CheckInput = HostInput<'check.run'>;
type CheckOutput = HostOutput<'check.run'>;

export type ChecksOptions = {
  /** The whole environment of a check, with its id as marker. */
  readonly environment: (checkId: string) => Record<string, string>;
  /** Told around each check's life, so that a killed host leaves a record. */
  readonly leftovers?: {
    expect(id: string): void;
    started(id: string, pid: number): Promise<void>;
    ended(id: string): void;
  };
};

export type Checks = {
  /** Answers when the check has ended, however it ended; a program that cannot be started is outcome `error` with the reason as output. */
  run(input: CheckInput): Promise<Result<CheckOutput>>;
  /** Ends a running check; one that has ended is where the caller wants it. */
  cancel(checkId: string): Promise<Result<Record<string, never>>>;
  /** Cancels all. */
  close(): Promise<void>;
};

/** Characters kept from the beginning and from the end of the output. */
const HEAD = 64 * 1024;
const TAIL = 192 * 1024;
const GRACE_MS = 3000;

type Running = { child: Child | null; ending: 'timeout' | 'cancelled' | null };

export function createChecks({ environment, leftovers }: ChecksOptions): Checks {
  const running = new Map<string, Running>();

  async function end(check: Running, why: 'timeout' | 'cancelled'): Promise<void> {
    check.ending ??= why;
    await check.child?.stop(GRACE_MS);
  }

  return {
    async run(input) {
      if (running.has(input.checkId)) return fail('CHECK_BUSY', 'This check runs already.', { fix: 'Wait for it or cancel it.' });
      const check: Running = { child: null, ending: null };
      running.set(input.checkId, check);
      leftovers?.expect(input.checkId);
      try {
        return ok(await runOne(input, check));
      } finally {
        running.delete(input.checkId);
        leftovers?.ended(input.checkId);
      }
    },
    async cancel(checkId) {
      const check = running.get(checkId);
      if (check) await end(check, 'cancelled');
      return ok({});
    },
    async close() {
      await Promise.all([...running.values()].map((check) => end(check, 'cancelled')));
    },
  };

  async function runOne(input: CheckInput, check: Running): Promise<CheckOutput> {
    const output = createEndsBuffer(HEAD, TAIL);
    const spawned = await spawnChild({
      program: input.command,
      cwd: input.cwd,
      env: environment(input.checkId),
      onStdout: output.push,
      onStderr: output.push,
    });
    if (!spawned.ok) {
      const { message, why, fix } = spawned.fault;
      return { outcome: 'error', exitCode: null, output: [message, why, fix].filter(Boolean).join('\n'), cut: 0 };
    }
    const child = spawned.value;
    check.child = child;
    child.endInput();
    await leftovers?.started(input.checkId, child.pid);
    if (check.ending) void child.stop(0);
    const timer = setTimeout(() => void end(check, 'timeout'), input.timeoutMs);
    const { code } = await child.exited;
    clearTimeout(timer);
    const outcome = check.ending ?? (code === 0 ? 'passed' : 'failed');
    // A server that the check started and forgot must not outlive it.
    await child.stop(GRACE_MS);
    return { outcome, exitCode: code, ...output.read() };
  }
}
