/** A link whose WebSocket is blocked on the way goes over HTTP on the same sequence, and back. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testHost, TOKEN } from '#test/support/host-wire.ts';
import { commandStart } from '#test/support/local-host.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { Proxy } from '#test/support/net/proxy.ts';
import { testCenter } from '#test/support/pool/center.ts';

test('a WebSocket that is blocked becomes HTTP within 2 s, and WebSocket again when it works: every event once, in order', { timeout: 90_000 }, async () => {
  const host = await testHost();
  const proxy = await Proxy.start(() => host.port);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'acc-transports-'));
  onTestFinished(async () => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  const center = testCenter();
  center.add('h', targetOf(`ws://127.0.0.1:${proxy.port}`, {}, TOKEN));
  await center.is('h', 'ready');
  const script = 'let n = 0; const t = setInterval(() => { console.log("line " + n); if (++n === 900) clearInterval(t); }, 20)';
  const start = commandStart(folder, [process.execPath, '-e', script]);
  expect(await center.pool.of('h').call('session.start', start)).toMatchObject({ ok: true });
  await until(() => center.facts('h').eventsIn > 5);
  proxy.block('forbidden');
  proxy.cut();
  const cutAt = performance.now();
  await until(() => center.facts('h').transport === 'http');
  expect(performance.now() - cutAt).toBeLessThan(2000);
  const before = center.facts('h').eventsIn;
  await until(() => center.facts('h').eventsIn > before + 20);
  expect(await center.pool.of('h').call('session.list', {})).toMatchObject({ ok: true, value: { sessions: [{ sessionId: start.sessionId }] } });
  proxy.block(null);
  await until(() => center.facts('h').transport === 'websocket' && center.facts('h').sockets.every(({ transport }) => transport === 'websocket'), 60_000);
  await until(() => center.taken.get(`${start.sessionId}/${start.epoch}`)?.at(-1)?.event.kind === 'exited', 60_000);
  expect(center.broken).toEqual([]);
  expect(center.events('transport').map(({ to }) => to)).toEqual(['http', 'websocket']);
  expect(center.facts('h').gaps).toBe(0);
});
