/** Runs one program to its end, with a time limit, and keeps the end of what it printed. */
import { spawn } from 'node:child_process';

/** Characters of output that are kept; the end says why a program failed. */
const KEPT = 200_000;

export type Ran = { readonly code: number; readonly output: string; readonly tookMs: number };

/**
 * Runs `command` without a shell and without standard input.
 * @param options.seconds time limit; past it the program is killed and the code is 124
 * @returns its exit code (127 when it could not be started) and its two outputs in one text
 */
export function run([program = '', ...args]: readonly string[], options: { cwd: string; seconds: number; env?: Record<string, string> }): Promise<Ran> {
  const began = performance.now();
  return new Promise((resolve) => {
    let output = '';
    let overdue = false;
    const child = spawn(program, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
    const timer = setTimeout(() => {
      overdue = true;
      child.kill('SIGKILL');
    }, options.seconds * 1000);
    const done = (code: number): void => {
      clearTimeout(timer);
      resolve({ code, output, tookMs: performance.now() - began });
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-KEPT)));
    child.on('error', (error) => {
      output += error.message;
      done(127);
    });
    child.on('close', (code) => {
      if (overdue) output += `\nstopped after ${options.seconds} s`;
      done(overdue ? 124 : (code ?? 1));
    });
  });
}
