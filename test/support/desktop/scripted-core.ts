/**
 * A core that says what a spec wrote down: it runs as the desktop's utility process and serves the few procedures the desktop
 * itself calls. `script.jsonl` in its data folder holds deltas to send, or `{"crash":true}`; `log.jsonl` is what it saw.
 */
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { EventEmitter } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { contract } from '#shared/contract/index.ts';
import { LiveDelta } from '#shared/contract/live.ts';
import { defaultSettings, Settings } from '#shared/domain/settings.ts';

type Port = EventEmitter & { postMessage(message: unknown): void; start(): void };
declare const process: NodeJS.Process & { parentPort: EventEmitter & { postMessage(message: unknown): void } };

const Line = z.union([z.object({ crash: z.literal(true) }), z.object({ settings: Settings }), LiveDelta]);
const { values } = parseArgs({ options: { data: { type: 'string', default: '.' } } });
const log = (entry: object): void => appendFileSync(path.join(values.data, 'log.jsonl'), `${JSON.stringify({ pid: process.pid, ...entry })}\n`);

function script(): z.infer<typeof Line>[] {
  const text = readFileSync(path.join(values.data, 'script.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => Line.parse(JSON.parse(line)));
}

const os = implement(contract);
const router = {
  system: {
    info: os.system.info.handler(() => ({
      name: 'Automatic Claude Code',
      version: '0.0.0',
      mode: 'desktop' as const,
      dataDir: values.data,
      role: 'operator' as const,
      actor: 'test',
      now: Date.now(),
    })),
    // Read when asked: a delta written after them is never told by older ones.
    settings: os.system.settings.handler(() => script().reduce((latest, line) => ('settings' in line ? line.settings : latest), defaultSettings)),
  },
  live: {
    watch: os.live.watch.handler(async function* ({ input, signal }) {
      log({ watch: input.since });
      let sent = 0;
      // Ends when the wait is aborted, with the connection.
      for (;;) {
        const lines = script();
        for (const line of lines.slice(sent)) if ('rev' in line && line.rev > input.since) yield line;
        sent = lines.length;
        await wait(20, undefined, { signal });
      }
    }),
  },
};

const handler = new RPCHandler(router);
process.parentPort.on('message', ({ data, ports }: { data: unknown; ports: Port[] }) => {
  const [port] = ports;
  log({ message: data, ports: ports.length });
  if (port === undefined) return;
  handler.upgrade(port, { context: {} });
  port.start();
});
process.parentPort.postMessage({ type: 'ready' });
log({ started: process.argv.slice(2) });

// A crash is carried out once: the next core skips the ones that are already in the script.
let done = script().length;
for (;;) {
  await wait(20);
  const lines = script();
  if (lines.slice(done).some((line) => 'crash' in line)) process.kill(process.pid, 'SIGKILL');
  done = lines.length;
}
