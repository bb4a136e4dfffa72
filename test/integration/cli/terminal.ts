/** A terminal with a data folder of its own, in which tests call the built `acc` as people and scripts do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const acc = path.resolve('bin/acc.mjs');

export type Done = { code: number | null; out: string; err: string; /** What was printed as JSON. */ lines: Record<string, unknown>[] };
export type Running = { child: ChildProcess; done: Promise<Done>; out(): string };
export type Terminal = {
  readonly dataDir: string;
  begin(args: readonly string[], env?: Record<string, string>): Running;
  run(args: readonly string[], env?: Record<string, string>): Promise<Done>;
  /** As {@link begin}, for a program that is not `acc` itself. */
  beginProgram(program: string, args: readonly string[], env?: Record<string, string>): Running;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
};

export function openTerminal(): Terminal {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'acc-cli-'));
  const children = new Set<ChildProcess>();
  const beginProgram: Terminal['beginProgram'] = (program, args, env = {}) => {
    const child = spawn(program, args, { env: { ...process.env, ACC_DATA: dataDir, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const done = new Promise<Done>((resolve) =>
      child.once('close', (code) => {
        children.delete(child);
        const lines = out
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        resolve({ code, out, err, lines });
      }),
    );
    return { child, done, out: () => out };
  };
  const begin: Terminal['begin'] = (args, env) => beginProgram(process.execPath, [acc, ...args], env);
  return {
    dataDir,
    begin,
    beginProgram,
    run: (args, env) => begin(args, env).done,
    async close() {
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise((resolve) => {
              child.once('exit', resolve);
              if (child.exitCode !== null || child.signalCode !== null) resolve(null);
              child.kill('SIGTERM');
            }),
        ),
      );
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
