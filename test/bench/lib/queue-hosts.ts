/**
 * Program: hosts that each work off so many requests at a time, the others waiting in line. Arguments: how many, milliseconds a request takes on
 * average, one a host. Says its ports as JSON, then answers every WebSocket message `NUMBER SIZE` with the same message after SIZE times
 * that, and its turn. Ends with its stdin.
 */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const [atOnce, ...means] = process.argv.slice(2);

const ports = means.map(async (text) => {
  const meanMs = Number(text);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  /** When each of the workers will be free. */
  const free = Array.from({ length: Number(atOnce) }, () => 0);
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      const next = free.indexOf(Math.min(...free));
      // By the moment it would be free and not by the timer before: else every timer's lateness would add up.
      const done = Math.max(free[next] ?? 0, performance.now()) + meanMs * Number(message.split(' ')[1]);
      free[next] = done;
      setTimeout(() => socket.send(message), Math.max(0, done - performance.now()));
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
});

process.stdin.resume().once('end', () => process.exit(0));
console.log(JSON.stringify(await Promise.all(ports)));
