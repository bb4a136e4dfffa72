/** The transcript's window model against a plain array: whatever order pages, changes and evictions come in, nothing old is shown. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IndexedItem } from '#shared/contract/sessions.ts';
import { PAGE_SIZE, PageCache } from '#renderer/session/model/page-cache.ts';

const item = (index: number, rev: number): IndexedItem => ({ index, rev, at: rev, item: { kind: 'text', blockId: `b${index}`, text: `${index}@${rev}` } });

test('asks for each missing page of a window once and gives the items when they came', () => {
  const cache = new PageCache(250);
  expect(cache.want(90, 210)).toEqual([0, 1, 2]);
  expect(cache.want(90, 210)).toEqual([]);
  cache.fill(1, [item(100, 1)], 250);
  expect(cache.get(100)?.rev).toBe(1);
  expect(cache.get(99)).toBeNull();
});

test('asks again for a page that could not be fetched', () => {
  const cache = new PageCache(50);
  expect(cache.want(0, 49)).toEqual([0]);
  cache.fail(0);
  expect(cache.want(0, 49)).toEqual([0]);
});

test('an answer that was under way does not overwrite what the feed changed meanwhile', () => {
  const cache = new PageCache(10);
  cache.want(0, 9);
  cache.change([item(3, 20)], 10);
  cache.fill(0, [item(2, 2), item(3, 3)], 10);
  expect(cache.get(3)?.rev).toBe(20);
  expect(cache.get(2)?.rev).toBe(2);
});

test('a followed transcript needs no fetch for what is added at its end', () => {
  const cache = new PageCache(PAGE_SIZE);
  cache.change([item(PAGE_SIZE, 1), item(PAGE_SIZE + 1, 2)], PAGE_SIZE + 2);
  expect(cache.want(PAGE_SIZE, PAGE_SIZE + 1)).toEqual([]);
  expect(cache.get(PAGE_SIZE + 1)?.rev).toBe(2);
});

test('never holds more pages than its bound and never shows an item older than the newest it was told', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('window' as const), from: fc.nat(2999), length: fc.nat(80) }),
    fc.record({ do: fc.constant('change' as const), index: fc.nat(2999) }),
    fc.record({ do: fc.constant('append' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const truth = Array.from({ length: 3000 }, (_, i) => item(i, 1));
      const cache = new PageCache(truth.length, 5);
      let rev = 1;
      for (const one of steps) {
        if (one.do === 'window') {
          const to = Math.min(one.from + one.length, truth.length - 1);
          for (const page of cache.want(one.from, to)) cache.fill(page, truth.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), truth.length);
          for (let i = one.from; i <= to; i++) expect(cache.get(i)).toEqual(truth[i]);
        } else {
          const index = one.do === 'append' ? truth.length : one.index;
          truth[index] = item(index, ++rev);
          cache.change([item(index, rev)], truth.length);
          const shown = cache.get(index);
          if (shown) expect(shown.rev).toBe(rev);
        }
        expect(cache.pages).toBeLessThanOrEqual(6);
        expect(cache.total).toBe(truth.length);
      }
    }),
    { numRuns: 60 },
  );
});
