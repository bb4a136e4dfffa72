/** A channel over one accepted WebSocket. Frames of one turn of the loop leave in one write. */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ChannelListener, HostChannel } from './channel.ts';
import { decode } from './decode.ts';

/** How long the other end may take to answer a close, milliseconds. */
const GOODBYE_MS = 1000;

/** @param listenerFor who hears what comes; made with the channel it may answer on */
export function webSocketChannel(socket: WebSocket, raw: Socket, listenerFor: (channel: HostChannel) => ChannelListener): void {
  let corked = false;
  raw.setNoDelay(true);
  const uncork = (): void => {
    corked = false;
    raw.uncork();
  };
  const channel: HostChannel = {
    transport: 'websocket',
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (!corked) {
        corked = true;
        raw.cork();
        process.nextTick(uncork);
      }
      socket.send(text, left);
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    close(code, reason) {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
    },
    terminate: () => socket.terminate(),
  };
  const listener = listenerFor(channel);
  function left(error?: Error | null): void {
    if (!error) listener.drained();
  }
  socket.on('message', (data, isBinary) => {
    listener.take(isBinary ? { frame: null, bad: 'binary is not spoken here' } : decode((data as Buffer).toString()));
  });
  // What breaks RFC 6455 is answered by ws with its close code; who does not take that in time is dropped.
  socket.on('error', () => setTimeout(() => socket.terminate(), GOODBYE_MS).unref());
  socket.on('close', () => listener.closed());
}
