/** The doors of headless mode: who gets in, what is refused, and that what is refused harms nobody. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createCore, type Core } from '#core/core.ts';
import { readOwnerFile } from '#server/owner-file.ts';
import { startServer, type RunningServer } from '#server/server.ts';
import type { Client } from '#shared/contract/index.ts';
import { unwrap } from '#shared/lib/fault.ts';

let folder: string;
let core: Core;
let server: RunningServer;
let uiDir: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'acc-server-'));
  uiDir = path.join(folder, 'ui');
  await mkdir(uiDir);
  await writeFile(path.join(uiDir, 'index.html'), '<!doctype html><title>ui</title>');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  core = unwrap(await createCore({ dataDir: path.join(folder, 'data'), mode: 'headless', version: '0.0.0', log: () => {} }));
  server = unwrap(await startServer({ core, dataDir: path.join(folder, 'data'), address: '127.0.0.1', port: 0, uiDir }));
});
afterAll(async () => {
  await server.close();
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** A request with exactly these headers: `fetch` would not let a test lie about Host or Origin. */
function get(at: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: at, method, headers, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

async function signIn(role: 'viewer' | 'operator' = 'operator'): Promise<string> {
  const { pathname, search } = new URL(server.link(role));
  const answer = await get(pathname + search);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** Opens a socket; resolves with it, or with the status it was refused with. */
function dial(headers: Record<string, string>): Promise<WebSocket | number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/rpc`, { headers, perMessageDeflate: false });
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', () => resolve(0));
  });
}

async function clientAs(role: 'viewer' | 'operator'): Promise<{ client: Client; socket: WebSocket }> {
  const socket = await dial({ cookie: await signIn(role), origin: server.url });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return {
    client: createORPCClient(new RPCLink({ websocket: socket })),
    socket,
  };
}

test('/metrics is for a bearer alone, and tells what is now in the format of Prometheus', async () => {
  const { token } = readOwnerFile(path.join(folder, 'data')) ?? { token: '' };
  const refusals: Record<string, string>[] = [{}, { cookie: await signIn() }, { authorization: 'Bearer wrong' }];
  for (const headers of refusals) {
    const refused = await get('/metrics', headers);
    expect(refused.status).toBe(401);
    expect(refused.body).not.toContain('acc_');
  }
  const told = await get('/metrics', { authorization: `Bearer ${token}` });
  expect(told).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
  expect(told.body).toContain('# TYPE acc_core_sessions gauge\nacc_core_sessions{state="queued"} 0');
  expect(told.body).toMatch(/^acc_core_resident_memory_bytes \d+$/m);
});

test('a link becomes a cookie once; shown again it is refused', async () => {
  const { pathname, search } = new URL(server.link('operator'));
  const first = await get(pathname + search);
  expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
  expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict/);
  const replayed = await get(pathname + search);
  expect(replayed.status).toBe(401);
  expect(replayed.headers['set-cookie']).toBeUndefined();
});

test('a foreign Host is not answered, so a rebound name reaches nothing', async () => {
  expect((await get('/', { host: 'evil.example' })).status).toBe(421);
  expect(await dial({ host: 'evil.example', cookie: await signIn() })).toBe(421);
});

test('a foreign Origin gets no socket, cookie or not', async () => {
  expect(await dial({ cookie: await signIn(), origin: 'http://evil.example' })).toBe(403);
  expect(await dial({ cookie: await signIn(), origin: server.url.replace('http', 'https') })).toBe(403);
});

test('a cookie without an Origin is not a browser of ours', async () => {
  expect(await dial({ cookie: await signIn() })).toBe(401);
});

test('nobody gets a socket without showing who they are', async () => {
  expect(await dial({ origin: server.url })).toBe(401);
});

test('a program shows the bearer token that only the owner of the folder can read', async () => {
  const owner = readOwnerFile(path.join(folder, 'data'));
  const socket = await dial({ authorization: `Bearer ${owner?.token ?? ''}` });
  expect(typeof socket).toBe('object');
  if (typeof socket !== 'number') socket.close();
});

test('health is open, and who am I is not', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200 });
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  expect((await get('/session')).status).toBe(401);
  expect(JSON.parse((await get('/session', { cookie: await signIn('viewer') })).body)).toMatchObject({ role: 'viewer' });
});

test('every answer carries the security headers', async () => {
  const { headers } = await get('/');
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

test('files outside the UI are not served, however the path is written', async () => {
  for (const at of ['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/....//secret.txt', '/..\\secret.txt']) {
    const answer = await get(at);
    expect(answer.body).not.toContain('secret\n');
    expect(answer.status).not.toBe(200);
  }
});

test('a viewer reads and cannot act', async () => {
  const { client, socket } = await clientAs('viewer');
  expect(await client.system.info({})).toMatchObject({ role: 'viewer' });
  await expect(client.system.startTour({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(client.repositories.add({ path: folder })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  socket.close();
});

test('a payload of the wrong shape is told where it is wrong', async () => {
  const { client, socket } = await clientAs('operator');
  // @ts-expect-error -- the wrong shape is the point
  await expect(client.sessions.items({ id: 'x', from: -1, count: 'many' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  socket.close();
});

test('an unknown procedure is refused and the connection goes on', async () => {
  const { client, socket } = await clientAs('operator');
  // @ts-expect-error -- there is no such procedure
  await expect(client.system.selfDestruct({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await client.system.info({})).toMatchObject({ role: 'operator' });
  socket.close();
});

test('a frame of 100 MB closes its own connection and nobody else', async () => {
  const other = await clientAs('operator');
  const { socket } = await clientAs('operator');
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.send(Buffer.alloc(100 * 1024 * 1024, 32), () => {});
  expect([1009, 1006]).toContain(await closed);
  expect(await other.client.system.info({})).toMatchObject({ role: 'operator' });
  other.socket.close();
});

test('garbage on the socket harms nobody', async () => {
  const { client, socket } = await clientAs('operator');
  for (const text of ['', '{', 'null', '[]', '{"i":99}', '\u0000\u0001', '{"i":"99","p":{"u":"/x"}}']) socket.send(text);
  socket.send(Buffer.from([0xff, 0xfe, 0x00]));
  expect(await client.system.info({})).toMatchObject({ role: 'operator' });
  socket.close();
});

test('other addresses than loopback need a token', async () => {
  const refused = await startServer({ core, dataDir: path.join(folder, 'data'), address: '0.0.0.0', port: 0, uiDir });
  expect(refused).toMatchObject({ ok: false, fault: { code: 'AUTH_REQUIRED' } });
});

test('a port that is taken is named', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refused = await startServer({ core, dataDir: path.join(folder, 'data'), address: '127.0.0.1', port, uiDir });
  expect(refused).toMatchObject({ ok: false, fault: { code: 'PORT_TAKEN' } });
  blocker.close();
});

test('guessing tokens is slowed down', async () => {
  const answers: number[] = [];
  for (let i = 0; i < 30; i++) answers.push((await get('/session', { authorization: `Bearer ${'x'.repeat(40)}${i}` })).status);
  expect(answers.at(-1)).toBe(429);
});
