/**
 * Entry of the core inside the desktop app: a utility process. Windows reach it through message ports that the shell hands over.
 *
 *   shell → core   {type:'connect'} with one port · {type:'stop'}, or SIGTERM
 *   core → shell   {type:'ready'} once it serves
 */
import { parseArgs } from 'node:util';
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import { createCore } from './core.ts';
import { dataDir } from './data-dir.ts';
import { version } from './version.ts';

/** Electron's ports, as far as they are used here; the types of Electron stay in the shell. */
type Port = { on(event: string, listener: (event?: { data: unknown }) => void): void; postMessage(message: unknown): void; start(): void };
type ParentPort = { on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): void; postMessage(message: unknown): void };

const ShellMessage = z.discriminatedUnion('type', [z.object({ type: z.literal('connect') }), z.object({ type: z.literal('stop') })]);

const parent = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;
if (!parent) {
  process.stderr.write('This program is part of the desktop app. On the command line use: acc start --headless\n');
  process.exit(2);
}

const { values } = parseArgs({ args: process.argv.slice(2), options: { data: { type: 'string' } }, strict: false });
const core = await createCore({
  dataDir: dataDir(typeof values.data === 'string' ? values.data : undefined),
  mode: 'desktop',
  version,
  log: (text) => process.stderr.write(`${text}\n`),
});
if (!core.ok) {
  process.stderr.write(`${[core.fault.message, core.fault.why, core.fault.fix].filter(Boolean).join(' ')}\n`);
  process.exit(1);
}

const handler = new RPCHandler(core.value.router);
let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  void core.value.close().finally(() => process.exit(0));
};
process.on('SIGTERM', end);
parent.on('message', ({ data, ports: [port] }) => {
  const message = ShellMessage.safeParse(data);
  if (!message.success) return;
  if (message.data.type === 'stop') end();
  else if (port) {
    handler.upgrade(port, { context: { role: 'operator', actor: 'desktop', client: 'window' } });
    port.start();
  }
});
parent.postMessage({ type: 'ready' });
