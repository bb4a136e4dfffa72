/**
 * Program: peers that send the events a host sends. A raw `ws` server (what it sends on `/?count=N` are frames with 20 events each), and a
 * socket.io server (an event each, N of them on `go`). Says their ports.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { ready } from './program.ts';

const PER_FRAME = 20;
const EVENT_BYTES = 200;
/** What may wait in a socket before the sender takes a breath. */
const MAX_WAITING = 2 * 2 ** 20;

const event = (seq: number): object => ({
  epoch: 'bench',
  seq,
  at: Date.now(),
  event: { kind: 'output', stream: 'stdout', source: 'agent', text: 'x'.repeat(EVENT_BYTES) },
});

/** The same as text, made once: what limits must be who receives. */
const [HEAD = '', REST = ''] = JSON.stringify(event(0)).split(/(?<="seq":)0(?=,)/);

const raw = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
raw.on('connection', (socket, request) => {
  const count = Number(new URL(request.url ?? '', 'http://bench').searchParams.get('count'));
  let seq = 0;
  const send = (): void => {
    while (seq < count && socket.bufferedAmount < MAX_WAITING) {
      const events: string[] = [];
      while (events.length < PER_FRAME && seq < count) events.push(`${HEAD}${++seq}${REST}`);
      socket.send(`{"t":"events","batch":[{"sessionId":"bench","events":[${events.join(',')}]}]}`);
    }
    if (seq < count && socket.readyState === socket.OPEN) setImmediate(send);
  };
  send();
});

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, maxHttpBufferSize: 1e8 });
io.on('connection', (socket) => {
  socket.on('go', (count: number) => {
    let seq = 0;
    const send = (): void => {
      // In bursts as large as a frame of events, so that it never waits for the loop; what waits in it is bounded by its own transport.
      for (let i = 0; i < PER_FRAME * 10 && seq < count && socket.conn.transport.writable; i++) socket.emit('event', event(++seq));
      if (seq < count && socket.connected) setImmediate(send);
    };
    send();
  });
});
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
ready({ raw: (raw.address() as AddressInfo).port, io: (http.address() as AddressInfo).port });
