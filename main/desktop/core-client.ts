/** The desktop's own seat at the core: follows the live stream over a port, comes back with its cursor after every restart. */
import { MessageChannelMain } from 'electron';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '#shared/contract/index.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import type { CoreProcess } from './core-process.ts';

/** Wait before the stream is asked for again, milliseconds. */
const RETRY_MS = 500;

/** Opens a connection of its own to the core. `close` ends it. */
function openClient(core: Pick<CoreProcess, 'connect'>): { client: Client; close: () => void } {
  const { port1, port2 } = new MessageChannelMain();
  const client: Client = createORPCClient(new RPCLink({ port: port1 }));
  port1.start();
  core.connect(port2);
  return { client, close: () => port1.close() };
}

/**
 * Calls `onDelta` with every delta, until `signal` is aborted. Each call gets the client it came by, for questions that a delta
 * raises.
 */
export async function followCore(core: Pick<CoreProcess, 'connect'>, onDelta: (delta: LiveDelta, client: Client) => void, signal: AbortSignal): Promise<void> {
  let since = 0;
  while (!signal.aborted) {
    const { client, close } = openClient(core);
    signal.addEventListener('abort', close, { once: true });
    try {
      for await (const delta of await client.live.watch({ since }, { signal })) {
        since = delta.rev;
        onDelta(delta, client);
      }
    } catch {
      // The core went down or is being restarted; its state is shown elsewhere, and the next connection waits for it.
    }
    signal.removeEventListener('abort', close);
    close();
    await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
