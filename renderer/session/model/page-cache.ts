/**
 * The window model of a transcript: items are fetched in fixed pages, kept in a bounded LRU, and changed by the feed. Nothing
 * here knows of React or of the wire, so it can be tested as it is.
 *
 *   page   absent ──want──► loading ──fill──► held ──(least recently used, cache full)──► absent
 *                              └──fail──► absent      held ──expire──► old ──want──► loading
 *          in every state an item is replaced only by one of the same or a higher `rev`
 */
import type { IndexedItem } from '#shared/contract/sessions.ts';

export const PAGE_SIZE = 100;
/** Pages kept: 20 × 100 items is several screens each way and stays in the megabytes. */
export const MAX_PAGES = 20;

type Page = { state: 'loading' | 'held' | 'old'; readonly items: Map<number, IndexedItem> };

export class PageCache {
  /** Insertion order is the order of use: the first page is the least recently used one. */
  readonly #pages = new Map<number, Page>();
  readonly #maxPages: number;
  #total: number;

  constructor(total = 0, maxPages = MAX_PAGES) {
    this.#total = total;
    this.#maxPages = maxPages;
  }

  get total(): number {
    return this.#total;
  }

  /** Pages held or on their way; never above the bound by more than the pages of one window. */
  get pages(): number {
    return this.#pages.size;
  }

  /** @returns the item at `index`, or null while its page is not here */
  get(index: number): IndexedItem | null {
    return this.#pages.get(Math.floor(index / PAGE_SIZE))?.items.get(index) ?? null;
  }

  /**
   * Names the pages that have to be fetched so that `from` to `to` (both included) can be drawn, and marks them as loading. The
   * window's pages become the most recently used ones.
   */
  want(from: number, to: number): number[] {
    const missing: number[] = [];
    const last = Math.min(to, this.#total - 1);
    for (let page = Math.floor(Math.max(0, from) / PAGE_SIZE); page * PAGE_SIZE <= last; page++) {
      const known = this.#pages.get(page);
      this.#pages.delete(page);
      if (!known || known.state === 'old') missing.push(page);
      this.#pages.set(page, known?.state === 'old' ? { state: 'loading', items: known.items } : (known ?? { state: 'loading', items: new Map() }));
    }
    this.#evict(Math.floor(Math.max(0, from) / PAGE_SIZE), Math.floor(Math.max(0, last) / PAGE_SIZE));
    return missing;
  }

  /** Puts a fetched page in its place. Items the feed changed while it was under way stay as the feed gave them. */
  fill(page: number, items: readonly IndexedItem[], total: number): void {
    this.#total = Math.max(this.#total, total);
    const known = this.#pages.get(page);
    if (!known) return;
    known.state = 'held';
    for (const item of items) this.#put(known, item);
  }

  /** A page could not be fetched: the next `want` asks for it again. */
  fail(page: number): void {
    const known = this.#pages.get(page);
    if (known?.state !== 'loading') return;
    if (known.items.size === 0) this.#pages.delete(page);
    else known.state = 'old';
  }

  /** What was fetched so far may miss changes: it stays on the screen and is fetched once more when it is wanted next. */
  expire(): void {
    for (const page of this.#pages.values()) page.state = 'old';
  }

  /**
   * Applies changed items of the feed. Items whose page is not here are left out, since a later fetch brings them anyway; a
   * page that starts exactly at the end of what is known is begun, so that a followed transcript needs no fetch for new items.
   */
  change(items: readonly IndexedItem[], total: number): void {
    for (const item of items) {
      const number = Math.floor(item.index / PAGE_SIZE);
      let page = this.#pages.get(number);
      if (!page && item.index % PAGE_SIZE === 0 && item.index >= this.#total) {
        page = { state: 'held', items: new Map() };
        this.#pages.set(number, page);
      }
      if (page) this.#put(page, item);
    }
    this.#total = Math.max(this.#total, total);
  }

  #put(page: Page, item: IndexedItem): void {
    const before = page.items.get(item.index);
    if (!before || before.rev <= item.rev) page.items.set(item.index, item);
  }

  #evict(firstKept: number, lastKept: number): void {
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= this.#maxPages) return;
      if (page < firstKept || page > lastKept) this.#pages.delete(page);
    }
  }
}
