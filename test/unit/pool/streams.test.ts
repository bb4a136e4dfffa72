/** Whatever a network does to the frames of a host (lost, twice, late, refused by the store), each event is taken once and in order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Wheel } from '#pool/health/wheel.ts';
import type { Connection } from '#pool/link/connection.ts';
import { Streams } from '#pool/link/streams.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import type { Cursor } from '#shared/host-protocol/frames.ts';
import { handClock } from '#test/support/pool/clock.ts';

const numbered = (seq: number): NumberedEvent => ({ epoch: 'e', seq, at: 0, event: { kind: 'message', from: 'app', text: String(seq) } });

type Step =
  /** The host sends from where it is. `loses` of them, from the front, never arrive. */
  | { kind: 'send'; stream: number; count: number; loses: number }
  | { kind: 'again'; stream: number; back: number }
  | { kind: 'refuse'; is: boolean }
  | { kind: 'pass'; ms: number }
  | { kind: 'cut' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), stream: fc.nat(2), count: fc.integer({ min: 1, max: 12 }), loses: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), stream: fc.nat(2), back: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), is: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 10, max: 2500 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cut' as const }) },
);

/** What streams need of a connection. */
const wire = (): Pick<Connection, 'streams'> => ({ streams: 0 });

test('0 lost, 0 twice, in order; what is acknowledged is stored', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const clock = handClock();
      const wheel = new Wheel(clock);
      const stored = [0, 0, 0];
      /** The host's side: last number sent, and last acknowledged. */
      const sent = [0, 0, 0];
      const acked = [0, 0, 0];
      const highest = [0, 0, 0];
      let refusing = false;
      let lies = 0;
      let connection = wire() as Connection;
      const cut = (): void => {
        const old = connection;
        connection = wire() as Connection;
        streams.lost(old);
        // The host begins again at what it heard of.
        for (const i of sent.keys()) sent[i] = acked[i] ?? 0;
        streams.flush();
      };
      const streams: Streams = new Streams({
        hostId: 'h',
        wheel,
        takeUnknown: false,
        window: () => 100,
        onGap: () => undefined,
        onLie: () => {
          lies++;
          cut();
        },
        log: () => undefined,
        listener: {
          events(_host, sessionId, events) {
            if (refusing) throw new Error('full');
            const i = Number(sessionId);
            for (const { seq } of events) {
              expect(seq).toBe((stored[i] ?? 0) + 1);
              stored[i] = seq;
            }
          },
          live: () => undefined,
          gauge: () => undefined,
          streams: () => undefined,
          health: () => undefined,
        },
        send: (frame: { t: 'ack' | 'resume'; cursors: Cursor[] }) => {
          for (const { sessionId, seq } of frame.cursors) {
            const i = Number(sessionId);
            expect(seq).toBeLessThanOrEqual(stored[i] ?? 0);
            if (frame.t === 'ack') acked[i] = Math.max(acked[i] ?? 0, seq);
            else sent[i] = seq;
          }
          return connection;
        },
      });
      const from = (i: number, first: number, count: number): void => {
        const events = Array.from({ length: count }, (_, n) => numbered(first + n));
        streams.take(connection, [{ sessionId: String(i), events }]);
      };
      for (const i of sent.keys()) streams.given(String(i), 'e');
      const play = (one: Step): void => {
        if (one.kind === 'send') {
          const first = (sent[one.stream] ?? 0) + 1;
          sent[one.stream] = first + one.count - 1;
          highest[one.stream] = Math.max(highest[one.stream] ?? 0, first + one.count - 1);
          const lost = Math.min(one.loses, one.count);
          if (one.count > lost) from(one.stream, first + lost, one.count - lost);
        } else if (one.kind === 'again') {
          const last = sent[one.stream] ?? 0;
          const first = Math.max(1, last - one.back + 1);
          if (last > 0) from(one.stream, first, last - first + 1);
        } else if (one.kind === 'refuse') refusing = one.is;
        else if (one.kind === 'pass') clock.pass(one.ms);
        else cut();
      };
      for (const one of steps) play(one);
      // Then all is well again: everything the host has ever sent, and more, is taken in the end.
      refusing = false;
      clock.pass(20_000);
      cut();
      for (const i of sent.keys()) play({ kind: 'send', stream: i, count: (highest[i] ?? 0) - (sent[i] ?? 0) + 5, loses: 0 });
      clock.pass(1000);
      for (const i of sent.keys()) {
        expect(stored[i]).toBe(sent[i]);
        expect(acked[i]).toBe(stored[i]);
      }
      expect(lies).toBeLessThanOrEqual(steps.length);
      streams.close();
      wheel.close();
    }),
    { numRuns: 300 },
  );
});
