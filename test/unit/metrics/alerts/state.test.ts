/** The state machine of alert rules, against any sequence of looks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acknowledged, fresh, step, type Deed, type Look } from '#metrics/alerts/state.ts';
import { windowOf } from '#metrics/alerts/words.ts';

const T0 = 1_770_000_000_000;
const rule = { op: 'above', threshold: 10, hysteresis: 2, minimumSample: 3, cooldownMs: 60_000, escalateAfterMs: 120_000 } as const;
const looks = (values: readonly (number | null)[], stepMs = 10_000, limits: Parameters<typeof step>[0] = rule): { states: string[]; deeds: Deed[] } => {
  let state = fresh(T0);
  const states: string[] = [];
  const deeds: Deed[] = [];
  values.forEach((value, i) => {
    const next = step(limits, state, { value, n: value === null ? 0 : 5 }, T0 + i * stepMs);
    state = next.state;
    states.push(state.state);
    deeds.push(next.deed);
  });
  return { states, deeds };
};

test('fires once, ends only beyond the hysteresis, cools before it may fire again', () => {
  const { states, deeds } = looks([5, 11, 12, 9, 8, 50, 50, 50, 50, 50, 50, 50]);
  expect(states).toEqual(['ok', 'firing', 'firing', 'firing', 'cooling', 'cooling', 'cooling', 'cooling', 'cooling', 'cooling', 'firing', 'firing']);
  expect(deeds).toEqual([null, 'fire', null, null, 'end', null, null, null, null, null, 'fire', null]);
});

test('too few values are a state of their own: they neither fire nor end', () => {
  expect(looks([null, 11, null, null, 5, null]).states).toEqual(['no-data', 'firing', 'firing', 'firing', 'cooling', 'cooling']);
  expect(step(rule, fresh(T0), { value: 99, n: 2 }, T0)).toMatchObject({ state: { state: 'no-data' }, deed: null });
});

test('below is the mirror of above, and the threshold itself is on the good side', () => {
  expect(looks([10, 9, 11, 12], 10_000, { ...rule, op: 'below' }).deeds).toEqual([null, 'fire', null, 'end']);
});

test('escalates once, and not after somebody has acknowledged', () => {
  expect(looks([11, 11, 11, 11, 11], 60_000).deeds).toEqual(['fire', null, 'escalate', null, null]);
  const fired = step(rule, fresh(T0), { value: 11, n: 5 }, T0).state;
  const seen = acknowledged(fired, T0 + 1000);
  expect(seen?.state).toBe('acknowledged');
  expect(step(rule, seen ?? fired, { value: 11, n: 5 }, T0 + 9e9)).toMatchObject({ state: { state: 'acknowledged' }, deed: null });
  expect(acknowledged(fresh(T0), T0)).toBeNull();
});

test('a clock that is set back lengthens no wait', () => {
  const back = 86_400_000;
  const fired = step(rule, fresh(T0), { value: 11, n: 5 }, T0).state;
  const after = step(rule, fired, { value: 11, n: 5 }, T0 - back);
  expect(after.deed).toBeNull();
  expect(step(rule, after.state, { value: 11, n: 5 }, T0 - back + 120_000).deed).toBe('escalate');
  const cooling = step(rule, fired, { value: 0, n: 5 }, T0 + 1000).state;
  const early = step(rule, cooling, { value: 11, n: 5 }, T0 - back);
  expect(early.state.state).toBe('cooling');
  expect(step(rule, early.state, { value: 11, n: 5 }, T0 - back + 60_000).deed).toBe('fire');
});

const someLook: fc.Arbitrary<Look> = fc.record({ value: fc.option(fc.integer({ min: -20, max: 40 })), n: fc.integer({ min: 0, max: 6 }) });
const limits = fc.record({
  op: fc.constantFrom('above' as const, 'below' as const),
  threshold: fc.integer({ min: -10, max: 30 }),
  hysteresis: fc.integer({ min: 0, max: 10 }),
  minimumSample: fc.integer({ min: 1, max: 6 }),
  cooldownMs: fc.integer({ min: 0, max: 300_000 }),
  escalateAfterMs: fc.option(fc.integer({ min: 10_000, max: 300_000 })),
});

test('whatever comes: firings and ends alternate, nothing happens without data, and waits are kept', () => {
  const moves = fc.array(fc.record({ look: someLook, wait: fc.integer({ min: -400_000, max: 60_000 }), ack: fc.boolean() }), { maxLength: 120 });
  fc.assert(
    fc.property(limits, moves, (some, sequence) => {
      let state = fresh(T0);
      let now = T0;
      let isOpen = false;
      let escalations = 0;
      /** Time that passed, whatever the clock was set to. */
      let passed = 0;
      let endedAt = -Infinity;
      for (const { look, wait, ack } of sequence) {
        now += wait;
        passed += Math.max(0, wait);
        const { state: next, deed } = step(some, state, look, now);
        const isEnough = look.value !== null && look.n >= some.minimumSample;
        if (deed === 'fire') {
          expect(isOpen).toBe(false);
          expect(isEnough).toBe(true);
          expect(passed - endedAt).toBeGreaterThanOrEqual(some.cooldownMs);
          isOpen = true;
          escalations = 0;
        }
        if (deed === 'end') {
          expect(isOpen && isEnough).toBe(true);
          isOpen = false;
          endedAt = passed;
        }
        if (deed === 'escalate') {
          expect(isOpen).toBe(true);
          expect(++escalations).toBe(1);
        }
        expect(next.state === 'firing' || next.state === 'acknowledged').toBe(isOpen);
        if (next.until !== null) expect(next.until - now).toBeLessThanOrEqual(some.cooldownMs);
        state = (ack ? acknowledged(next, now) : null) ?? next;
      }
    }),
  );
});

test('windows are said in their largest whole unit', () => {
  expect([10_000, 900_000, 7_200_000, 604_800_000, 5_400_000].map(windowOf)).toEqual(['10 s', '15 min', '2 h', '7 d', '90 min']);
});
