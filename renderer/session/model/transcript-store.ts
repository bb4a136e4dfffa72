/**
 * One session's transcript on this page: the window model, the blocks being written and the feed's cursor behind one
 * subscription. The wire is handed in, so that the whole can be tested without one.
 */
import type { IndexedItem, SessionFeed } from '#shared/contract/sessions.ts';
import type { SessionGauge } from '#shared/domain/session-event.ts';
import { applyPart, settle, type LiveBlocks } from './live-parts.ts';
import { PAGE_SIZE, PageCache } from './page-cache.ts';

type FetchItems = (from: number, count: number) => Promise<{ total: number; items: IndexedItem[] }>;

export class TranscriptStore {
  readonly #cache: PageCache;
  readonly #fetch: FetchItems;
  readonly #listeners = new Set<() => void>();
  /** Parent call of each call made by a subagent, and what the subagent of a call was told to do. */
  readonly #parents = new Map<string, string>();
  readonly #titles = new Map<string, string>();
  #blocks: LiveBlocks = [];
  #version = 0;
  /** Cursor to come back to the feed with; null before its first word. */
  rev: number | null = null;
  gauge: SessionGauge | null = null;

  /** @param total items known so far, from the session's row; 0 when unknown */
  constructor(total: number, fetch: FetchItems) {
    this.#cache = new PageCache(total);
    this.#fetch = fetch;
  }

  get total(): number {
    return this.#cache.total;
  }
  get blocks(): LiveBlocks {
    return this.#blocks;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  get(index: number): IndexedItem | null {
    return this.#cache.get(index);
  }

  /** Fetches what is missing of a window; a page that fails is asked for again by the next window that needs it. */
  show(from: number, to: number): void {
    for (const page of this.#cache.want(from, to)) void this.#load(page);
  }

  /** One word of the feed. The first one sets the cursor, so pages fetched before it are fetched once more. */
  apply(feed: SessionFeed): void {
    if (this.rev === null) this.#cache.expire();
    this.rev = feed.rev;
    this.#cache.change(feed.items, feed.total);
    this.#learn(feed.items);
    this.#blocks = settle(
      feed.parts.reduce(applyPart, this.#blocks),
      feed.items.map((one) => one.item),
    );
    this.gauge = feed.gauge ?? this.gauge;
    this.#changed();
  }

  /** The stream broke: blocks in the middle of being written are sent whole again. */
  interrupted(): void {
    this.#blocks = [];
    this.#changed();
  }

  /** @returns how many subagents deep a line was said; 0 for the agent itself, at most 3 */
  depth(parentCallId: string | undefined): number {
    let depth = 0;
    for (let call = parentCallId; call !== undefined && depth < 3; call = this.#parents.get(call)) depth += 1;
    return depth;
  }

  /** @returns what the subagent started by this call was told to do; empty when that line is not here */
  subagentTitle(callId: string): string {
    return this.#titles.get(callId) ?? '';
  }

  async #load(page: number): Promise<void> {
    try {
      const { total, items } = await this.#fetch(page * PAGE_SIZE, PAGE_SIZE);
      this.#cache.fill(page, items, total);
      this.#learn(items);
    } catch {
      this.#cache.fail(page);
    }
    this.#changed();
  }

  #learn(items: readonly IndexedItem[]): void {
    for (const { item } of items) {
      if (item.kind === 'tool' && item.parentCallId !== undefined) this.#parents.set(item.callId, item.parentCallId);
      if (item.kind === 'subagent' && item.callId !== null) this.#titles.set(item.callId, item.title);
    }
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
