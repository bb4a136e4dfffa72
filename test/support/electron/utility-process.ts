/** `utilityProcess`: a child process of Node, whose `process.parentPort` the shim makes. Ports are carried over its IPC channel. */
import type { ForkOptions } from 'electron';
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { z } from 'zod';
import { carry, type MessagePortMain } from './ports.ts';

const FromChild = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post'), message: z.unknown() }),
  z.object({ kind: z.literal('message'), id: z.number(), data: z.unknown() }),
  z.object({ kind: z.literal('close'), id: z.number() }),
]);

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, ReturnType<typeof carry>>();
  #nextId = 1;

  constructor(entry: string, args: readonly string[], { env, stdio }: Pick<ForkOptions, 'env' | 'stdio'>) {
    super();
    const [, stdout, stderr] = Array.isArray(stdio) ? stdio : [];
    this.#child = fork(path.join(import.meta.dirname, 'utility-shim.ts'), [entry, ...args], {
      env: { ...env },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', stdout ?? 'inherit', stderr ?? 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.on('exit', (code) => {
      for (const port of this.#ports.values()) port.close();
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null ? this.#child.pid : undefined;
  }

  get stderr(): ChildProcess['stderr'] {
    return this.#child.stderr;
  }

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const given = transfer.map((port) => ({ port, id: this.#nextId++ }));
    // The child has to know the ports before the messages that already wait in them arrive.
    this.#send({ kind: 'post', message, ports: given.map(({ id }) => id) });
    for (const { port, id } of given) {
      const carrier = carry(port, id, (carried) => this.#send(carried));
      this.#ports.set(id, carrier);
      port.once('close', () => this.#ports.delete(id));
    }
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }

  #send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(received: unknown): void {
    const message = FromChild.parse(received);
    if (message.kind === 'post') this.emit('message', message.message);
    else if (message.kind === 'message') this.#ports.get(message.id)?.message(message.data);
    else this.#ports.get(message.id)?.close();
  }
}

export const utilityProcess = {
  /** Every process that was started, for the specs. */
  all: [] as UtilityProcess[],
  fork(entry: string, args: readonly string[] = [], options: Pick<ForkOptions, 'env' | 'stdio'> = {}): UtilityProcess {
    const started = new UtilityProcess(entry, args, options);
    utilityProcess.all.push(started);
    return started;
  },
};
