import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from '#host/process/lines.ts';

/** Feeds bytes in pieces of the given sizes and collects the lines. */
function feed(bytes: Buffer, sizes: readonly number[], maxBytes: number): { line: string; cut: number }[] {
  const lines: { line: string; cut: number }[] = [];
  const splitter = splitLines(maxBytes, (line, cut) => void lines.push({ line, cut }));
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  splitter.end();
  return lines;
}
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });
const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));

test('whatever the chunks, the lines are those of the text', () => {
  fc.assert(
    fc.property(fc.array(line), sizes, fc.boolean(), (lines, chunks, crlf) => {
      const end = crlf ? '\r\n' : '\n';
      const seen = feed(Buffer.from(lines.map((one) => one + end).join('')), chunks, 10_000);
      expect(seen).toEqual(lines.map((one) => ({ line: one, cut: 0 })));
    }),
  );
});

test('a long line keeps its head within the limit, between two characters, and counts the rest', () => {
  fc.assert(
    fc.property(line, sizes, fc.integer({ min: 1, max: 30 }), (text, chunks, limit) => {
      fc.pre(text !== '');
      const [first, second] = feed(Buffer.from(`${text}\nnext`), chunks, limit);
      expect(Buffer.byteLength(first?.line ?? '')).toBeLessThanOrEqual(limit);
      expect(text.startsWith(first?.line ?? 'x')).toBe(true);
      expect((first?.line.length ?? 0) + (first?.cut ?? 0)).toBe(text.length);
      expect((second?.line.length ?? 0) + (second?.cut ?? 0)).toBe(4);
    }),
  );
});
