/** What the Connections view shows: computed while somebody looks, at most twice a second for all who look, told only when it changed. */
import type { PoolView } from '#shared/contract/connections.ts';
import type { Store } from '#store/store.ts';
import type { HostsRoom } from '../hosts/room.ts';
import { pause } from './bell.ts';

const FLUSH_MS = 500;

export class PoolFeed {
  readonly #store: Store;
  readonly #room: HostsRoom;
  readonly #now: () => number;
  #latest: { readonly view: PoolView; readonly key: string; readonly at: number } | null = null;

  constructor(store: Store, room: HostsRoom, now: () => number) {
    this.#store = store;
    this.#room = room;
    this.#now = now;
  }

  read(): PoolView {
    return this.#look(0).view;
  }

  async *watch(signal: AbortSignal | undefined): AsyncGenerator<PoolView, void, void> {
    let told = '';
    while (!ended(signal)) {
      const { view, key } = this.#look(FLUSH_MS / 2);
      if (key !== told) yield view;
      told = key;
      await pause(FLUSH_MS, signal);
    }
  }

  /** @param freshMs a look this old is still good: many readers are one look */
  #look(freshMs: number): { view: PoolView; key: string } {
    const at = performance.now();
    if (this.#latest && at - this.#latest.at < freshMs) return this.#latest;
    const shown = { strategy: this.#store.settings.get().pool.strategy, ...this.#room.view() };
    this.#latest = { view: { at: this.#now(), ...shown }, key: JSON.stringify(shown), at };
    return this.#latest;
  }
}

const ended = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
