/** The gate of the dials: never more than its limits, fair between hosts, nobody forgotten. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DialGate, type Permit } from '#pool/transport/index.ts';

test('property: never more than 32, 16 of TLS; everyone who does not give up gets a place in the end', () => {
  const act = fc.record({ host: fc.nat(5), secure: fc.boolean(), kind: fc.constantFrom('acquire', 'acquire', 'finish', 'give up'), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
      const gate = new DialGate();
      const waiting = new Set<{ permit: Permit | null; secure: boolean }>();
      const dialing = new Set<{ permit: Permit | null; secure: boolean }>();
      const one = <T>(set: Set<T>, pick: number): T | undefined => [...set][pick % Math.max(1, set.size)];
      for (const { host, secure, kind, pick } of acts) {
        if (kind === 'acquire') {
          const dial: { permit: Permit | null; secure: boolean } = { permit: null, secure };
          waiting.add(dial);
          dial.permit = gate.acquire(`h${host}`, secure, () => {
            waiting.delete(dial);
            dialing.add(dial);
          });
        } else {
          const set = kind === 'finish' ? dialing : waiting;
          const dial = one(set, pick);
          if (dial) set.delete(dial);
          dial?.permit?.release();
          dial?.permit?.release();
        }
        expect(gate.dialing).toBe(dialing.size);
        expect(gate.waiting).toBe(waiting.size);
        expect(dialing.size).toBeLessThanOrEqual(32);
        expect([...dialing].filter((dial) => dial.secure).length).toBeLessThanOrEqual(16);
      }
      while (dialing.size > 0) {
        const dial = one(dialing, 0);
        if (!dial) break;
        dialing.delete(dial);
        dial.permit?.release();
      }
      expect(waiting.size).toBe(0);
    }),
  );
});

test('a host that never answers holds no more than its share while others want to dial', () => {
  const gate = new DialGate({ most: 4, mostSecure: 4 });
  const granted: string[] = [];
  const dial = (host: string): Permit => gate.acquire(host, false, () => granted.push(host));
  const frozen = Array.from({ length: 10 }, () => dial('frozen'));
  expect(granted).toEqual(['frozen', 'frozen', 'frozen', 'frozen']);
  dial('a');
  dial('b');
  // Two of the frozen ones time out: the places go to the others, not to those of the same host that came first.
  frozen[0]?.release();
  frozen[1]?.release();
  expect(granted.slice(4)).toEqual(['a', 'b']);
});

test('a host that wants more alone gets all places the others do not use', () => {
  const gate = new DialGate({ most: 8, mostSecure: 8 });
  let granted = 0;
  gate.acquire('slow', false, () => {});
  for (let i = 0; i < 20; i++) gate.acquire('many', false, () => granted++);
  expect(granted).toBe(7);
});

test('a dial that fails in the turn of its grant makes room for the next, however many there are', () => {
  const gate = new DialGate({ most: 1, mostSecure: 1 });
  let granted = 0;
  const first = gate.acquire('a', false, () => {});
  for (let i = 0; i < 20_000; i++) {
    gate.acquire('a', false, (permit) => {
      granted++;
      permit.release();
    });
  }
  first.release();
  expect(granted).toBe(20_000);
});

test('waiting TLS dials do not hold up plain ones of other hosts', () => {
  const gate = new DialGate({ most: 4, mostSecure: 1 });
  const granted: string[] = [];
  for (const host of ['s1', 's2', 's3']) gate.acquire(host, true, () => granted.push(host));
  gate.acquire('p', false, () => granted.push('p'));
  expect(granted).toEqual(['s1', 'p']);
});
