/** Which transport carries a host, whatever the order in which things happen to it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bothFailed, Fallback } from '#pool/transport/fallback.ts';

const fault = (code: string, why = ''): { code: string; message: string; why: string } => ({ code, message: code, why });

test('property: a move is told exactly when another transport than the last is welcomed, and the first WebSocket is none', () => {
  const step = fc.constantFrom('websocket', 'http', 'http failed', 'reset', 'probe');
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const fallback = new Fallback(() => 0.5);
      let carrier = 'websocket';
      for (const each of steps) {
        if (each === 'websocket' || each === 'http') {
          expect(fallback.welcomed(each)).toBe(carrier !== each);
          carrier = each;
          expect(fallback.first).toBe(each);
        } else if (each === 'probe') {
          const wait = fallback.nextProbeMs();
          expect(wait >= 10_000 && wait <= 60_000).toBe(true);
        } else {
          if (each === 'reset') fallback.reset();
          else fallback.httpFailed();
          expect(fallback.first).toBe('websocket');
        }
      }
    }),
  );
});

test('probes come after 10, 20, 40, 60, 60 s, a quarter more or less, and after 10 s again when WebSocket had worked', () => {
  const waits = (random: number, n: number): number[] => {
    const fallback = new Fallback(() => random);
    fallback.welcomed('http');
    return Array.from({ length: n }, () => fallback.nextProbeMs());
  };
  expect(waits(0.5, 5)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
  expect(waits(0, 2)).toEqual([7500, 15_000]);
  const fallback = new Fallback(() => 0.5);
  fallback.nextProbeMs();
  fallback.welcomed('websocket');
  expect(fallback.nextProbeMs()).toBe(10_000);
});

test('when both ways fail, the fault that says most is told', () => {
  expect(bothFailed(fault('HOST_BLOCKED', 'a'), fault('HOST_UNAUTHORIZED', 'b'))).toMatchObject({ code: 'HOST_UNAUTHORIZED', why: 'b' });
  expect(bothFailed(fault('HOST_DIAL_TIMEOUT', 'a'), fault('HOST_BLOCKED', 'b'))).toMatchObject({ code: 'HOST_DIAL_TIMEOUT', why: 'a' });
  expect(bothFailed(fault('HOST_BLOCKED', 'a'), fault('HOST_BLOCKED', 'b'))).toMatchObject({ code: 'HOST_BLOCKED', why: 'WebSocket: a HTTP: b' });
});
