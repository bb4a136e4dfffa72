/** Follows one session: the transcript's lines by revision from the store, what is being written now from memory. */
import type { SessionFeed } from '#shared/contract/sessions.ts';
import type { LivePart, SessionGauge } from '#shared/domain/session-event.ts';
import type { Fleet } from '#agents/index.ts';
import type { Store } from '#store/store.ts';
import { Bell, pause } from './bell.ts';

const FLUSH_MS = 40;
const MAX_ITEMS = 500;

type Sent = Map<string, { readonly kind: LivePart['kind']; readonly text: string }>;

export class SessionFeeds {
  readonly #store: Store;
  readonly #live: Fleet['live'];
  readonly #bells = new Map<string, Set<Bell>>();
  readonly #now: () => number;

  constructor(store: Store, fleet: Fleet, now: () => number) {
    this.#store = store;
    this.#live = fleet.live;
    this.#now = now;
    fleet.onSession((id) => {
      for (const bell of this.#bells.get(id) ?? []) bell.ring();
    });
  }

  /** @param since number of the last event the reader has; without it the feed begins at now */
  async *watch(id: string, since: number | undefined, signal: AbortSignal | undefined): AsyncGenerator<SessionFeed, void, void> {
    const bell = new Bell();
    const bells = this.#bells.get(id) ?? new Set<Bell>();
    this.#bells.set(id, bells.add(bell));
    try {
      const { events } = this.#store.events.size(id);
      let cursor = Math.min(since ?? events, events);
      let gauge: SessionGauge | null = null;
      const sent: Sent = new Map();
      for (let first = true; ; first = false) {
        const feed = this.#delta(id, cursor, sent);
        const more = feed.items.length === MAX_ITEMS;
        const news = first || feed.rev > cursor || feed.parts.length > 0 || feed.gauge !== gauge;
        cursor = feed.rev;
        gauge = feed.gauge;
        if (news) yield feed;
        if (more) continue;
        if (news) await pause(FLUSH_MS, signal);
        if (!(await bell.wait(signal))) return;
      }
    } finally {
      bells.delete(bell);
      if (bells.size === 0) this.#bells.delete(id);
    }
  }

  #delta(id: string, cursor: number, sent: Sent): SessionFeed {
    const { events, items: total } = this.#store.events.size(id);
    const items = events > cursor ? this.#store.events.itemsSince(id, cursor, MAX_ITEMS) : [];
    const rev = items.length === MAX_ITEMS ? (items.at(-1)?.rev ?? events) : events;
    return { rev, total, items, parts: this.#parts(id, sent), gauge: this.#live.gauge(id), sentAt: this.#now() };
  }

  /** What each block has more than was sent; a block that is whole now ends with an empty text. */
  #parts(id: string, sent: Sent): LivePart[] {
    const parts: LivePart[] = [];
    const blocks = this.#live.blocks(id);
    for (const [blockId, { kind, text }] of blocks) {
      const before = sent.get(blockId)?.text ?? '';
      if (text === before) continue;
      const offset = text.startsWith(before) ? before.length : 0;
      parts.push({ blockId, kind, offset, text: text.slice(offset) });
      sent.set(blockId, { kind, text });
    }
    for (const [blockId, { kind }] of sent) {
      if (blocks.has(blockId)) continue;
      parts.push({ blockId, kind, offset: 0, text: '' });
      sent.delete(blockId);
    }
    return parts;
  }
}
