import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SessionEventOf } from '#shared/domain/session-event.ts';
import { createEndsBuffer } from '#host/checks/ends-buffer.ts';
import { createOutputBatch } from '#host/process/output.ts';

type Output = SessionEventOf<'output'>;

test('nothing is lost or reordered: what is given out and what is counted is what came', () => {
  vi.useFakeTimers();
  try {
    const piece = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: fc.string({ minLength: 1 }),
      wait: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const events: Output[] = [];
        const batch = createOutputBatch((event) => void events.push(event));
        for (const { stream, text, wait } of pieces) {
          batch.push(stream, text);
          vi.advanceTimersByTime(wait);
        }
        batch.end();
        for (const stream of ['stdout', 'stderr'] as const) {
          const of = (all: readonly { stream: string; text: string }[]): string => all.map((one) => (one.stream === stream ? one.text : '')).join('');
          expect(of(events)).toBe(of(pieces));
        }
        expect(events.length).toBeLessThanOrEqual(pieces.length);
      }),
    );
  } finally {
    vi.useRealTimers();
  }
});

test('a flood is cut and counted to the last character; the last line is still known', () => {
  vi.useFakeTimers();
  try {
    const events: Output[] = [];
    const batch = createOutputBatch((event) => void events.push(event));
    for (let index = 0; index < 2000; index++) {
      batch.push('stdout', 'x'.repeat(10_000));
      if (index % 10 === 0) vi.advanceTimersByTime(30);
    }
    batch.push('stderr', 'warning\nfatal: it broke\n\n');
    batch.end();
    const given = events.filter((event) => event.stream === 'stdout').reduce((sum, event) => sum + event.text.length, 0);
    const cut = events.filter((event) => event.stream === 'stdout').reduce((sum, event) => sum + (event.cut ?? 0), 0);
    expect(given + cut).toBe(20_000_000);
    expect(given).toBeLessThan(6_000_000);
    expect(Math.max(...events.map((event) => event.text.length))).toBeLessThanOrEqual(64 * 1024);
    expect(batch.lastLine('stderr')).toBe('fatal: it broke');
  } finally {
    vi.useRealTimers();
  }
});

test('both ends of a text are kept and what is missing is counted', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 }), (pieces, head, tail) => {
      const buffer = createEndsBuffer(head, tail);
      for (const piece of pieces) buffer.push(piece);
      const text = pieces.join('');
      const { output, cut } = buffer.read();
      if (text.length <= head + tail) expect({ output, cut }).toEqual({ output: text, cut: 0 });
      else
        expect({ output, cut }).toEqual({
          output: `${text.slice(0, head)}\n… ${cut} characters left out …\n${text.slice(-tail)}`,
          cut: text.length - head - tail,
        });
    }),
  );
});
