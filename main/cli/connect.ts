/** A client of the core that owns the data folder; when there is none, one is started for the time of this command. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { Client } from '#shared/contract/index.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { readOwnerFile, type OwnerFile } from '#server/owner-file.ts';
import { startOwnCore } from './own-core.ts';

export type Connection = {
  readonly client: Client;
  readonly owner: OwnerFile;
  /** False once the core has gone away. */
  isOpen(): boolean;
  close(): Promise<void>;
};

const DIAL_MS = 5000;

/**
 * Does `work` with a client and takes the connection (and a core of our own) down after it.
 * @throws {FaultError} when no core can be reached or started, or the core went away under the work
 */
export async function withCore<T>(dataDir: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await connect(dataDir);
  try {
    return await work(connection.client);
  } catch (error) {
    if (connection.isOpen()) throw error;
    throw new FaultError({
      code: 'CORE_LOST',
      message: 'The control center ended while this command waited for it.',
      fix: 'Start it again: sessions that were running go on by themselves.',
    });
  } finally {
    await connection.close();
  }
}

async function connect(dataDir: string): Promise<Connection> {
  const running = await join(dataDir);
  if (running) return running;
  const started = await startOwnCore({ dataDir, mode: 'command', address: '127.0.0.1', port: 0 });
  if (!started.ok) {
    // Another command may have started one in the same moment.
    const other = started.fault.code === 'STORE_IN_USE' ? await join(dataDir) : null;
    if (other) return other;
    throw new FaultError(started.fault);
  }
  const joined = await join(dataDir);
  if (!joined) {
    await started.value.close();
    throw new FaultError({ code: 'CORE_UNREACHABLE', message: 'The core was started but could not be reached.' });
  }
  return {
    ...joined,
    async close() {
      await joined.close();
      await started.value.close();
    },
  };
}

/** The core that runs already; null when there is none. */
export async function join(dataDir: string): Promise<Connection | null> {
  const owner = readOwnerFile(dataDir);
  if (!owner) return null;
  const socket = new WebSocket(`${owner.url.replace('http', 'ws')}/rpc`, {
    headers: { authorization: `Bearer ${owner.token}` },
    perMessageDeflate: false,
    handshakeTimeout: DIAL_MS,
  });
  const open = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!open) return null;
  socket.on('error', () => socket.terminate());
  const lost = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }));
  return {
    client,
    owner,
    isOpen: () => socket.readyState === socket.OPEN,
    async close() {
      socket.close();
      await lost;
    },
  };
}
