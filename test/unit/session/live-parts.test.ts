/** Blocks being written: however a text is cut into parts, it is shown whole and once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPart, settle, type LiveBlocks } from '#renderer/session/model/live-parts.ts';

test('any cutting of a text into parts, with repeats after a reconnect, gives the text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1 }), fc.array(fc.nat(20)), (pieces, resets) => {
      let blocks: LiveBlocks = [];
      let sent = '';
      pieces.forEach((piece, i) => {
        blocks = applyPart(blocks, { blockId: 'a', kind: 'text', offset: sent.length, text: piece });
        sent += piece;
        if (resets.includes(i)) blocks = applyPart(blocks, { blockId: 'a', kind: 'text', offset: 0, text: sent });
      });
      expect(blocks).toEqual([{ blockId: 'a', kind: 'text', text: sent }]);
    }),
  );
});

test('a part that leaves a gap shows nothing wrong, and an empty one ends the block', () => {
  const one = applyPart([], { blockId: 'a', kind: 'text', offset: 0, text: 'Hello' });
  expect(applyPart(one, { blockId: 'a', kind: 'text', offset: 9, text: 'lost' })).toBe(one);
  expect(applyPart(one, { blockId: 'a', kind: 'text', offset: 5, text: '' })).toEqual([]);
});

test('the finished text takes the place of its live block', () => {
  const blocks = applyPart(applyPart([], { blockId: 'a', kind: 'text', offset: 0, text: 'x' }), { blockId: 'b', kind: 'thinking', offset: 0, text: 'y' });
  expect(settle(blocks, [{ kind: 'text', blockId: 'a', text: 'x' }]).map((block) => block.blockId)).toEqual(['b']);
});
