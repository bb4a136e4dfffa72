/** 10,000 frames at random, right ones among them: the host stays, answers others, and holds no more memory than before. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { greeted, hello, testHost, wire, type Wire } from '#test/support/host-wire.ts';

const FRAMES = 10_000;

/** Mulberry32: the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('10,000 frames at random', { timeout: 240_000 }, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`fuzz seed ${seed} (FUZZ_SEED=${seed} repeats it)\n`);
  const random = numbers(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const host = await testHost();
  const witness = await greeted(host.port, { role: 'probe', center: 'witness' });

  const value = (depth: number): unknown => {
    if (depth === 0 || random() < 0.5) return pick([null, true, -1, 0, 1, 2 ** 53, 1e308, '', 'a', '\u0000', '😀', 'x'.repeat(1000), '__proto__']);
    if (random() < 0.5) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth - 1));
    return Object.fromEntries(
      Array.from({ length: Math.floor(random() * 4) }, () => [pick(['t', 'id', 'seq', 'cursors', '__proto__', 'x']), value(depth - 1)]),
    );
  };
  const valid = (): Record<string, unknown> =>
    pick<Record<string, unknown>>([
      { ...hello({ role: pick(['probe', 'center']), center: pick(['fuzz', 'fuzz2', '../../etc', '😀']), link: pick(['1', '2', '3']) }) },
      { t: 'ping', at: random() },
      {
        t: 'ack',
        cursors: [{ sessionId: pick(['probe_1_0', 'x']), epoch: pick(['probe_1', 'x']), seq: Math.floor(random() * 300) }],
        window: pick([1, 5, 100]),
      },
      { t: 'resume', cursors: [{ sessionId: 'probe_1_0', epoch: 'probe_1', seq: Math.floor(random() * 300) }] },
      {
        t: 'command',
        id: String(Math.floor(random() * 50)),
        name: pick(['probe.echo', 'probe.stream', 'session.list', 'session.stop', 'toString', 'x']),
        input: value(3),
      },
      { t: 'command', id: `s${Math.floor(random() * 5)}`, name: 'probe.stream', input: { streams: 3, count: 200, bytes: 50, perSecond: pick([0, 1000]) } },
      { t: 'auth', token: pick(['x', 'x'.repeat(4096)]) },
    ]);
  const mutated = (text: string): string | Buffer => {
    const at = Math.floor(random() * text.length);
    return pick<() => string | Buffer>([
      () => text.slice(0, at),
      () => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
      () => text + text,
      () => '['.repeat(Math.floor(random() * 5000)) + text,
      () => Buffer.from(text),
      () => Buffer.from(Array.from({ length: 50 }, () => Math.floor(random() * 256))),
      () => text.replaceAll(/\d+/g, () => String(value(0))),
    ])();
  };
  const next = (): string | Buffer => {
    const roll = random();
    if (roll < 0.6) return JSON.stringify(valid());
    if (roll < 0.75) return JSON.stringify({ ...valid(), [pick(['t', 'cursors', 'center', 'input', 'seq'])]: value(4) });
    return mutated(JSON.stringify(valid()));
  };

  const open: Wire[] = [];
  const before = process.memoryUsage().heapUsed;
  for (let sent = 0; sent < FRAMES;) {
    const fresh = await wire(host.port);
    open.push(fresh);
    if (random() < 0.8) fresh.send(hello({ role: pick(['probe', 'center']), center: 'fuzz', link: pick(['1', '2']) }));
    const burst = 1 + Math.floor(random() * 60);
    for (let i = 0; i < burst && sent < FRAMES && fresh.socket.readyState === fresh.socket.OPEN; i++) {
      fresh.raw(next());
      sent++;
      if (random() < 0.2) await new Promise((resolve) => setImmediate(resolve));
    }
    while (open.length > 8) open.shift()?.socket.terminate();
    if (sent % 50 === 0) witness.send({ t: 'ping', at: sent });
  }
  for (const each of open) each.socket.terminate();
  expect(await witness.call('probe.echo', { text: 'still here' })).toMatchObject({ ok: true, output: { text: 'still here' } });
  const center = await greeted(host.port, { center: 'another' });
  expect(await center.call('session.list', {})).toMatchObject({ ok: true, output: { sessions: [] } });
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
});
