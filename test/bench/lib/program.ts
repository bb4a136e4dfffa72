/** Programs of the benches: each says one line of JSON when it is ready, and ends with its stdin. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ZodType } from 'zod';
import { ended } from './core.ts';

export type Program<T> = {
  readonly pid: number;
  readonly said: T;
  readonly close: () => Promise<void>;
  /** Every later line. */ readonly next: () => Promise<string>;
};

const PATIENCE_MS = 60_000;

/** @param file its URL, of `import.meta.resolve` @param schema of the first line @throws when it ends or is silent for a minute */
export async function startProgram<T>(file: string, args: readonly string[], schema: ZodType<T>, nodeArgs: readonly string[] = []): Promise<Program<T>> {
  const child = spawn(process.execPath, [...nodeArgs, fileURLToPath(file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const line = await lines.next();
    clearTimeout(timer);
    if (line.done === true) throw new Error(`${file} ended, or said nothing for a minute`);
    return line.value;
  };
  return { pid: child.pid ?? 0, said: schema.parse(JSON.parse(await next())), next, close: () => ended(child) };
}

/** For the programs: ends this process with its stdin, and says the line. */
export function ready(said: unknown): void {
  process.stdin.resume().once('end', () => process.exit(0));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
