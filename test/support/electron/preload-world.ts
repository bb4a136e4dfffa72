/**
 * What `require('electron')` gives a preload, in the isolated world of a real page. Bundled to one script; the preload's code
 * is put in at the end of it. `standInSend` is a binding that exists only in this world.
 */
import { parse, stringify } from 'devalue';
import { PORT_CLOSED } from './port-close.ts';

declare const standInSend: (text: string) => void;
declare const window: unknown;
declare const preloadCode: (require: (name: string) => unknown, module: object, exports: object) => void;
declare const inSubframes: boolean;
declare const top: unknown;

type PagePort = {
  postMessage(data: unknown): void;
  close(): void;
  start(): void;
  addEventListener(name: 'message', listener: (event: { data: unknown }) => void): void;
};
type FromMain = { kind: 'message' | 'close'; id: number; data?: unknown };

const ports = new Map<number, PagePort>();
let nextId = 1;

const ipcRenderer = {
  postMessage(channel: string, message: unknown, transfer: PagePort[] = []): void {
    const ids = transfer.map((port) => {
      const id = nextId++;
      ports.set(id, port);
      port.addEventListener('message', ({ data }) => {
        if (data !== PORT_CLOSED) return standInSend(stringify({ kind: 'message', id, data }));
        if (ports.delete(id)) standInSend(stringify({ kind: 'close', id }));
      });
      return id;
    });
    standInSend(stringify({ kind: 'post', channel, message, ports: ids }));
    for (const port of transfer) port.start();
  },
};

function deliver(text: string): void {
  const { kind, id, data }: FromMain = parse(text);
  if (kind === 'message') return ports.get(id)?.postMessage(data);
  const port = ports.get(id);
  ports.delete(id);
  port?.postMessage(PORT_CLOSED);
  port?.close();
}

// Electron runs a preload in the top frame only, unless it is told otherwise.
if (inSubframes || window === top) {
  Object.assign(globalThis, { standInDeliver: deliver });
  const required = (name: string): unknown => {
    if (name === 'electron') return { ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
  preloadCode(required, { exports: {} }, {});
}
