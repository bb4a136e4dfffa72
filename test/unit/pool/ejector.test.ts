/** Hosts that fail more than the others leave the choice; never all of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ejector, MIN_RATED_HOSTS, type EjectionChange } from '#pool/health/ejector.ts';
import { defaultHealthRules, type HealthRules } from '#shared/domain/connection.ts';

function made(hosts: number, more: Partial<HealthRules> = {}): { ejector: Ejector; changes: EjectionChange[]; rules: HealthRules } {
  const changes: EjectionChange[] = [];
  const rules = { ...defaultHealthRules, ...more };
  const ejector = new Ejector(
    () => rules,
    (change) => changes.push(change),
  );
  for (let i = 0; i < hosts; i++) ejector.add(`h${i}`, 0);
  return { ejector, changes, rules };
}

const fail = (ejector: Ejector, hostId: string, times: number, now = 0): void => {
  for (let i = 0; i < times; i++) ejector.failure(hostId, now, 'no answer within 5 s');
};

describe('failures in a row', () => {
  test('eject at once, a success between them does not', () => {
    const { ejector, changes } = made(3);
    fail(ejector, 'h0', 4);
    ejector.success('h0', 0);
    fail(ejector, 'h0', 4);
    expect(ejector.ejection('h0')).toBeNull();
    fail(ejector, 'h0', 1, 500);
    expect(ejector.ejection('h0')).toEqual({ reason: '5 failures in a row, the last: no answer within 5 s', until: 30_500, count: 1 });
    expect(changes).toEqual([{ hostId: 'h0', kind: 'ejected', cause: '5 failures in a row, the last: no answer within 5 s; for 30 s' }]);
  });

  test('each time in a row is longer, to the cap; staying well makes it shorter again', () => {
    const { ejector, changes } = made(3);
    const lengths: number[] = [];
    let now = 0;
    for (let i = 0; i < 12; i++) {
      fail(ejector, 'h0', 5, now);
      const until = ejector.ejection('h0')?.until ?? 0;
      lengths.push((until - now) / 1000);
      ejector.sweep(until - 1);
      expect(ejector.ejection('h0')).not.toBeNull();
      ejector.sweep((now = until));
      expect(ejector.ejection('h0')).toBeNull();
    }
    expect(lengths).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
    expect(changes.at(-1)).toEqual({ hostId: 'h0', kind: 'readmitted', cause: 'ejection number 12 is over' });
    ejector.sweep((now += 11 * 30_000));
    fail(ejector, 'h0', 5, now);
    expect(ejector.ejection('h0')?.count).toBe(2);
  });
});

/** Work of one minute: `bad` of 100 requests fail, evenly spread. */
function work(ejector: Ejector, rates: readonly number[], n = 100): void {
  for (const [host, bad] of rates.entries()) {
    for (let i = 0; i < n; i++) {
      const fails = Math.floor(((i + 1) * bad) / 100) > Math.floor((i * bad) / 100);
      if (fails) ejector.failure(`h${host}`, i * 10, 'x');
      else ejector.success(`h${host}`, i * 10);
    }
  }
}

describe('success rate', () => {
  test('far below the others ejects, and says the sum', () => {
    const { ejector, changes } = made(5);
    work(ejector, [1, 2, 1, 0, 40]);
    ejector.sweep(1000);
    expect(changes).toEqual([
      {
        hostId: 'h4',
        kind: 'ejected',
        cause: 'success rate 60.0 % of 100 in 60 s is below 61.5 % (mean 91.2 % of 5 hosts − 1.9 × 15.6 %); for 30 s',
      },
    ]);
  });

  test('says nothing below the minimum of requests, with too few hosts, or when all fail alike', () => {
    const few = made(5);
    work(few.ejector, [0, 0, 0, 0, 40], 99);
    few.ejector.sweep(1000);
    const two = made(2, { successRateStdevs: 0.5 });
    work(two.ejector, [0, 40]);
    two.ejector.sweep(1000);
    const alike = made(5, { successRateStdevs: 0 });
    work(alike.ejector, [40, 40, 40, 40, 40]);
    alike.ejector.sweep(1000);
    expect([few.changes, two.changes, alike.changes]).toEqual([[], [], []]);
  });

  test('judges a host that came back by what comes, and forgets what fell out of the window', () => {
    const { ejector } = made(5);
    work(ejector, [0, 0, 0, 0, 40]);
    ejector.sweep(1000);
    ejector.sweep(31_000);
    expect(ejector.ejection('h4')).toBeNull();
    const old = made(5);
    work(old.ejector, [0, 0, 0, 0, 40]);
    old.ejector.sweep(62_000);
    expect(old.changes).toEqual([]);
  });
});

describe('failure percentage, among hosts too few to compare', () => {
  /** Never so many in a row that these would eject. */
  const patient = { consecutiveErrors: 1000 };

  test('of n success rates none is further than √(n − 1) standard deviations from their mean: four could never be ejected by 1.9', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }), (rates) => {
        const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
        const stdev = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length);
        for (const rate of rates) expect(Math.abs(rate - mean)).toBeLessThanOrEqual(Math.sqrt(rates.length - 1) * stdev + 1e-9);
      }),
    );
    const { successRateStdevs } = defaultHealthRules;
    expect([Math.sqrt(MIN_RATED_HOSTS - 2) < successRateStdevs, Math.sqrt(MIN_RATED_HOSTS - 1) > successRateStdevs]).toEqual([true, true]);
  });

  test.each([2, 3, 4])('one of %i hosts that fails 85 %% of its work is ejected, with the sum; at 84 %% it stays', (hosts) => {
    const others = Array.from({ length: hosts - 1 }, () => 1);
    const { ejector, changes } = made(hosts, patient);
    work(ejector, [85, ...others]);
    ejector.sweep(1000);
    const cause = 'failure percentage 85.0 % of 100 in 60 s is not below 85 % (fewer than 5 hosts to compare with); for 30 s';
    expect(changes).toEqual([{ hostId: 'h0', kind: 'ejected', cause }]);
    const less = made(hosts, patient);
    work(less.ejector, [84, ...others]);
    less.ejector.sweep(1000);
    expect(less.changes).toEqual([]);
  });

  test('says nothing below its volume, nor where five can be compared; and holds the share', () => {
    const few = made(3, patient);
    work(few.ejector, [98, 0, 0], 49);
    few.ejector.sweep(1000);
    const five = made(5, { ...patient, successRateStdevs: 3 });
    work(five.ejector, [90, 0, 0, 0, 0]);
    five.ejector.sweep(1000);
    expect([few.changes, five.changes]).toEqual([[], []]);
    // Five hosts, of which only three had work enough to be compared: judged each by itself.
    const idle = made(5, patient);
    work(idle.ejector, [90, 0, 0]);
    idle.ejector.sweep(1000);
    const all = made(4, patient);
    work(all.ejector, [90, 91, 92, 93]);
    all.ejector.sweep(1000);
    expect([idle.changes, all.changes].map((changes) => changes.map(({ hostId }) => hostId))).toEqual([['h0'], ['h3', 'h2']]);
  });

  test('comes back after its time and is judged by what comes', () => {
    const { ejector, changes } = made(3, patient);
    work(ejector, [90, 0, 0]);
    ejector.sweep(1000);
    ejector.sweep(31_000);
    ejector.sweep(32_000);
    expect(changes.map(({ kind }) => kind)).toEqual(['ejected', 'readmitted']);
  });
});

describe('limits', () => {
  test('the share holds, one may always be ejected, a single host never is', () => {
    const half = made(5);
    for (let i = 0; i < 5; i++) fail(half.ejector, `h${i}`, 5);
    expect(half.changes.map(({ hostId }) => hostId)).toEqual(['h0', 'h1']);
    const none = made(5, { maxEjectedShare: 0 });
    for (let i = 0; i < 5; i++) fail(none.ejector, `h${i}`, 5);
    expect(none.changes).toHaveLength(1);
    const all = made(5, { maxEjectedShare: 1 });
    for (let i = 0; i < 5; i++) fail(all.ejector, `h${i}`, 5);
    expect(all.changes).toHaveLength(4);
    const one = made(1);
    fail(one.ejector, 'h0', 50);
    expect(one.changes).toEqual([]);
  });

  test('when the others are removed the one that is ejected comes back', () => {
    const { ejector, changes } = made(3);
    fail(ejector, 'h0', 5);
    ejector.remove('h1', 10);
    expect(ejector.ejection('h0')).not.toBeNull();
    ejector.remove('h2', 10);
    expect(changes.at(-1)).toEqual({ hostId: 'h0', kind: 'readmitted', cause: 'no other host is left' });
  });

  test('a person brings one back; its old failures do not throw it out again', () => {
    const { ejector } = made(3);
    fail(ejector, 'h0', 5);
    ejector.readmit('h0', 100, 'by hand');
    fail(ejector, 'h0', 4, 200);
    expect(ejector.ejection('h0')).toBeNull();
  });

  test('whatever happens: one stays, the share holds, each ejection lasts at most the cap, changes alternate', () => {
    const act = fc.record({
      what: fc.constantFrom('good', 'bad', 'burst', 'sweep', 'add', 'remove', 'readmit'),
      host: fc.nat(7).map((i) => `h${i}`),
      wait: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 150 }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (acts, hosts, maxEjectedShare) => {
          const { ejector, changes, rules } = made(hosts, {
            maxEjectedShare,
            successRateMinimum: 3,
            successRateStdevs: 1,
            failurePercentageVolume: 3,
            consecutiveErrors: 3,
          });
          const here = new Set(Array.from({ length: hosts }, (_, i) => `h${i}`));
          const out = new Set<string>();
          let now = 0;
          let told = 0;
          for (const { what, host, wait } of acts) {
            now += wait;
            if (what === 'good') ejector.success(host, now);
            else if (what === 'bad') fail(ejector, host, 1, now);
            else if (what === 'burst') fail(ejector, host, 3, now);
            else if (what === 'sweep') ejector.sweep(now);
            else if (what === 'readmit') ejector.readmit(host, now, 'by hand');
            else if (what === 'add') {
              ejector.add(host, now);
              here.add(host);
            } else {
              here.delete(host);
              out.delete(host);
              ejector.remove(host, now);
            }
            for (; told < changes.length; told++) {
              const { hostId, kind, cause } = changes[told] ?? { hostId: '', kind: 'ejected', cause: '' };
              expect(cause).not.toBe('');
              expect(out.has(hostId)).toBe(kind === 'readmitted');
              if (kind === 'ejected') {
                out.add(hostId);
                // Grown past the share by a removal it may stay; by an ejection it never does.
                expect(out.size === 1 || out.size / here.size <= maxEjectedShare).toBe(true);
                expect((ejector.ejection(hostId)?.until ?? 0) - now).toBeLessThanOrEqual(rules.maxEjectionMs);
              } else out.delete(hostId);
            }
            const ejected = [...here].filter((each) => ejector.ejection(each));
            expect(new Set(ejected)).toEqual(out);
            if (here.size > 0) expect(ejected.length).toBeLessThan(here.size);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
