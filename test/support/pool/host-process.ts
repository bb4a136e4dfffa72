/** A real agent host as a process of its own behind a network that misbehaves: it can be killed and started again, and is found at the same address. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Target } from '#pool/types.ts';
import { TOKEN } from '#test/support/net/scripted-host.ts';
import { Proxy } from '#test/support/net/proxy.ts';

const Announced = z.object({ type: z.literal('listening'), port: z.number() });

export class HostProcess {
  readonly dataDir: string;
  readonly proxy: Proxy;
  readonly #port: { now: number };
  #child: ChildProcess | null = null;
  #said = '';

  private constructor(dataDir: string, proxy: Proxy, port: { now: number }) {
    this.dataDir = dataDir;
    this.proxy = proxy;
    this.#port = port;
  }

  static async start(): Promise<HostProcess> {
    const port = { now: 0 };
    const host = new HostProcess(await mkdtemp(path.join(tmpdir(), 'acc-fleet-')), await Proxy.start(() => port.now), port);
    await host.launch();
    return host;
  }

  get target(): Target {
    return { url: `ws://127.0.0.1:${this.proxy.port}`, token: TOKEN, tls: {} };
  }

  /** Starts the process (again), on any port: the proxy's stays. */
  async launch(): Promise<void> {
    const child = spawn(process.execPath, [path.resolve('main/host/main.ts'), '--data', this.dataDir, '--stdin-token'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.dataDir,
        ...(process.env['NODE_V8_COVERAGE'] ? { NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'] } : {}),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stdin.write(`${JSON.stringify({ token: TOKEN })}\n`);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-4000)));
    this.#port.now = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(Announced.parse(JSON.parse(line)).port));
      child.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${this.#said}`)));
    });
  }

  /** SIGKILL: nothing is said, nothing is written any more. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.#end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(patience);
  }
}
