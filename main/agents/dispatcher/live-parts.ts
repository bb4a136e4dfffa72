/** Text that agents are writing now, and what their process trees use: in memory only, replaced by events, bounded. */
import type { LivePart, SessionEvent, SessionGauge } from '#shared/domain/session-event.ts';

/** Characters kept of one block that is being written; what is beyond shows when the block is whole. */
const MAX_BLOCK = 200_000;
const MAX_BLOCKS = 64;

export type Block = { readonly kind: LivePart['kind']; readonly text: string };

export class LiveParts {
  readonly #blocks = new Map<string, Map<string, Block>>();
  readonly #gauges = new Map<string, SessionGauge>();

  /** Adds a part to its block. A part whose beginning was lost is dropped: the next one with offset 0, or the event, shows it whole. */
  add(sessionId: string, part: LivePart): void {
    const blocks = this.#blocks.get(sessionId) ?? new Map<string, Block>();
    const before = blocks.get(part.blockId);
    const have = part.offset === 0 ? '' : (before?.text ?? '');
    if (part.text === '' && part.offset === 0) blocks.delete(part.blockId);
    else if (have.length < part.offset) return;
    else blocks.set(part.blockId, { kind: part.kind, text: (have.slice(0, part.offset) + part.text).slice(0, MAX_BLOCK) });
    while (blocks.size > MAX_BLOCKS) blocks.delete(blocks.keys().next().value ?? '');
    this.#blocks.set(sessionId, blocks);
  }

  /** A whole block, or the end of the run, takes the place of what was being written. */
  settle(sessionId: string, event: SessionEvent): void {
    const blocks = this.#blocks.get(sessionId);
    if (event.kind === 'exited') {
      this.#gauges.delete(sessionId);
      this.#blocks.delete(sessionId);
    } else if (!blocks) return;
    else if (event.kind === 'text' || event.kind === 'thinking') blocks.delete(event.blockId);
    else if (event.kind === 'tool_call') blocks.delete(event.callId);
    else if (event.kind === 'turn_ended') blocks.clear();
  }

  blocks(sessionId: string): ReadonlyMap<string, Block> {
    return this.#blocks.get(sessionId) ?? new Map<string, Block>();
  }

  setGauge(sessionId: string, gauge: SessionGauge): void {
    this.#gauges.set(sessionId, gauge);
  }

  gauge(sessionId: string): SessionGauge | null {
    return this.#gauges.get(sessionId) ?? null;
  }
}
