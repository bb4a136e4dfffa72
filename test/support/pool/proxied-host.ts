/** A real agent host behind a network that misbehaves: it can be killed and started again, and is found at the same address. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Target } from '#pool/types.ts';
import { HOST_TOKEN, startHostProcess, type HostProcess } from '../host-process.ts';
import { Proxy } from '../net/proxy.ts';

export class ProxiedHost {
  readonly proxy: Proxy;
  readonly #dataDir: string;
  readonly #process: { now: HostProcess };

  private constructor(dataDir: string, proxy: Proxy, process: { now: HostProcess }) {
    this.#dataDir = dataDir;
    this.proxy = proxy;
    this.#process = process;
  }

  static async start(): Promise<ProxiedHost> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'acc-proxied-'));
    const process = { now: await startHostProcess(dataDir) };
    return new ProxiedHost(dataDir, await Proxy.start(() => process.now.port), process);
  }

  get target(): Target {
    return { url: `ws://127.0.0.1:${this.proxy.port}`, token: HOST_TOKEN, tls: {} };
  }

  /** SIGKILL: nothing is said, nothing is written any more. */
  async kill(): Promise<void> {
    await this.#process.now.kill();
  }

  /** Starts the process again, on any port: the proxy's stays. */
  async launch(): Promise<void> {
    this.#process.now = await startHostProcess(this.#dataDir);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.#process.now.stop();
    await rm(this.#dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
