/**
 * Program: many endpoints of the host protocol that greet and answer beats and echoes, and do nothing else. Argument: how many. Says its
 * ports. They are one process, so that what is measured is who dials.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { ready } from './program.ts';

const Frame = z.object({ t: z.string(), id: z.string().optional(), at: z.number().optional(), input: z.unknown().optional() });
const host = { id: 'endpoint', name: 'endpoint', version: '1', pid: process.pid, platform: 'linux', startedAt: 0, boot: 'endpoint', workRoot: '/' };
const welcome = JSON.stringify({ t: 'welcome', protocol: 1, host, streams: [], tokenUntil: null });
const load = { sessions: 0, loopDelayMs: 0, rssBytes: 0, spooledBytes: 0 };

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
sockets.on('connection', (socket) =>
  socket.on('message', (data: Buffer) => {
    const frame = Frame.parse(JSON.parse(data.toString()));
    if (frame.t === 'hello') socket.send(welcome);
    else if (frame.t === 'ping') socket.send(JSON.stringify({ t: 'pong', at: frame.at, load }));
    else if (frame.t === 'command') socket.send(JSON.stringify({ t: 'reply', id: frame.id, ok: true, output: frame.input }));
  }),
);

const ports = Array.from({ length: Number(process.argv[2]) }, async () => {
  const server = createServer();
  server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
});
ready(await Promise.all(ports));
