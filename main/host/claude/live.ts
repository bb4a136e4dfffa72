/**
 * Text that is still being written: remembers which block of the stream is open and sends what was added about every 40 ms, so
 * that a token stream costs 25 messages a second and not 200. Each part says how many characters came before it.
 *
 *   (no block) ──start──► open ──delta*──► open ──stop | whole block | drop──► (no block)
 */
import type { LivePart } from '#shared/domain/session-event.ts';
import type { StreamEvent } from './messages.ts';

/** Time between two parts of one block, in milliseconds. */
export const LIVE_INTERVAL_MS = 40;
/** Most characters of a block sent while it is being written; the rest comes with the whole block. */
const MAX_LIVE_TEXT = 1_000_000;

type Open = { readonly index: number; readonly blockId: string; readonly kind: LivePart['kind']; sent: number; pending: string };

export class LiveText {
  readonly #live: (part: LivePart) => void;
  #messageId: string | null = null;
  #open: Open | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(live: (part: LivePart) => void) {
    this.#live = live;
  }

  /** Takes one event of the main conversation's stream. */
  take(event: StreamEvent['event']): void {
    switch (event.type) {
      case 'message_start':
        this.drop();
        this.#messageId = event.message.id;
        return;
      case 'content_block_start': {
        this.drop();
        const kind = kindOf(event.content_block.type);
        // A tool call is known by its own id everywhere else: its live input is too.
        const blockId = kind === 'tool_input' ? event.content_block.id : this.blockId(event.index);
        if (kind !== null && blockId !== undefined) this.#open = { index: event.index, blockId, kind, sent: 0, pending: '' };
        return;
      }
      case 'content_block_delta': {
        const open = this.#open;
        if (open?.index !== event.index) return;
        open.pending += event.delta.text ?? event.delta.thinking ?? event.delta.partial_json ?? '';
        if (open.pending !== '') this.#timer ??= setTimeout(() => this.#flush(), LIVE_INTERVAL_MS);
        return;
      }
      case 'content_block_stop':
      case 'message_delta':
      case 'message_stop':
        this.drop();
    }
  }

  /** The id of a block of the current message: the same while it is written and when it is whole. */
  blockId(index: number): string {
    return `${this.#messageId ?? 'message'}:${index}`;
  }

  /** Index of the open block when it belongs to that message; null when the message was not streamed. */
  openIndex(messageId: string): number | null {
    return this.#open !== null && this.#messageId === messageId ? this.#open.index : null;
  }

  /** Forgets what is not sent yet: the whole block takes its place, or nobody waits for it any more. */
  drop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#open = null;
  }

  #flush(): void {
    this.#timer = null;
    const open = this.#open;
    if (open === null || open.pending === '' || open.sent >= MAX_LIVE_TEXT) return;
    this.#live({ blockId: open.blockId, kind: open.kind, offset: open.sent, text: open.pending });
    open.sent += open.pending.length;
    open.pending = '';
  }
}

function kindOf(type: string): LivePart['kind'] | null {
  if (type === 'text') return 'text';
  if (type === 'thinking') return 'thinking';
  return type === 'tool_use' ? 'tool_input' : null;
}
