/** The coordination score: between 0 and 1, silent below ten nodes, never better for more waiting or fewer nodes done. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coordinationParts, coordinationScore, type CoordinationFacts } from '#shared/domain/coordination.ts';

const facts = (more: Partial<CoordinationFacts> = {}): CoordinationFacts => ({
  nodes: 20,
  done: 15,
  gates: 10,
  gatesPassed: 9,
  decided: 8,
  firstPass: 4,
  handoffs: 5,
  handoffsDone: 5,
  workedMs: 900,
  waitedMs: 100,
  ...more,
});

test('the weights of the design, and a part without data leaves its weight to the others', () => {
  expect(coordinationParts(facts()).reduce((sum, part) => sum + part.weight, 0)).toBeCloseTo(1, 12);
  expect(coordinationScore(facts())).toBeCloseTo(0.3 * 0.75 + 0.25 * 0.9 + 0.2 * 0.5 + 0.15 * 1 + 0.1 * 0.9, 12);
  const alone = facts({ gates: 0, gatesPassed: 0, decided: 0, firstPass: 0, handoffs: 0, handoffsDone: 0, workedMs: 0, waitedMs: 0 });
  expect(coordinationScore(alone)).toBeCloseTo(0.75, 12);
  expect(coordinationScore(facts({ nodes: 9, done: 9 }))).toBeNull();
});

test('the score stays in its range and moves the right way', () => {
  const counted = fc.record({ nodes: fc.integer({ min: 10, max: 99 }), done: fc.nat(9), waited: fc.nat(1000), worked: fc.integer({ min: 1, max: 1000 }) });
  fc.assert(
    fc.property(counted, ({ nodes, done, waited, worked }) => {
      const score = (more: Partial<CoordinationFacts>): number =>
        coordinationScore(facts({ nodes, done, workedMs: worked, waitedMs: waited, ...more })) ?? Number.NaN;
      expect(score({})).toBeGreaterThanOrEqual(0);
      expect(score({})).toBeLessThanOrEqual(1);
      expect(score({ done: done + 1 })).toBeGreaterThan(score({}));
      expect(score({ waitedMs: waited + 1 })).toBeLessThan(score({}));
    }),
  );
});
