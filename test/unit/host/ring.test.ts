import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring } from '#host/spool/ring.ts';

const line = (seq: number): { seq: number; json: string } => ({ seq, json: `"${seq}"` });

test('gives what it holds in order, and null for what it has let go', () => {
  const ring = new Ring(3);
  for (let seq = 1; seq <= 5; seq++) ring.push(line(seq));
  expect(ring.from(2, 10, 1000)).toBeNull();
  expect(ring.from(3, 10, 1000)?.map((each) => each.seq)).toEqual([3, 4, 5]);
  expect(ring.first).toBe(3);
});

test('keeps at least the newest line, however long it is', () => {
  const ring = new Ring(10, 5);
  ring.push({ seq: 1, json: 'x'.repeat(100) });
  expect(ring.from(1, 1, 1)?.length).toBe(1);
});

test('never gives a gap, a repeat or a forgotten line, whatever is pushed and forgotten', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.oneof(fc.constant('push' as const), fc.integer({ min: 0, max: 40 })), { maxLength: 80 }),
      (limit, acts) => {
        const ring = new Ring(limit);
        let last = 0;
        let forgotten = 0;
        for (const act of acts) {
          if (act === 'push') ring.push(line(++last));
          else {
            forgotten = Math.max(forgotten, Math.min(act, last));
            ring.forget(act);
          }
          const held = Number.isFinite(ring.first) ? (ring.from(ring.first, 1000, 1e9) ?? []) : [];
          expect(held.length).toBeLessThanOrEqual(limit);
          expect(held.map((each) => each.seq)).toEqual(held.map((_, i) => last - held.length + 1 + i));
          for (const each of held) expect(each.seq).toBeGreaterThan(forgotten);
        }
      },
    ),
  );
});
