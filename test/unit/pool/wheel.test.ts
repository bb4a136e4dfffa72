/** Timers of thousands of sockets on one wake-up: each fires once, never early, at most a tick late, in order, whatever stalls. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { monotonic } from '#pool/health/clock.ts';
import { TICK_MS, Wheel } from '#pool/health/wheel.ts';
import { handClock } from '#test/support/pool/clock.ts';

type Step = { kind: 'add'; ms: number } | { kind: 'pass'; ms: number } | { kind: 'stall'; ms: number } | { kind: 'cancel'; which: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      ms: fc.oneof(fc.double({ min: 0, max: 300, noNaN: true }), fc.integer({ min: 0, max: 40_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.double({ min: 0, max: 15_000, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stall' as const), ms: fc.integer({ min: 0, max: 60_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(50) }) },
);

test('each timer fires once, not early, at most a tick late, in the order due; cancelled ones never', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.double({ min: 0, max: 1e7, noNaN: true }), (steps, start) => {
      const clock = handClock(start);
      const wheel = new Wheel(clock);
      const timers: { due: number; firedAt: number | null; cancelled: boolean; cancel(): void }[] = [];
      /** Times at which the process stood still: what was due in between may be as late as the end. */
      const stalls: { from: number; to: number }[] = [];
      const order: number[] = [];
      for (const each of steps) {
        if (each.kind === 'add') {
          const timer = { due: clock.now() + each.ms, firedAt: null as number | null, cancelled: false, cancel: (): void => undefined };
          // One that is due now is due at the next tick: never in this turn of the loop.
          const tick = Math.max(Math.floor(clock.now() / TICK_MS) + 1, Math.ceil(timer.due / TICK_MS));
          const handle = wheel.after(each.ms, () => {
            expect(timer.firedAt).toBeNull();
            timer.firedAt = clock.now();
            order.push(tick);
          });
          timer.cancel = () => handle.cancel();
          timers.push(timer);
        } else if (each.kind === 'pass') clock.pass(each.ms);
        else if (each.kind === 'stall') {
          stalls.push({ from: clock.now(), to: clock.now() + each.ms });
          clock.stall(each.ms);
        } else {
          const timer = timers[each.which];
          timer?.cancel();
          if (timer) timer.cancelled = timer.firedAt === null;
        }
        expect(wheel.size).toBe(timers.filter(({ firedAt, cancelled }) => firedAt === null && !cancelled).length);
        // One wake-up for all, and none for nothing.
        expect(clock.set).toBe(wheel.size > 0 ? 1 : Math.min(clock.set, 1));
      }
      clock.pass(60_000);
      for (const { due, firedAt, cancelled } of timers) {
        if (cancelled) expect(firedAt).toBeNull();
        else {
          const stalled = Math.max(0, ...stalls.filter(({ from, to }) => due + TICK_MS * 2 > from && due <= to).map(({ to }) => to));
          expect(firedAt).toBeGreaterThanOrEqual(due - 1e-6);
          expect(firedAt).toBeLessThanOrEqual(Math.max(due + TICK_MS * 2, stalled) + 1e-6);
        }
      }
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(wheel.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('a timer may set and cancel others; one set for now waits for the next tick', () => {
  const clock = handClock();
  const wheel = new Wheel(clock);
  const seen: string[] = [];
  wheel.after(20, () => {
    seen.push('first');
    second.cancel();
    wheel.after(0, () => seen.push('third'));
    expect(seen).toEqual(['first']);
  });
  const second = wheel.after(20, () => seen.push('second'));
  clock.pass(20);
  expect(seen).toEqual(['first']);
  expect(second.pending).toBe(false);
  clock.pass(20);
  expect(seen).toEqual(['first', 'third']);
});

test('one that throws does not keep the others from firing', () => {
  const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
  const clock = handClock();
  const wheel = new Wheel(clock);
  const seen: string[] = [];
  wheel.after(20, () => {
    throw new Error('broken');
  });
  wheel.after(20, () => seen.push('other'));
  wheel.after(60, () => seen.push('later'));
  clock.pass(100);
  expect(seen).toEqual(['other', 'later']);
  expect(thrown).toHaveBeenCalledOnce();
  expect(thrown.mock.calls[0]?.[0]).toThrow('broken');
  thrown.mockRestore();
});

test('a clock that goes back delays, and neither repeats nor loses', () => {
  const clock = handClock(10_000);
  let shift = 0;
  const wheel = new Wheel({ now: () => clock.now() + shift, wake: clock.wake });
  let fired = 0;
  wheel.after(100, () => fired++);
  shift = -5000; // For good: the wheel waits until the clock has caught up.
  clock.pass(4000);
  expect(fired).toBe(0);
  clock.pass(2000);
  expect(fired).toBe(1);
});

test('a closed wheel fires nothing and holds nothing', () => {
  const clock = handClock();
  const wheel = new Wheel(clock);
  let fired = 0;
  wheel.after(20, () => fired++);
  wheel.close();
  const late = wheel.after(20, () => fired++);
  clock.pass(1000);
  expect([fired, wheel.size, clock.set, late.pending]).toEqual([0, 0, 0, false]);
});

test('with the clock of the process it is never early', async () => {
  const wheel = new Wheel(monotonic());
  const began = performance.now();
  const took = await new Promise<number>((resolve) => void wheel.after(70, () => resolve(performance.now() - began)));
  expect(took).toBeGreaterThanOrEqual(70);
  wheel.close();
});
