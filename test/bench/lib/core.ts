/** The built product as users run it: `acc start --headless` on a data folder of its own, with a client of the contract. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { join, type Connection } from '#cli/connect.ts';
import type { Client } from '#shared/contract/index.ts';
import { childrenOf } from './processes.ts';
import { until } from './until.ts';

export const root = path.resolve(import.meta.dirname, '../../..');
export const program = path.join(root, 'out/acc.js');

export type BenchCore = {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  readonly client: Client;
  /** Milliseconds from the start of the process to the line that says where it listens. */
  readonly listeningMs: number;
  /** The end of what core and host wrote to stderr. */
  said(): string;
  /** Waits for the agent host. @returns its process id */
  host(): Promise<number>;
  /** A fresh one-time link for a browser. */
  link(): Promise<string>;
  /** Ends the core; the data folder goes too unless the caller brought it. */
  close(): Promise<void>;
};

/** Brings `out/` up to date. @throws when it cannot be built */
export function build(): void {
  const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), '--quiet'], { cwd: root, encoding: 'utf8', timeout: 300_000 });
  if (built.status !== 0) throw new Error(`The build failed:\n${built.stdout}\n${built.stderr}`);
}

export const scratch = (name: string): string => mkdtempSync(path.join(tmpdir(), `acc-bench-${name}-`));

/**
 * @param env added to this process's environment
 * @param nodeArgs options of Node for the core's process
 */
export async function startCore(options: { dataDir?: string; env?: Readonly<Record<string, string>>; nodeArgs?: readonly string[] } = {}): Promise<BenchCore> {
  const dataDir = options.dataDir ?? scratch('data');
  const args = [...(options.nodeArgs ?? []), program, 'start', '--headless', '--no-open', '--port', '0', '--data', dataDir];
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd: dataDir, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
  const url = await whenListening(child, () => said);
  const listeningMs = performance.now() - began;
  const connection = await connected(dataDir);
  const pid = child.pid ?? 0;
  return {
    pid,
    url,
    dataDir,
    listeningMs,
    said: () => said,
    client: connection.client,
    async host() {
      await until('the agent host', async () => (await connection.client.system.diagnose({})).findings.length > 0);
      return until('the process of the agent host', () => childrenOf(pid).find((each) => each.command.includes('host.js'))?.pid);
    },
    async link() {
      const response = await fetch(`${url}/links`, { method: 'POST', headers: { authorization: `Bearer ${connection.owner.token}` } });
      const link = /http:\/\/\S+\?token=\S+/.exec(await response.text())?.[0];
      if (link === undefined) throw new Error(`no link: ${response.status}`);
      return link;
    },
    async close() {
      await connection.close();
      await ended(child);
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connected(dataDir: string): Promise<Connection> {
  const connection = await join(dataDir);
  if (!connection) throw new Error('the core does not answer');
  return connection;
}

function whenListening(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let lines = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the core did not come up:\n${said()}`));
    }, 40_000);
    child.stdout?.on('data', (chunk: Buffer) => {
      lines += chunk.toString();
      const url = /(http:\/\/[^/\s]+)\/\?token=/.exec(lines)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the core ended with ${code}:\n${said()}`));
    });
  });
}

/** Asks a process to end, and makes it after 10 s. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  clearTimeout(timer);
}
