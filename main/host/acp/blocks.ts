/**
 * Text that arrives in pieces: each piece is shown at once as a live part, and the whole block becomes one event when it ends,
 * that is when something else follows or the turn is over.
 */
import { MAX_EVENT_TEXT, type LivePart, type SessionEvent } from '#shared/domain/session-event.ts';

type Open = { readonly blockId: string; readonly kind: 'text' | 'thinking'; readonly messageId: string | null; text: string; cut: number };

export type Blocks = {
  /** @param messageId the agent's name for the message; a new one begins a new block */
  add(kind: 'text' | 'thinking', messageId: string | null, piece: string): void;
  /** Ends the open block, if there is one. */
  close(): void;
  /** The last text block of the turn, for its end; empty when there was none. */
  takeLastText(): string;
};

/** @param run makes block ids differ between runs of a session */
export function createBlocks(run: string, emit: (event: SessionEvent) => void, live: (part: LivePart) => void): Blocks {
  let open: Open | null = null;
  let count = 0;
  let lastText = '';

  const close = (): void => {
    if (!open) return;
    const { blockId, kind, text, cut } = open;
    open = null;
    if (kind === 'text') lastText = text;
    emit({ kind, blockId, text, ...(cut > 0 ? { cut } : {}) });
  };
  return {
    close,
    add(kind, messageId, piece) {
      if (open && (open.kind !== kind || (messageId !== null && open.messageId !== messageId))) close();
      open ??= { blockId: `${run}:b${++count}`, kind, messageId, text: '', cut: 0 };
      const kept = piece.slice(0, MAX_EVENT_TEXT - open.text.length);
      if (kept !== '') live({ blockId: open.blockId, kind, offset: open.text.length, text: kept });
      open.text += kept;
      open.cut += piece.length - kept.length;
    },
    takeLastText() {
      const text = lastText;
      lastText = '';
      return text;
    },
  };
}
