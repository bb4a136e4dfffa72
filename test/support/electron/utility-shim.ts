/** First code of a stand-in utility process: makes `process.parentPort` as Electron would, then runs the real entry. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { carry, MessagePortMain } from './ports.ts';

type FromParent = { kind: 'post'; message: unknown; ports: number[] } | { kind: 'message'; id: number; data: unknown } | { kind: 'close'; id: number };

const ports = new Map<number, ReturnType<typeof carry>>();
const send = (message: object): void => {
  if (process.connected) sendToParent(message);
};
const sendToParent = process.send?.bind(process) ?? (() => false);

class ParentPort extends EventEmitter {
  #held: object[] | null = [];

  postMessage(message: unknown): void {
    send({ kind: 'post', message });
  }

  override on(name: string, listener: Parameters<EventEmitter['on']>[1]): this {
    super.on(name, listener);
    const held = name === 'message' ? (this.#held ?? []) : [];
    if (name === 'message') this.#held = null;
    for (const event of held) this.emit('message', event);
    return this;
  }

  receive(event: object): void {
    if (this.#held !== null) this.#held.push(event);
    else this.emit('message', event);
  }
}

const parentPort = new ParentPort();

process.on('message', (received: FromParent) => {
  if (received.kind === 'message') return ports.get(received.id)?.message(received.data);
  if (received.kind === 'close') return ports.get(received.id)?.close();
  const given = received.ports.map((id) => {
    const [mine, theirs] = MessagePortMain.pair();
    ports.set(id, carry(mine, id, send));
    return theirs;
  });
  parentPort.receive({ data: received.message, ports: given });
});
// Electron ends its utility processes with itself.
process.on('disconnect', () => process.exit(0));

Object.defineProperty(process, 'parentPort', { value: parentPort });
// The entry sees itself as the program, as it would under Electron.
process.argv.splice(1, 1);
const [, entry = ''] = process.argv;
await import(pathToFileURL(entry).href);
