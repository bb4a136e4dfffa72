/** MessagePorts of the main process: pairs whose messages are cloned, arrive in order, and wait until `start`. */
import type { MessagePortMain as RealPort } from 'electron';
import { EventEmitter } from 'node:events';

export class MessagePortMain extends EventEmitter implements Pick<RealPort, 'close' | 'start'> {
  #peer: MessagePortMain | null = null;
  #held: unknown[] | null = [];
  #closed = false;

  /** Ties two ports together. */
  static pair(): [MessagePortMain, MessagePortMain] {
    const [one, two] = [new MessagePortMain(), new MessagePortMain()];
    one.#peer = two;
    two.#peer = one;
    return [one, two];
  }

  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message);
    const peer = this.#peer;
    if (!this.#closed && peer !== null) setImmediate(() => peer.#receive(copy));
  }

  start(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.#receive(message);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const peer = this.#peer;
    // After the messages that are on their way.
    setImmediate(() => {
      this.emit('close');
      peer?.close();
    });
  }

  #receive(data: unknown): void {
    if (this.#held !== null) this.#held.push(data);
    else if (!this.#closed) this.emit('message', { data, ports: [] });
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    [this.port1, this.port2] = MessagePortMain.pair();
  }
}

/**
 * Carries a port's traffic to another world that knows it by `id`.
 * @returns what to do with traffic from there
 */
export function carry(port: MessagePortMain, id: number, send: (message: Carried) => void): { message(data: unknown): void; close(): void } {
  port.on('message', ({ data }: { data: unknown }) => send({ kind: 'message', id, data }));
  port.on('close', () => send({ kind: 'close', id }));
  port.start();
  return { message: (data) => port.postMessage(data), close: () => port.close() };
}

export type Carried = { kind: 'message'; id: number; data: unknown } | { kind: 'close'; id: number };
