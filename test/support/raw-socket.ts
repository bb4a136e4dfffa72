/** WebSocket byte by byte, for what no client library would send. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { until } from './agents/trial.ts';
import { TOKEN } from './host-wire.ts';

export type RawFrame = { readonly opcode: number; readonly fin: boolean; readonly payload: Buffer };

export type RawSocket = {
  readonly socket: Socket;
  /** What the host sent after the handshake, frame by frame. */
  readonly frames: RawFrame[];
  /** Code of the host's close frame. */
  readonly closeCode: () => number | null;
  readonly gone: () => boolean;
  write(...parts: Buffer[]): void;
  /** Texts the host sent, parsed. */
  texts(): unknown[];
};

export type FrameOptions = {
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly opcode?: number;
  readonly mask?: boolean;
  /** Claimed length, when it is to be a lie. */ readonly length?: number;
};

/** One frame from a client: masked, final, text unless said otherwise. */
export function frame(payload: string | Buffer, { fin = true, rsv = 0, opcode = 1, mask = true, length }: FrameOptions = {}): Buffer {
  const data = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  const size = length ?? data.length;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const bit = mask ? 0x80 : 0;
  if (size < 126) head.push(bit | size);
  else if (size < 65_536) head.push(bit | 126, size >> 8, size & 0xff);
  else {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(size));
    head.push(bit | 127, ...long);
  }
  if (!mask) return Buffer.concat([Buffer.from(head), data]);
  const key = randomBytes(4);
  return Buffer.concat([Buffer.from(head), key, Buffer.from(data.map((byte, i) => byte ^ (key[i % 4] ?? 0)))]);
}

export const handshake = (token: string | null = TOKEN, path = '/host'): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    '\r\n',
  ].join('\r\n');

/** A plain TCP connection to the host. */
export async function tcp(port: number): Promise<{ socket: Socket; text: () => string; gone: () => boolean }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let gone = false;
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {}).on('close', () => (gone = true));
  socket.on('data', (part) => (text += part.toString('latin1')));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, gone: () => gone };
}

/** A WebSocket that was upgraded, and says nothing. */
export async function rawSocket(port: number): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  let gone = false;
  const frames: RawFrame[] = [];
  socket.on('error', () => {}).on('close', () => (gone = true));
  socket.on('data', (part) => {
    rest = Buffer.concat([rest, part]);
    if (!upgraded) {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      upgraded = true;
      rest = rest.subarray(end + 4);
    }
    for (let read = readFrame(rest); read; read = readFrame(rest)) {
      frames.push(read.frame);
      rest = rest.subarray(read.size);
    }
  });
  socket.write(handshake());
  await until(() => upgraded || gone);
  return {
    socket,
    frames,
    closeCode: () => frames.find(({ opcode }) => opcode === 8)?.payload.readUInt16BE(0) ?? null,
    gone: () => gone,
    write: (...parts) => void socket.write(Buffer.concat(parts)),
    texts: () => frames.filter(({ opcode }) => opcode === 1).map(({ payload }): unknown => JSON.parse(payload.toString())),
  };
}

function readFrame(data: Buffer): { frame: RawFrame; size: number } | null {
  if (data.length < 2) return null;
  const [first = 0, second = 0] = data;
  let size = second & 0x7f;
  let at = 2;
  if (size === 126) {
    if (data.length < 4) return null;
    size = data.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (data.length < 10) return null;
    size = Number(data.readBigUInt64BE(2));
    at = 10;
  }
  if (data.length < at + size) return null;
  return { frame: { opcode: first & 0x0f, fin: (first & 0x80) !== 0, payload: data.subarray(at, at + size) }, size: at + size };
}
