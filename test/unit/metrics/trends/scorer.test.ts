/** The score a stream's values get: high at the onset of every kind of incident, low elsewhere, and from the past alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScorer } from '#metrics/trends/index.ts';
import { EVIDENCE } from '#metrics/trends/scoring/evidence.ts';
import { Worth } from '#metrics/trends/scoring/worth.ts';
import { INCIDENTS, labelled, randomOf } from '#test/support/labelled-series.ts';

function scores(times: readonly number[], values: readonly number[]): number[] {
  const scorer = createScorer();
  return values.map((value, i) => scorer.next(times[i] ?? i, value));
}

const HIGH = 0.5;

test.each(INCIDENTS)('%s is found early, with few alarms elsewhere', { timeout: 120_000 }, (kind) => {
  let found = 0;
  let falseAlarms = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const { times, values, incident } = labelled(kind, seed);
    if (!incident) throw new Error('an incident was asked for');
    const all = scores(times, values);
    // A cycle to notice: some kinds show only when the next peak does not come.
    const early = all.slice(incident.from, Math.min(incident.to + 10, incident.from + 200));
    if (early.some((score) => score >= HIGH)) found++;
    // After an incident, the way back to normal is no false alarm.
    falseAlarms += all.filter((score, i) => score >= HIGH && i >= 300 && (i < incident.from || i > incident.to + 200)).length;
  }
  expect(found).toBeGreaterThanOrEqual(5);
  expect(falseAlarms).toBeLessThanOrEqual(6);
});

test('quiet series stay quiet: most scores near zero, hardly an alarm', { timeout: 60_000 }, () => {
  const all = [1, 2, 3, 4].flatMap((seed) => {
    const { times, values } = labelled('none', seed);
    return scores(times, values);
  });
  all.sort((a, b) => a - b);
  expect(all[Math.floor(all.length * 0.95)]).toBeLessThan(0.1);
  expect(all.filter((score) => score >= HIGH).length).toBeLessThanOrEqual(4);
});

test('a long incident raises one alarm, not one for each of its values', () => {
  const { times, values, incident } = labelled('outage', 3);
  if (!incident) throw new Error('an incident was asked for');
  const during = scores(times, values).slice(incident.from, incident.to + 1);
  expect(Math.max(...during)).toBeGreaterThan(0.9);
  expect(during.filter((score) => score >= HIGH).length).toBeLessThan(during.length / 2);
});

test('a score depends on nothing that comes later', () => {
  const { times, values } = labelled('level-up', 5);
  const whole = scores(times, values);
  expect(scores(times.slice(0, 1200), values.slice(0, 1200))).toEqual(whole.slice(0, 1200));
});

test('whatever the values, scores are numbers from 0 to 1, and the same each time', { timeout: 120_000 }, () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, Number.NaN, Infinity, 1e300, -1e300, 5e-324), fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 300 }), fc.array(fc.integer({ min: -5, max: 1000 }), { minLength: 300, maxLength: 300 }), (values, gaps) => {
      let at = 0;
      const times = values.map((_, i) => (at += (gaps[i] ?? 0) * 1000));
      const all = scores(times, values);
      expect(all.every((score) => score >= 0 && score <= 1)).toBe(true);
      expect(scores(times, values)).toEqual(all);
    }),
    { numRuns: 60 },
  );
});

test('a constant series scores nothing until it changes', () => {
  const values = Array.from({ length: 600 }, (_, i) => (i === 500 ? 46 : 45));
  const all = scores(
    values.map((_, i) => i * 1000),
    values,
  );
  expect(Math.max(...all.slice(0, 500))).toBeLessThan(0.05);
  expect(all[500]).toBeGreaterThan(HIGH);
});

test('scores do not depend on the unit of the values', () => {
  const { times, values } = labelled('spike', 9);
  const base = scores(times, values);
  const scaled = scores(
    times,
    values.map((v) => v * 1024),
  );
  expect(Math.max(...base.map((score, i) => Math.abs(score - (scaled[i] ?? 0))))).toBeLessThan(0.02);
});

test('scores depend neither on the zero of the values nor on the unit of time', () => {
  const { times, values } = labelled('level-up', 4);
  const base = scores(times, values);
  const unlike = (other: readonly number[]): number => Math.max(...base.map((score, i) => Math.abs(score - (other[i] ?? 0))));
  // 100 more is a new zero for values about 100; numbers far from zero are rounded more coarsely, which is no matter of the score.
  const shifted = scores(
    times,
    values.map((v) => v + 100),
  );
  expect(unlike(shifted)).toBeLessThan(0.05);
  for (const unit of [0.001, 1 / 600, 144]) {
    const start = times[0] ?? 0;
    expect(
      unlike(
        scores(
          times.map((at) => start + (at - start) * unit),
          values,
        ),
      ),
    ).toBe(0);
  }
});

test('runs of equal values alarm only where they are longer than any before', () => {
  // A thermometer that tells whole degrees, changing after two to nine steps.
  const random = randomOf(8);
  const values: number[] = [];
  let degree = 10;
  while (values.length < 4000) {
    degree += random.uniform() < 0.5 ? 1 : -1;
    if (degree > 14 || degree < 6) degree = 10;
    const steps = 2 + Math.floor(8 * random.uniform());
    for (let i = 0; i < steps; i++) values.push(degree);
  }
  const usual = scores(
    values.map((_, i) => i * 60_000),
    values,
  );
  expect(usual.filter((score, i) => i > 600 && score >= HIGH).length).toBeLessThanOrEqual(3);
  const stuck = values.map((v, i) => (i >= 3000 && i < 3100 ? 12 : v));
  const odd = scores(
    stuck.map((_, i) => i * 60_000),
    stuck,
  );
  expect(Math.max(...odd.slice(3000, 3060))).toBeGreaterThan(HIGH);
});

test('bursts that are usual in a series do not alarm, one that is new does', () => {
  const random = randomOf(12);
  const values = Array.from({ length: 5000 }, (_, i) => (i === 4500 ? 5e8 : random.uniform() < 0.02 ? 4e7 * (0.5 + random.uniform()) : 1e4 * random.uniform()));
  const all = scores(
    values.map((_, i) => i * 300_000),
    values,
  );
  expect(all.slice(1500, 4500).filter((score) => score >= HIGH).length).toBeLessThanOrEqual(4);
  expect(all[4500]).toBeGreaterThan(HIGH);
});

test('values that become smooth are found, though none of them is far from any other', { timeout: 60_000 }, () => {
  let found = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const random = randomOf(seed);
    const rough = Array.from({ length: 3000 }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 288) + 3 * random.normal());
    const values = rough.map((v, i) => (i >= 2500 && i < 2650 ? rough.slice(i - 6, i + 7).reduce((sum, near) => sum + near, 0) / 13 : v));
    const all = scores(
      values.map((_, i) => i * 300_000),
      values,
    );
    if (all.slice(2500, 2600).some((score) => score >= HIGH)) found++;
  }
  expect(found).toBeGreaterThanOrEqual(5);
});

const DAY = 288;
const NOISELESS: Readonly<Record<string, (step: number) => number>> = {
  'a square wave': (i) => (i % DAY < 96 ? 20 : 80),
  'working hours': (i) => (i % DAY >= 108 && i % DAY < 216 ? 80 : 20),
  'three levels': (i) => [10, 40, 25, 10][Math.floor((i % DAY) / 80)] ?? 10,
  'a sine': (i) => 1000 + 20 * Math.sin((2 * Math.PI * (i + 77)) / DAY),
  'a sine cut off at zero': (i) => Math.max(0, Math.sin((2 * Math.PI * i) / DAY)),
  'a saw': (i) => i % DAY,
};

test.each(Object.entries(NOISELESS))('%s without noise alarms on its first edges only, and still when it breaks', { timeout: 60_000 }, (_, wave) => {
  const length = 14 * DAY;
  const learnt = Math.floor(0.15 * length);
  const at = Array.from({ length }, (__, i) => i * 300_000);
  const whole = Array.from({ length }, (__, i) => wave(i));
  const calm = scores(at, whole);
  expect(calm.filter((score, i) => i >= learnt && score >= HIGH)).toEqual([]);
  expect(calm.filter((score) => score >= HIGH).length).toBeLessThanOrEqual(3);

  const from = 10 * DAY;
  const span = Math.max(...whole) - Math.min(...whole);
  const breaks: ((value: number, step: number) => number)[] = [
    (value, i) => (i < from + DAY ? (whole[from] ?? 0) : value),
    (value, i) => (i >= from + 108 && i < from + 200 ? value - span : value),
    (value, i) => (i === from + 130 ? value + span : value),
  ];
  for (const change of breaks) {
    const broken = whole.map((value, i) => (i < from ? value : change(value, i)));
    expect(Math.max(...scores(at, broken).slice(from, from + DAY))).toBeGreaterThan(HIGH);
  }
});

test('more surprise is never worth less', () => {
  const surprise = fc.double({ min: 0, max: 12, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(surprise, { minLength: EVIDENCE.length, maxLength: EVIDENCE.length }),
      fc.nat({ max: EVIDENCE.length - 1 }),
      surprise,
      (base, at, more) => {
        const raised = base.map((s, i) => (i === at ? s + more : s));
        expect(new Worth().next(raised)).toBeGreaterThanOrEqual(new Worth().next(base) - 1e-9);
      },
    ),
  );
});

test('a hundred thousand values in a few seconds', { timeout: 180_000 }, () => {
  const random = randomOf(1);
  const scorer = createScorer();
  const start = performance.now();
  for (let i = 0; i < 20_000; i++) scorer.next(i * 1000, random.normal());
  const first = performance.now() - start;
  for (let i = 20_000; i < 100_000; i++) scorer.next(i * 1000, random.normal());
  // The time of a value does not grow with the length of the series.
  expect(performance.now() - start).toBeLessThan(8 * Math.max(first, 200));
});
