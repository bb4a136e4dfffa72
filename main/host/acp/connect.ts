/** Our side of an ACP connection: what an agent may ask of us, and what it tells. Terminals are not offered. */
import { client, methods, type ClientConnection, type SessionUpdate, type Stream } from '@agentclientprotocol/sdk';
import { setImmediate as nextTick } from 'node:timers/promises';
import { readInside, writeInside } from './files.ts';
import type { Permissions } from './permissions.ts';
import type { ToolCalls } from './tools.ts';

export type ConnectOptions = {
  readonly stream: Stream;
  /** Files outside of it are refused. */
  readonly cwd: string;
  readonly tools: ToolCalls;
  readonly permissions: Permissions;
  readonly onUpdate: (update: SessionUpdate) => void;
};

export function connect({ stream, cwd, tools, permissions, onUpdate }: ConnectOptions): ClientConnection {
  return client({ name: 'automatic-claude-code' })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      await nextTick(); // the SDK may hand over a request before an update that came ahead of it in the same chunk
      // The request may be the first to name its call, so it counts as an update of it.
      return permissions.ask({ call: tools.update(params.toolCall), options: params.options });
    })
    .onRequest(methods.client.fs.readTextFile, async ({ params }) => ({ content: await readInside(cwd, params.path, params.line, params.limit) }))
    .onRequest(methods.client.fs.writeTextFile, async ({ params }) => {
      await writeInside(cwd, params.path, params.content);
    })
    .onNotification(methods.client.session.update, ({ params }) => onUpdate(params.update))
    .connect(stream);
}
