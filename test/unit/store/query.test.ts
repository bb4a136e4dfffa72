/** What a person types is searched for as words; nothing of it is read as a query language. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readQuery } from '#store/insight/query.ts';
import { foldText, snippetOf } from '#store/insight/snippet.ts';

test('words, phrases, and the beginning of the last word', () => {
  expect(readQuery('retry uplo')?.expression).toBe('"retry" "uplo"*');
  expect(readQuery('"lost update" retry')?.expression).toBe('"lost update" "retry"*');
  expect(readQuery('the "lost update')?.expression).toBe('"the" "lost update"');
  expect(readQuery('src/http.ts')?.terms).toEqual(['src', 'http', 'ts']);
  expect(readQuery('** -- "" 🙂')).toBeNull();
});

test('an expression holds only quoted words, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
      const read = readQuery(typed);
      if (read) expect(read.expression).toMatch(/^("[\p{L}\p{N}\p{M} ]+"\*? ?)+$/u);
    }),
  );
});

test('a snippet shows the place where a word begins, accents or not, in one line', () => {
  const long = `${'filler '.repeat(40)}the naïve\n\n  retry of Ärger${' more'.repeat(60)}`;
  expect(snippetOf(long, ['naive'])).toContain('the naïve retry of Ärger');
  expect(snippetOf(long, ['arger'])).toContain('Ärger');
  expect(snippetOf('a short text', ['none'])).toBe('a short text');
  expect(snippetOf('prefix xfix fix', ['fix'])).toBe('prefix xfix fix');
});

test('folding keeps every character in its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(foldText(value)).toHaveLength(value.length);
    }),
  );
});
