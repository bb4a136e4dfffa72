/** A try waits for its time and never longer than its back-off, whatever the clock of the machine does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '#agents/plan/decide.ts';
import { Waits } from '#agents/plan/waits.ts';

const retry = { attempts: 5, backoffSeconds: 10 };
const node = (notBefore: number | null, attempts = 1) => ({ id: 'nod_1', notBefore, attempts });

test('a step without a time may start at once; one with a time when it has come', () => {
  const waits = new Waits();
  expect(waits.look([node(null)], retry, { at: 5, steady: 0 })).toEqual({ due: [node(null)], nextMs: Infinity });
  expect(waits.look([node(10_005)], retry, { at: 5, steady: 0 })).toEqual({ due: [], nextMs: 10_000 });
  expect(waits.look([node(10_005)], retry, { at: 10_004, steady: 9999 }).nextMs).toBe(1);
  expect(waits.look([node(10_005)], retry, { at: 10_005, steady: 10_000 }).due).toHaveLength(1);
});

test('a new wait of the same step is a new one', () => {
  const waits = new Waits();
  waits.look([node(10_000)], retry, { at: 0, steady: 0 });
  expect(waits.look([node(30_000, 2)], retry, { at: 10_000, steady: 10_000 })).toEqual({ due: [], nextMs: 20_000 });
});

test('whatever the clock does, and whenever the core is started again, a try waits at most its back-off from the last start', () => {
  const jump = fc.record({ passMs: fc.integer({ min: 0, max: 5000 }), clockMs: fc.integer({ min: -10_000_000, max: 10_000 }), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(jump, { maxLength: 40 }), (attempts, jumps) => {
      const limit = backoffMs(retry, attempts);
      const waiting = node(1_000_000 + limit, attempts);
      let [at, steady, since, waits] = [1_000_000, 0, 0, new Waits()];
      for (const { passMs, clockMs, restart } of [{ passMs: 0, clockMs: 0, restart: false }, ...jumps]) {
        at += passMs + clockMs;
        steady += passMs;
        if (restart) [since, waits] = [steady, new Waits()];
        const { due, nextMs } = waits.look([waiting], retry, { at, steady });
        if (at >= (waiting.notBefore ?? 0) || steady - since >= limit) expect(due).toHaveLength(1);
        if (due.length > 0) return;
        expect(nextMs).toBeGreaterThan(0);
        expect(steady + nextMs).toBeLessThanOrEqual(since + limit);
      }
    }),
  );
});
