/** Edge cases of RFC 6455 as bytes on TCP: what is allowed works, what is not is answered with its close code, and the host goes on. */
import { expect, test } from 'vitest';
import { until } from '#test/support/agents/trial.ts';
import { greeted, hello, testHost } from '#test/support/host-wire.ts';
import { frame, handshake, rawSocket, tcp, type RawSocket } from '#test/support/raw-socket.ts';

const HELLO = JSON.stringify(hello({ role: 'probe' }));
const PING = JSON.stringify({ t: 'ping', at: 7 });
const CONTINUE = 0;
const BINARY = 2;
const CLOSE = 8;
const WS_PING = 9;
const WS_PONG = 10;

const said = (raw: RawSocket, kind: string): boolean => raw.texts().some((text) => JSON.stringify(text).startsWith(`{"t":"${kind}"`));

async function welcomed(port: number): Promise<RawSocket> {
  const raw = await rawSocket(port);
  raw.write(frame(HELLO));
  await until(() => said(raw, 'welcome'));
  return raw;
}

const half = Math.floor(PING.length / 2);
const closing = (code: number, reason = ''): Buffer => Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);

const allowed: [string, Buffer[]][] = [
  ['a text in two fragments', [frame(PING.slice(0, half), { fin: false }), frame(PING.slice(half), { opcode: CONTINUE })]],
  ['a text in one-byte fragments', PING.split('').map((char, i) => frame(char, { fin: i === PING.length - 1, opcode: i === 0 ? 1 : CONTINUE }))],
  ['an empty first and an empty last fragment', [frame('', { fin: false }), frame(PING, { fin: false, opcode: CONTINUE }), frame('', { opcode: CONTINUE })]],
  ['a ping between fragments', [frame(PING.slice(0, half), { fin: false }), frame('hi', { opcode: WS_PING }), frame(PING.slice(half), { opcode: CONTINUE })]],
  ['a pong nobody asked for', [frame('', { opcode: WS_PONG }), frame(PING)]],
  ['a ping with 125 bytes', [frame(Buffer.alloc(125, 1), { opcode: WS_PING }), frame(PING)]],
  ['two frames in one segment, one cut in the middle of a character', [frame(JSON.stringify({ t: 'ö', x: '中' })), frame(PING)]],
];

test.each(allowed)('%s is taken', async (_name, parts) => {
  const host = await testHost();
  const raw = await welcomed(host.port);
  raw.write(...parts);
  await until(() => said(raw, 'pong'));
  expect(raw.closeCode()).toBeNull();
});

test('a ping is answered with its own payload', async () => {
  const host = await testHost();
  const raw = await welcomed(host.port);
  raw.write(frame('are you there', { opcode: WS_PING }));
  await until(() => raw.frames.some(({ opcode }) => opcode === WS_PONG));
  expect(raw.frames.find(({ opcode }) => opcode === WS_PONG)?.payload.toString()).toBe('are you there');
});

test('a frame that comes byte by byte is taken', async () => {
  const host = await testHost();
  const raw = await welcomed(host.port);
  raw.socket.setNoDelay(true);
  for (const byte of frame(PING)) {
    raw.socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => said(raw, 'pong'));
});

const refused: [string, Buffer[], number][] = [
  ['an unmasked frame', [frame(PING, { mask: false })], 1002],
  ['a reserved bit', [frame(PING, { rsv: 4 })], 1002],
  ['another reserved bit', [frame(PING, { rsv: 1 })], 1002],
  ['a reserved opcode', [frame(PING, { opcode: 3 })], 1002],
  ['a reserved control opcode', [frame('', { opcode: 11 })], 1002],
  ['a fragmented ping', [frame('', { opcode: WS_PING, fin: false })], 1002],
  ['a ping with 126 bytes', [frame(Buffer.alloc(126), { opcode: WS_PING })], 1002],
  ['a continuation of nothing', [frame(PING, { opcode: CONTINUE })], 1002],
  ['a new text before the last fragment', [frame('{', { fin: false }), frame(PING)], 1002],
  ['UTF-8 that is none', [frame(Buffer.from([0x22, 0xc3, 0x28, 0x22]))], 1007],
  ['UTF-8 that ends in the middle of a character', [frame(Buffer.from([0xe4, 0xb8]))], 1007],
  ['a surrogate in UTF-8', [frame(Buffer.from([0xed, 0xa0, 0x80]))], 1007],
  ['a frame that says it is larger than may be', [frame('', { length: 8 * 1024 * 1024 + 1 })], 1009],
  ['a length beyond what a number holds', [frame('', { length: 2 ** 53 })], 1009],
  ['binary', [frame(PING, { opcode: BINARY })], 4400],
  ['a close with half a code', [frame(Buffer.from([3]), { opcode: CLOSE })], 1002],
  ['a close with a code that may not be sent', [frame(closing(1005), { opcode: CLOSE })], 1002],
  ['a close with a code of no range', [frame(closing(999), { opcode: CLOSE })], 1002],
  ['a close whose reason is no UTF-8', [frame(Buffer.concat([closing(1000), Buffer.from([0xff])]), { opcode: CLOSE })], 1007],
];

test('what breaks the protocol is answered with its close code, and others do not notice', { timeout: 120_000 }, async () => {
  const host = await testHost();
  const witness = await greeted(host.port, { role: 'probe', center: 'witness' });
  for (const [name, parts, code] of refused) {
    const raw = await welcomed(host.port);
    raw.write(...parts);
    await until(
      () => raw.closeCode() !== null,
      () => `no close after ${name}`,
    );
    expect([name, raw.closeCode()]).toEqual([name, code]);
    await until(() => raw.gone());
  }
  expect(await witness.call('probe.echo', { text: 'still here' })).toMatchObject({ ok: true, output: { text: 'still here' } });
});

test('a message in fragments that grows beyond the largest frame is refused before it is whole', async () => {
  const host = await testHost();
  const raw = await welcomed(host.port);
  const part = Buffer.alloc(1024 * 1024, 0x20);
  raw.write(frame(part, { fin: false }));
  for (let i = 0; i < 9 && raw.closeCode() === null; i++) {
    raw.write(frame(part, { fin: false, opcode: CONTINUE }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => raw.closeCode() === 1009);
});

test('a close is answered with the same code', async () => {
  const host = await testHost();
  const raw = await welcomed(host.port);
  raw.write(frame(closing(4001, 'enough'), { opcode: CLOSE }));
  await until(() => raw.closeCode() === 4001 && raw.gone());
});

test.each([
  ['another version of WebSocket', handshake().replace('Version: 13', 'Version: 99'), /^HTTP\/1\.1 4(00|26)/],
  ['no key', handshake().replace(/Sec-WebSocket-Key.*\r\n/, ''), /^HTTP\/1\.1 400/],
  ['a key of the wrong size', handshake().replace(/Sec-WebSocket-Key.*\r\n/, 'Sec-WebSocket-Key: abcd\r\n'), /^HTTP\/1\.1 400/],
  ['POST', handshake().replace('GET', 'POST'), /^HTTP\/1\.1 405/],
  ['another path', handshake(undefined, '/elsewhere'), /^HTTP\/1\.1 404/],
  ['a token in the address', handshake(null, '/host?token=a+token+that+only+tests+of+this+host+know'), /^HTTP\/1\.1 401/],
  ['a request line that is none', 'HELLO\r\n\r\n', /^HTTP\/1\.1 400/],
  ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n`, /^HTTP\/1\.1 431/],
  ['two lengths', 'POST /host/link HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', /^HTTP\/1\.1 400/],
])('a handshake with %s is refused in words of HTTP', async (_name, text, answer) => {
  const host = await testHost();
  const { socket, text: heard, gone } = await tcp(host.port);
  socket.write(text);
  await until(() => heard() !== '' && gone());
  expect(heard()).toMatch(answer);
});
