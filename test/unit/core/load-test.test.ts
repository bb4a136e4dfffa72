/** What a load test counts, and how it is judged. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GOALS, judge, type Measured } from '#core/load-test/goals.ts';
import { MAX_POINTS, Measures, quantilesOf } from '#core/load-test/measures.ts';
import { enoughFiles } from '#core/load-test/open-files.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import { Sketch } from '#shared/lib/sketch.ts';

const event = (seq: number, at = 0): NumberedEvent => ({ epoch: 'e', seq, at, event: { kind: 'output', stream: 'stdout', source: 'agent', text: 'x' } });

function measured<T>(work: (measures: Measures) => T): T {
  const measures = new Measures();
  measures.begin();
  try {
    return work(measures);
  } finally {
    measures.close();
  }
}

test('events of each stream in order, each once, are counted as such, whatever their batches', () => {
  const batches = fc.array(fc.record({ stream: fc.nat(3), n: fc.integer({ min: 1, max: 5 }) }), { maxLength: 50 });
  fc.assert(
    fc.property(batches, (list) =>
      measured((measures) => {
        const last = [0, 0, 0, 0];
        let all = 0;
        for (const { stream, n } of list) {
          const from = last[stream] ?? 0;
          measures.took(
            String(stream),
            Array.from({ length: n }, (_, i) => event(from + i + 1)),
            null,
          );
          last[stream] = from + n;
          all += n;
        }
        expect([measures.events, measures.doubled, measures.outOfOrder]).toEqual([all, 0, 0]);
      }),
    ),
    { numRuns: 50 },
  );
});

test('what comes twice and what is left out is told apart', () =>
  measured((measures) => {
    measures.took('a', [event(1), event(2), event(2), event(5)], null);
    measures.took('a', [event(4), event(6)], null);
    expect([measures.events, measures.doubled, measures.outOfOrder]).toEqual([4, 2, 1]);
  }));

test('the latency of events is taken only on one clock, and a clock that steps back makes no negative one', () =>
  measured((measures) => {
    measures.took('a', [event(1, 100)], null);
    expect(measures.event.count).toBe(0);
    measures.took('b', [event(1, 100), event(2, 200)], 150);
    expect([measures.event.min, measures.event.max]).toEqual([0, 50]);
  }));

test('points of a long test are thinned and still tell of every second', () =>
  measured((measures) => {
    const seconds = 3600;
    for (let second = 1; second <= seconds; second++) {
      for (let i = 0; i < 20; i++) measures.answered(second === 1000 ? 500 : 1);
      if (second % 100 === 0) measures.failed('HOST_TIMEOUT');
      measures.point(second, 10);
    }
    const { points } = measures;
    expect(points.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(points.length).toBeGreaterThan(MAX_POINTS / 3);
    const until = points.at(-1)?.second ?? 0;
    expect(until).toBeGreaterThan(seconds - 16);
    expect(points.reduce((sum, { failures }) => sum + failures, 0)).toBe(Math.floor(until / 100));
    for (const { callsPerSecond } of points) expect(callsPerSecond).toBeCloseTo(20);
    expect(points.find(({ second }) => second >= 1000)?.latencyP95Ms).toBeGreaterThan(490);
  }));

const good: Measured = {
  dial: { p50: 1, p95: 2, p99: 3, n: 10 },
  call: { p50: 1, p95: 2, p99: 3, n: 100 },
  eventLatency: { p50: 1, p95: 2, p99: 3, n: 100 },
  lost: 0,
  doubled: 0,
  connections: { ready: 100, attempted: 100 },
  failures: { n: 0, of: 200 },
  outOfOrder: 0,
  events: 100,
  loopDelay: { p99: 1, n: 100 },
};
const missed = (change: Partial<Measured>): string[] => judge({ ...good, ...change }).flatMap(({ name, holds }) => (holds ? [] : [name]));

test('every goal can be missed, by its own number', () => {
  expect(missed({})).toEqual([]);
  expect(missed({ connections: { ready: 989, attempted: 1000 } })).toEqual(['connection success']);
  expect(missed({ connections: { ready: 990, attempted: 1000 } })).toEqual([]);
  expect(missed({ failures: { n: 1, of: 200 } })).toEqual(['failures']);
  expect(missed({ lost: 1, doubled: 1, outOfOrder: 1 })).toEqual(['events lost', 'events doubled', 'events out of order']);
  expect(missed({ dial: { p50: 1, p95: 1, p99: GOALS.dialP99Ms + 1, n: 1 } })).toEqual(['dial, p99']);
  expect(missed({ loopDelay: { p99: GOALS.loopDelayP99Ms + 0.1, n: 5 } })).toEqual(['event loop delay of the core, p99']);
});

test('what was not measured does not pass; between two machines the latency of events is left out', () => {
  expect(missed({ call: null, dial: null, loopDelay: { p99: 0, n: 0 } })).toEqual(['dial, p99', 'call, p95', 'event loop delay of the core, p99']);
  expect(judge({ ...good, eventLatency: null }).map(({ name }) => name)).not.toContain('event, p95');
});

test('too few open files are told before, with the number of clients that fit', () => {
  expect(enoughFiles(1000, null).ok).toBe(true);
  expect(enoughFiles(800, 1024).ok).toBe(true);
  expect(enoughFiles(1000, 1024)).toMatchObject({ ok: false, fault: { code: 'LOAD_TEST_FILES', fix: expect.stringContaining('at most 824 clients') } });
});

test('quantiles of nothing are none', () => {
  expect(quantilesOf(new Sketch())).toBeNull();
});
