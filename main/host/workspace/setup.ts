/** Runs the repository's set-up command once in a fresh worktree, with its output streamed and a time limit. */
import { childEnvironment } from '#host/process/environment.ts';
import { spawnChild } from '#host/process/spawn.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { PrepareOn } from './prepare.ts';

/** How much of the output's end a fault repeats, in characters. */
const TAIL = 2000;

type Setup = { readonly cwd: string; readonly setupCommand: readonly string[]; readonly setupTimeoutSeconds: number };

/** @returns `SETUP_FAILED` with the last lines, `SETUP_TIMEOUT`, `CANCELLED`; no process of it is left after any of them */
export async function runSetup(setup: Setup, on: PrepareOn): Promise<Result<void>> {
  const { cwd, setupCommand: program, setupTimeoutSeconds } = setup;
  if (program.length === 0) return ok(undefined);
  let tail = '';
  const hear = (stream: 'stdout' | 'stderr') => (text: string) => {
    tail = (tail + text).slice(-TAIL);
    on.output(stream, text);
  };
  const env = childEnvironment({ from: process.env, marker: `setup:${cwd}` });
  const child = await spawnChild({ program, cwd, env, onStdout: hear('stdout'), onStderr: hear('stderr') });
  const shown = program.join(' ');
  if (!child.ok)
    return fail('SETUP_FAILED', `The set-up command could not be started: ${shown}`, {
      why: child.fault.message,
      fix: 'Correct it in the settings of the repository.',
    });
  child.value.endInput();
  let cause: 'time' | 'cancel' | null = null;
  const end = (why: 'time' | 'cancel'): void => {
    cause ??= why;
    void child.value.stop(2000);
  };
  const timer = setTimeout(() => end('time'), setupTimeoutSeconds * 1000);
  const onAbort = (): void => end('cancel');
  if (on.signal.aborted) onAbort();
  on.signal.addEventListener('abort', onAbort, { once: true });
  const exit = await child.value.exited;
  clearTimeout(timer);
  on.signal.removeEventListener('abort', onAbort);
  // What it left running (a daemon, a watcher) would outlive the session.
  await child.value.stop(2000);
  return outcome(cause, exit, shown, setupTimeoutSeconds, tail);
}

function outcome(
  cause: 'time' | 'cancel' | null,
  exit: { code: number | null; signal: string | null },
  shown: string,
  limit: number,
  tail: string,
): Result<void> {
  const why = tail.trim() === '' ? 'It printed nothing.' : tail.trim();
  if (cause === 'cancel') return fail('CANCELLED', 'The set-up was cancelled.');
  if (cause === 'time')
    return fail('SETUP_TIMEOUT', `The set-up command did not end within ${limit} s: ${shown}`, { why, fix: 'Raise its time limit, or make it faster.' });
  if (exit.code === 0) return ok(undefined);
  return fail('SETUP_FAILED', `The set-up command ended with ${exit.code === null ? `signal ${exit.signal}` : `exit code ${exit.code}`}: ${shown}`, {
    why,
    fix: 'Run it by hand in the repository, or correct it in the settings.',
  });
}
