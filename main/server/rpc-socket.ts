/** Serves the contract on one WebSocket, and makes a slow reader slow only for itself. */
import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { Core } from '#core/core.ts';
import type { Identity } from './auth.ts';

/** Bytes that may wait in a socket before a stream's next item waits too. */
const HIGH_WATER = 1024 * 1024;
const PING_MS = 15_000;

export function serveContract(core: Core): (socket: WebSocket, who: Identity) => void {
  const handler = new RPCHandler(core.router);
  return (socket, who) => {
    let answered = true;
    socket.on('pong', () => (answered = true));
    socket.on('error', () => socket.terminate());
    const pings = setInterval(() => {
      if (!answered) socket.terminate();
      answered = false;
      socket.ping();
    }, PING_MS);
    socket.on('close', () => clearInterval(pings));
    void handler.upgrade(
      {
        addEventListener: socket.addEventListener.bind(socket),
        // The handler awaits each send, so an iterator is not asked for more while the reader lags.
        async send(data: string | Uint8Array) {
          if (socket.readyState !== socket.OPEN) return;
          socket.send(data);
          while (socket.bufferedAmount > HIGH_WATER && socket.readyState === socket.OPEN) await new Promise((resolve) => setTimeout(resolve, 10));
        },
      },
      { context: { role: who.role, actor: who.actor, client: 'remote' } },
    );
  };
}
