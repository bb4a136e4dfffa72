/** What keeps commands from a host that is silent, and how it comes back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Breaker, type BreakerChange } from '#pool/health/breaker.ts';

const rules = { breakerFailures: 3, breakerOpenMs: 1000 };

function made(): { breaker: Breaker; changes: BreakerChange[] } {
  const changes: BreakerChange[] = [];
  return {
    breaker: new Breaker(
      () => rules,
      (change) => changes.push(change),
    ),
    changes,
  };
}

test('failures in a row open it, time half-opens it, the trial decides; every change says why', () => {
  const { breaker, changes } = made();
  breaker.failure(0, 'no answer');
  breaker.failure(1, 'no answer');
  breaker.success(2);
  breaker.failure(3, 'no answer');
  breaker.failure(4, 'no answer');
  expect(breaker.enter(5)).toBe(true);
  breaker.failure(6, 'no answer within 5 s');
  expect(breaker.facts(7)).toEqual({ state: 'open', until: 1006, failures: 3 });
  expect(breaker.enter(1005)).toBe(false);

  expect(breaker.enter(1006)).toBe(true);
  expect(breaker.enter(1007)).toBe(false);
  breaker.failure(1100, 'connection refused');
  expect(breaker.facts(1101)).toEqual({ state: 'open', until: 2100, failures: 4 });

  expect(breaker.allows(2100)).toBe(true);
  expect(breaker.enter(2100)).toBe(true);
  breaker.success(2110);
  expect(breaker.facts(2111)).toEqual({ state: 'closed', until: null, failures: 0 });
  expect(changes).toEqual([
    { from: 'closed', to: 'open', cause: '3 failures in a row, the last: no answer within 5 s' },
    { from: 'open', to: 'half-open', cause: 'open long enough; the next beat or command is a trial' },
    { from: 'half-open', to: 'open', cause: 'the trial failed: connection refused' },
    { from: 'open', to: 'half-open', cause: 'open long enough; the next beat or command is a trial' },
    { from: 'half-open', to: 'closed', cause: 'the host answered the trial' },
  ]);
});

test('a trial that never reports does not shut the host out for good', () => {
  const { breaker } = made();
  for (let i = 0; i < 3; i++) breaker.failure(0, 'x');
  expect(breaker.enter(1000)).toBe(true);
  expect(breaker.enter(1999)).toBe(false);
  expect(breaker.enter(2000)).toBe(true);
});

test('replies to what was sent before it opened do not close it', () => {
  const { breaker } = made();
  for (let i = 0; i < 3; i++) breaker.failure(0, 'x');
  breaker.success(10);
  expect(breaker.facts(10).state).toBe('open');
});

test('a person closes it whatever the state, and nothing is told when it was closed', () => {
  const { breaker, changes } = made();
  breaker.reset('reconnect was asked');
  for (let i = 0; i < 3; i++) breaker.failure(0, 'x');
  breaker.reset('reconnect was asked');
  expect(breaker.facts(1)).toEqual({ state: 'closed', until: null, failures: 0 });
  expect(changes.map(({ to }) => to)).toEqual(['open', 'closed']);
});

test('whatever happens: changes follow the drawing, open lasts its time, one trial at a time', () => {
  const act = fc.tuple(fc.constantFrom('good', 'bad', 'enter', 'look'), fc.integer({ min: 0, max: 700 }));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
      const drawn = new Set(['closed>open', 'open>half-open', 'half-open>open', 'half-open>closed']);
      let now = 0;
      let openedAt = 0;
      let last = 'closed';
      const breaker = new Breaker(
        () => rules,
        ({ from, to, cause }) => {
          expect(from).toBe(last);
          expect(drawn).toContain(`${from}>${to}`);
          expect(cause).not.toBe('');
          if (from === 'open') expect(now - openedAt).toBeGreaterThanOrEqual(rules.breakerOpenMs);
          if (to === 'open') openedAt = now;
          last = to;
        },
      );
      let trialAt = Number.NEGATIVE_INFINITY;
      for (const [what, wait] of acts) {
        now += wait;
        if (what === 'good') breaker.success(now);
        else if (what === 'bad') breaker.failure(now, 'x');
        else if (what === 'enter') {
          const entered = breaker.enter(now);
          const { state } = breaker.facts(now);
          if (state !== 'half-open') {
            expect(entered).toBe(state === 'closed');
          } else if (entered) {
            expect(now - Math.max(trialAt, openedAt)).toBeGreaterThanOrEqual(rules.breakerOpenMs);
            trialAt = now;
          }
        }
        expect(breaker.facts(now).state).toBe(last);
      }
    }),
  );
});
