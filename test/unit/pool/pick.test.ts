/** Where work goes: in the proportions each strategy promises, never to a host that takes nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPicker } from '#pool/pick/index.ts';
import { eligible, type Standing } from '#pool/pick/choose.ts';
import { ALIKE_MS } from '#pool/pick/peak-ewma.ts';
import type { Candidate } from '#pool/types.ts';
import { Strategy } from '#shared/domain/connection.ts';

const host = (id: string, more: Partial<Candidate> = {}): Candidate => ({ id, weight: 1, warmth: 1, ewmaMs: 10, outstanding: 0, ...more });

const candidates = fc
  .array(
    fc.record({
      weight: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10 })),
      warmth: fc.double({ min: 0, max: 1, noNaN: true }),
      ewmaMs: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
      outstanding: fc.nat(100),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((each, i) => host(`h${i}`, each)));
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })).map((stream) => () => stream.next().value ?? 0);

const counts = (times: number, pick: () => Candidate | null): Record<string, number> => {
  const seen: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const id = pick()?.id ?? 'none';
    seen[id] = (seen[id] ?? 0) + 1;
  }
  return seen;
};

test.each(Strategy.options)('%s chooses one that takes something whenever there is one, and never another', (strategy) => {
  fc.assert(
    fc.property(fc.array(candidates, { minLength: 1, maxLength: 10 }), random, (calls, luck) => {
      const pick = createPicker(strategy, luck);
      for (const all of calls) {
        const chosen = pick(all);
        const able = all.filter(({ weight }) => weight > 0);
        if (able.length === 0) expect(chosen).toBeNull();
        else expect(able).toContain(chosen);
      }
    }),
  );
});

describe('turns', () => {
  test('round-robin gives each its turn before any its next, whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (weights, cycles) => {
        const all = weights.map((weight, i) => host(`h${i}`, { weight }));
        const pick = createPicker('round-robin');
        for (let i = 0; i < cycles; i++) expect(Array.from(all, () => pick(all)?.id)).toEqual(all.map(({ id }) => id));
      }),
    );
  });

  test('weighted is exact over a cycle and never far from it within', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const all = weights.map((weight, i) => host(`h${i}`, { weight }));
        const sum = weights.reduce((a, b) => a + b, 0);
        const pick = createPicker('weighted');
        const seen = weights.map(() => 0);
        for (let turn = 1; turn <= 3 * sum; turn++) {
          const at = all.indexOf(pick(all) ?? host('none'));
          seen[at] = (seen[at] ?? 0) + 1;
          // Evenly spaced: at no moment has anybody got more than the whole of a round too much or too little.
          for (const [i, weight] of weights.entries()) expect(Math.abs((seen[i] ?? 0) - (turn * weight) / sum)).toBeLessThan(weights.length);
        }
        expect(seen).toEqual(weights.map((weight) => 3 * weight));
      }),
    );
  });

  test('a host that warms up gets its tenth under both', () => {
    const all = [host('old'), host('new', { warmth: 0.1 })];
    for (const strategy of ['round-robin', 'weighted'] as const) {
      const pick = createPicker(strategy);
      expect(counts(110, () => pick(all))).toEqual({ old: 100, new: 10 });
    }
  });

  test('hosts that come and go leave the proportions of the others as they are', () => {
    const pick = createPicker('weighted');
    const [a, b] = [host('a', { weight: 2 }), host('b')];
    for (let i = 0; i < 3000; i++) pick([a, b, host(`gone${i}`)]);
    expect(counts(300, () => pick([a, b]))).toEqual({ a: 200, b: 100 });
  });
});

describe('least connections', () => {
  test('the least load for its weight, with this one more', () => {
    fc.assert(
      fc.property(candidates, random, (all, luck) => {
        const chosen = createPicker('least-connections', luck)(all);
        const load = (each: Candidate): number => (each.outstanding + 1) / (each.weight * Math.max(0.1, each.warmth));
        for (const each of all) if (chosen && each.weight > 0) expect(load(chosen)).toBeLessThanOrEqual(load(each));
      }),
    );
  });

  test('a burst that stays fills hosts in proportion to their weights', () => {
    const load = { a: 0, b: 0, c: 0 };
    const pick = createPicker('least-connections');
    for (let i = 0; i < 600; i++) {
      const id = pick([
        host('a', { weight: 1, outstanding: load.a }),
        host('b', { weight: 2, outstanding: load.b }),
        host('c', { weight: 3, outstanding: load.c }),
      ])?.id as 'a' | 'b' | 'c';
      load[id]++;
    }
    for (const [id, weight] of Object.entries({ a: 1, b: 2, c: 3 })) expect(Math.abs(load[id as 'a'] - 100 * weight)).toBeLessThanOrEqual(weight + 1);
  });

  test('equals get the same', () => {
    let state = 1;
    const pick = createPicker('least-connections', () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32);
    const seen = counts(30_000, () => pick([host('a'), host('b'), host('c', { outstanding: 5 }), host('d')]));
    expect(seen['c']).toBeUndefined();
    // Binomial, p = 1/3, n = 30,000: a standard deviation is 82, so four of them are 327.
    for (const id of ['a', 'b', 'd']) expect(Math.abs((seen[id] ?? 0) - 10_000)).toBeLessThan(327);
  });
});

describe('power of two choices', () => {
  const cost = (each: Candidate): number => (Math.max(ALIKE_MS, each.ewmaMs ?? 0) * (each.outstanding + 1)) / (each.weight * Math.max(0.1, each.warmth));
  const known = fc
    .array(fc.record({ ewmaMs: fc.integer({ min: 1, max: 500 }), outstanding: fc.nat(20), weight: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 2,
      maxLength: 8,
    })
    .map((all) => all.map((each, i) => host(`h${i}`, each)));

  test('never the worst of all, while another is better', () => {
    fc.assert(
      fc.property(known, random, (all, luck) => {
        const chosen = createPicker('peak-ewma', luck)(all);
        const others = all.filter((each) => each !== chosen);
        expect(chosen && others.some((each) => cost(each) >= cost(chosen))).toBe(true);
      }),
    );
  });

  test('each pair is drawn equally often: the k-th best of n gets 2 (n − k) of n (n − 1)', () => {
    let state = 1;
    const pick = createPicker('peak-ewma', () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32);
    const all = [1, 2, 3, 4, 5].map((k) => host(`h${k}`, { ewmaMs: 10 + k }));
    const seen = counts(40_000, () => pick(all));
    for (const k of [1, 2, 3, 4]) expect((seen[`h${k}`] ?? 0) / 40_000).toBeCloseTo((2 * (5 - k)) / 20, 1.5);
    expect(seen['h5']).toBeUndefined();
  });

  test('where one of the two takes more than twice as long a third is drawn: who draws the slow one still gets a choice', () => {
    const pick = createPicker('peak-ewma');
    const [free, busy] = [host('free', { ewmaMs: 10 }), host('busy', { ewmaMs: 10, outstanding: 3 })];
    expect(counts(500, () => pick([free, busy, host('slow', { ewmaMs: 50 })]))).toEqual({ free: 500 });
    // Twice as long is not more: among two the busy one wins when it is drawn with the slower.
    const alike = counts(500, () => pick([host('free', { ewmaMs: 25 }), host('busy', { ewmaMs: 25, outstanding: 0.5 }), host('half', { ewmaMs: 50 })]));
    expect(alike['busy']).toBeGreaterThan(50);
  });

  test('hosts that all answer at once share by their load, however near one of them is', () => {
    const load = new Map<string, number>();
    const pick = createPicker('peak-ewma');
    const latency = { loopback: 0.2, rack: 1, house: 4 };
    for (let i = 0; i < 300; i++) {
      const id = pick(Object.entries(latency).map(([id, ewmaMs]) => host(id, { ewmaMs, outstanding: load.get(id) ?? 0 })))?.id ?? '';
      load.set(id, (load.get(id) ?? 0) + 1);
    }
    for (const each of Object.keys(latency)) expect(Math.abs((load.get(each) ?? 0) - 100)).toBeLessThanOrEqual(10);
  });

  test('a host nobody has measured gets its part and no more', () => {
    const load = new Map<string, number>();
    const pick = createPicker('peak-ewma');
    for (let i = 0; i < 300; i++) {
      const id = pick(['a', 'b', 'new'].map((each) => host(each, { ewmaMs: each === 'new' ? null : 10, outstanding: load.get(each) ?? 0 })))?.id ?? '';
      load.set(id, (load.get(id) ?? 0) + 1);
    }
    for (const each of ['a', 'b', 'new']) expect(Math.abs((load.get(each) ?? 0) - 100)).toBeLessThanOrEqual(10);
  });
});

describe('who may be chosen', () => {
  const fleet = (standings: string): { candidate: Candidate; standing: Standing }[] =>
    standings.split(' ').map((standing, i) => ({ candidate: host(`h${i}`), standing: standing as Standing }));

  test.each([
    ['ready ready ready', ['h0', 'h1', 'h2'], false],
    ['ready ejected ready', ['h0', 'h2'], false],
    ['ready ejected ejected ejected', ['h0', 'h1', 'h2', 'h3'], true],
    ['ready ejected away away', ['h0', 'h1'], true],
    ['ready away away away', ['h0'], false],
    ['ejected', ['h0'], true],
    ['ejected withheld withheld', ['h0'], true],
    ['ready ejected withheld withheld withheld', ['h0'], false],
    ['away away', [], false],
  ])('%s: %j, panic %s', (standings, ids, panic) => {
    const choice = eligible(fleet(standings), 0.3);
    expect({ ids: choice.candidates.map(({ id }) => id).toSorted(), panic: choice.panic }).toEqual({ ids, panic });
  });

  test('while any host answers and takes something, somebody is left; withheld and away never are', () => {
    const standing = fc.constantFrom<Standing>('ready', 'ejected', 'away', 'withheld');
    fc.assert(
      fc.property(fc.array(fc.tuple(standing, fc.nat(2)), { maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, panicShare) => {
        const hosts = all.map(([standing, weight], i) => ({ candidate: host(`h${i}`, { weight }), standing }));
        const able = hosts.filter(({ candidate, standing }) => candidate.weight > 0 && (standing === 'ready' || standing === 'ejected'));
        const { candidates } = eligible(hosts, panicShare);
        expect(candidates.length > 0).toBe(able.length > 0);
        for (const candidate of candidates) expect(able.map((each) => each.candidate)).toContain(candidate);
      }),
    );
  });
});
