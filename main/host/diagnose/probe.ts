/** Asks a program for its version (or another short answer) within a time limit. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { childEnvironment } from '../process/environment.ts';
import { findProgram } from '../process/spawn-fault.ts';
import { spawnChild } from '../process/spawn.ts';
import { settledWithin } from '../process/wait.ts';

export type Answer = {
  /** First line of what it said. */
  readonly line: string;
  readonly exitCode: number | null;
  /** Where the program was found. */
  readonly path: string;
};

/** Long enough for an agent that unpacks itself on its first start. */
const LIMIT_MS = 10_000;
const MAX_TEXT = 4096;

/** @returns the answer, or a fault of `spawnChild`, or PROBE_TIMEOUT */
export async function probe(program: readonly string[], cwd: string): Promise<Result<Answer>> {
  let text = '';
  const keep = (more: string): void => {
    text = (text + more).slice(0, MAX_TEXT);
  };
  const env = childEnvironment({ from: process.env });
  const file = program[0] ?? '';
  const path = (await findProgram(file, cwd, env['PATH'] ?? '')) ?? file;
  const spawned = await spawnChild({ program, cwd, env, onStdout: keep, onStderr: keep });
  if (!spawned.ok) return spawned;
  const child = spawned.value;
  child.endInput();
  const inTime = await settledWithin(child.exited, LIMIT_MS);
  await child.stop(inTime ? 500 : 0);
  if (!inTime) {
    return fail('PROBE_TIMEOUT', `${program.join(' ')} did not end within ${LIMIT_MS / 1000} seconds.`, {
      fix: `Run ${program.join(' ')} in a terminal to see what it waits for.`,
    });
  }
  const line = text
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one !== '');
  return ok({ line: line?.slice(0, 200) ?? '', exitCode: (await child.exited).code, path });
}
