/** The small parts of the host's door: kept answers, live text that waits, depth of frames, sockets counted. */
import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnsweredCommands } from '#host/server/answered.ts';
import { decode, tooDeep } from '#host/server/decode.ts';
import { LiveBox } from '#host/server/live-box.ts';
import { SocketCount } from '#host/server/socket-count.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('answers are kept by count, age and size, the oldest leave first, one under way never', async () => {
  let now = 0;
  const kept = new AnsweredCommands({ count: 3, ageMs: 100, chars: 1000 }, () => now);
  let finish = (_text: string): void => {};
  kept.keep('slow', new Promise((resolve) => (finish = resolve)));
  for (const key of ['a', 'b', 'c']) kept.keep(key, Promise.resolve(key));
  await settle();
  expect([kept.known('slow') !== undefined, kept.known('a'), await kept.known('b'), await kept.known('c')]).toEqual([true, undefined, 'b', 'c']);
  now = 101;
  expect([kept.known('b'), kept.known('slow') !== undefined]).toEqual([undefined, true]);
  finish('done');
  await settle();
  expect(kept.known('slow')).toBeUndefined();
  kept.keep('big', Promise.resolve('x'.repeat(900)));
  kept.keep('next', Promise.resolve('x'.repeat(200)));
  await settle();
  expect([kept.known('big'), (await kept.known('next'))?.length]).toEqual([undefined, 200]);
});

test('live text that waits is joined, whatever its pieces, and gauges replace each other', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 }), (pieces) => {
      const box = new LiveBox(10_000);
      let offset = 0;
      for (const text of pieces) {
        box.part('s', { blockId: 'b', kind: 'text', offset, text });
        offset += text.length;
      }
      box.gauge('s', { rssBytes: 1, processes: 1, cpuMs: 1 });
      box.gauge('s', { rssBytes: 2, processes: 1, cpuMs: 1 });
      expect(box.take(() => true)).toEqual({
        t: 'live',
        parts: [{ sessionId: 's', part: { blockId: 'b', kind: 'text', offset: 0, text: pieces.join('') } }],
        gauges: [{ sessionId: 's', gauge: { rssBytes: 2, processes: 1, cpuMs: 1 } }],
      });
      expect(box.take(() => true)).toBeNull();
    }),
  );
});

test('live text above the bound is left out and counted; a session that was taken makes room', () => {
  const box = new LiveBox(10);
  box.part('a', { blockId: 'b', kind: 'text', offset: 0, text: '12345678' });
  box.part('a', { blockId: 'b', kind: 'text', offset: 8, text: 'abc' });
  expect([box.leftOut, box.take((session) => session === 'z')]).toEqual([1, null]);
  expect(box.take((session) => session === 'a')?.parts).toHaveLength(1);
  box.part('a', { blockId: 'c', kind: 'text', offset: 0, text: '1234567890' });
  expect(box.leftOut).toBe(1);
});

test('depth is counted outside of strings only, and is what a reader of the JSON would count', () => {
  expect(tooDeep(JSON.stringify({ a: '[[[['.repeat(50), b: '\\"[['.repeat(50) }), 2)).toBe(false);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const depth = (from: unknown): number => (typeof from === 'object' && from !== null ? 1 + Math.max(0, ...Object.values(from).map(depth)) : 0);
      const text = JSON.stringify(value);
      const deep = depth(value);
      // Texts shorter than the limit are never looked at: nothing in them can be that deep.
      expect(tooDeep(text, deep)).toBe(false);
      if (deep > 0) expect(tooDeep(text, deep - 1)).toBe(true);
    }),
  );
});

test('no text makes the reading of a frame throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decode(text)));
  expect(decode('{"t":"__proto__"}')).toEqual({ frame: null, bad: null });
  expect(decode('{"t":"ping","at":1,"later":true}')).toEqual({ frame: { t: 'ping', at: 1 } });
});

test('sockets are counted by address and in all, until they close', () => {
  const count = new SocketCount(3, 2);
  const from = (address: string): Socket => Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
  const [a, b, c, d] = [from('1'), from('1'), from('2'), from('2')];
  expect([count.add(a), count.add(b), count.add(from('1')), count.add(c), count.add(d)]).toEqual([true, true, false, true, false]);
  a.emit('close');
  expect([count.size, count.add(d), count.add(from('1'))]).toEqual([2, true, false]);
});
