/** Windows, latency, backoff, slow start: the figures a person reads and a balancer compares. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs, DIAL_BACKOFF, spread } from '#pool/health/backoff.ts';
import { DECAY_MS, RISE_MS, ServiceEwma } from '#pool/health/ewma.ts';
import { COLDEST, warmth } from '#pool/health/slow-start.ts';
import { RollingCount, RollingQuantiles } from '#pool/health/window.ts';

/** What happened, as steps of time since the one before, in ms. */
const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.double({ min: 0.01, max: 10_000, noNaN: true })), { minLength: 1, maxLength: 150 });

describe('rolling windows', () => {
  test('count what fell into the slot of now and the 59 before it, no more, no less', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(60_000, 6000, 100), fc.double({ min: 0, max: 1e9, noNaN: true }), (steps, windowMs, start) => {
        const count = new RollingCount(windowMs);
        const slotMs = windowMs / 60;
        const seen: number[] = [];
        let now = start;
        for (const [wait] of steps) {
          now += (wait * windowMs) / 60_000;
          count.add(now, 2);
          seen.push(Math.floor(now / slotMs));
          expect(count.sum(now)).toBe(2 * seen.filter((slot) => slot > Math.floor(now / slotMs) - 60).length);
        }
        expect(count.sum(now + windowMs)).toBe(0);
      }),
    );
  });

  test('quantiles are those of the window within 1 %, whatever has passed before', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const rolling = new RollingQuantiles();
        const seen: { slot: number; ms: number }[] = [];
        let now = 0;
        for (const [wait, ms] of steps) {
          now += wait;
          rolling.add(now, ms);
          seen.push({ slot: Math.floor(now / 1000), ms });
        }
        const inside = seen.filter(({ slot }) => slot > Math.floor(now / 1000) - 60).map(({ ms }) => ms);
        const sorted = inside.toSorted((a, b) => a - b);
        const view = rolling.view(now);
        expect(view?.n).toBe(inside.length);
        for (const [q, said] of [[0.5, view?.p50] as const, [0.95, view?.p95] as const, [0.99, view?.p99] as const]) {
          const exact = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? 0;
          expect(Math.abs((said ?? 0) - exact)).toBeLessThanOrEqual(0.01001 * exact);
        }
        expect(rolling.view(now + 60_000)).toBeNull();
      }),
    );
  });

  test('a clock that goes back adds to the slot of now', () => {
    const count = new RollingCount();
    count.add(100_000);
    count.add(50_000);
    expect(count.sum(100_000)).toBe(2);
  });
});

describe('service time', () => {
  test('bad news is believed within a second, good news within ten, and what is not asked is forgotten', () => {
    const ewma = new ServiceEwma();
    expect(ewma.value(0)).toBeNull();
    for (let now = 0; now <= 1000; now += 10) ewma.observe(now, 10);
    expect(ewma.value(1000)).toBeCloseTo(10, 6);
    for (let now = 1010; now <= 1000 + RISE_MS; now += 10) ewma.observe(now, 200);
    expect(ewma.value(1000 + RISE_MS)).toBeCloseTo(200 - 190 / Math.E, 6);
    const high = ewma.value(1000 + RISE_MS) ?? 0;
    const from = 1000 + RISE_MS;
    for (let now = from + 10; now <= from + DECAY_MS; now += 10) ewma.observe(now, 10);
    expect(ewma.value(from + DECAY_MS)).toBeCloseTo(10 + (high - 10) / Math.E, 6);
    expect(ewma.value(from + 2 * DECAY_MS)).toBeCloseTo((10 + (high - 10) / Math.E) / Math.E, 6);
  });

  test.each([1, 4])('a host with a line tells its pace and not the wait: %i at a time, 10 ms each', (workers) => {
    const ewma = new ServiceEwma();
    const free = Array.from({ length: workers }, () => 0);
    const answers: { at: number; ms: number }[] = [];
    // Always forty on the way, each asked for when one is answered.
    for (let n = 0; n < 4000; n++) {
      const next = free.indexOf(Math.min(...free));
      const asked = n < 40 ? 0 : (answers[n - 40]?.at ?? 0);
      const at = Math.max(free[next] ?? 0, asked) + 10;
      free[next] = at;
      answers.push({ at, ms: at - asked });
    }
    for (const { at, ms } of answers.toSorted((a, b) => a.at - b.at)) ewma.answered(at, ms);
    const { at, ms } = answers.at(-1) ?? { at: 0, ms: 0 };
    expect(ms).toBeCloseTo(400 / workers, 6);
    const pace = ewma.value(at) ?? 0;
    expect(pace).toBeGreaterThanOrEqual((10 / workers) * 0.9);
    expect(pace).toBeLessThanOrEqual(10);
  });

  test('an idle host tells the whole time, and one that answers nothing is not made to look quick by beats', () => {
    const ewma = new ServiceEwma();
    for (let now = 1000; now < 60_000; now += 500) ewma.answered(now, 40);
    expect(ewma.value(59_500)).toBeCloseTo(40, 6);
    ewma.observe(64_500, 5000);
    expect(ewma.value(64_500)).toBeGreaterThan(4900);
  });

  test('it lies between the least and the largest measured', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const ewma = new ServiceEwma();
        let now = 0;
        const all = steps.map(([, ms]) => ms);
        for (const [wait, ms] of steps) {
          ewma.observe((now += wait), ms);
          expect(ewma.value(now)).toBeGreaterThanOrEqual(Math.min(...all) * (1 - 1e-9));
          expect(ewma.value(now)).toBeLessThanOrEqual(Math.max(...all) * (1 + 1e-9));
        }
      }),
    );
  });
});

test('waits double from 50 ms to 5 s, and no luck makes one shorter than half', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, luck) => {
      const whole = Math.min(5000, 50 * 2 ** failures);
      const wait = backoffMs(failures, DIAL_BACKOFF, () => luck);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole);
      expect(spread(5000, 0.1, () => luck)).toBeGreaterThanOrEqual(4500);
      expect(spread(5000, 0.1, () => luck)).toBeLessThanOrEqual(5500);
    }),
  );
});

test('a host warms up from a tenth to the whole over the slow start, evenly', () => {
  expect([0, 1000, 3000, 15_000, 29_999, 30_000, 1e9].map((now) => warmth(now, 0, 30_000))).toEqual([COLDEST, COLDEST, 0.1, 0.5, 29_999 / 30_000, 1, 1]);
  expect(warmth(5, null, 30_000)).toBe(1);
  expect(warmth(5, 5, 0)).toBe(1);
});
