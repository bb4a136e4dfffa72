/** Blocks that are being written now: a fold over the feed's live parts. A block ends with an empty part or with the fact that replaces it. */
import type { LivePart } from '#shared/domain/session-event.ts';
import type { TranscriptItem } from '#shared/domain/transcript.ts';

export type LiveBlock = { readonly blockId: string; readonly kind: LivePart['kind']; readonly text: string };
export type LiveBlocks = readonly LiveBlock[];

/** One step. A part that leaves a gap is dropped: the block is shown again with its next whole part or as a fact. */
export function applyPart(blocks: LiveBlocks, part: LivePart): LiveBlocks {
  const before = blocks.find((block) => block.blockId === part.blockId);
  if (part.text === '') return before ? blocks.filter((block) => block !== before) : blocks;
  if (part.offset > (before?.text.length ?? 0)) return blocks;
  const block = { blockId: part.blockId, kind: part.kind, text: (before?.text ?? '').slice(0, part.offset) + part.text };
  return before ? blocks.map((one) => (one === before ? block : one)) : [...blocks, block];
}

/** Drops the blocks whose finished text has arrived as an item. */
export function settle(blocks: LiveBlocks, items: readonly TranscriptItem[]): LiveBlocks {
  if (blocks.length === 0) return blocks;
  const done = new Set(
    items
      .map((item) => (item.kind === 'text' || item.kind === 'thinking' ? item.blockId : item.kind === 'tool' ? item.callId : null))
      .filter((id) => id !== null),
  );
  const left = blocks.filter((block) => !done.has(block.blockId));
  return left.length === blocks.length ? blocks : left;
}
