/**
 * One timer for everything that waits in the pool: beats, deadlines, backoff, idle, lifetimes. Setting and taking back cost O(1), whatever
 * the number, and the process sleeps until the next slot that holds something: nothing is done per socket and tick.
 *
 *   slot 0 … 1023, 20 ms each (a round is 20.48 s); what is due in a later round stays in its slot until then
 */
const TICK_MS = 20;
const SLOTS = 1024;

/** What was set. Both are harmless when it has rung or was taken back. */
export type Alarm = { cancel(): void };

type Entry = Alarm & { tick: number; ring: () => void; before: Entry | null; after: Entry | null; slot: number };

export class Wheel {
  readonly #slots: (Entry | null)[] = new Array<Entry | null>(SLOTS).fill(null);
  #size = 0;
  /** Last tick whose slot was emptied. */
  #done = this.#tick();
  #timer: NodeJS.Timeout | null = null;
  #wakeTick = Infinity;

  /** How many are set. */
  get size(): number {
    return this.#size;
  }

  /**
   * Calls `ring` once, no earlier than `ms` from now and normally within 20 ms after it.
   * @param ms milliseconds from now; 0 and less mean the next tick
   */
  after(ms: number, ring: () => void): Alarm {
    if (this.#size === 0) this.#done = this.#tick();
    const tick = Math.max(this.#done + 1, Math.ceil((performance.now() + ms) / TICK_MS));
    const slot = tick % SLOTS;
    const first = this.#slots[slot] ?? null;
    const entry: Entry = { tick, ring, before: null, after: first, slot, cancel: () => this.#take(entry) };
    if (first) first.before = entry;
    this.#slots[slot] = entry;
    this.#size++;
    if (tick < this.#wakeTick) this.#sleepUntil(tick);
    return entry;
  }

  #tick(): number {
    return Math.floor(performance.now() / TICK_MS);
  }

  #take(entry: Entry): void {
    if (entry.slot < 0) return;
    if (entry.before) entry.before.after = entry.after;
    else this.#slots[entry.slot] = entry.after;
    if (entry.after) entry.after.before = entry.before;
    entry.slot = -1;
    entry.before = entry.after = null;
    this.#size--;
    if (this.#size === 0) this.#stop();
  }

  #turn(): void {
    this.#timer = null;
    this.#wakeTick = Infinity;
    const now = this.#tick();
    // After a long sleep one round is enough: every slot is looked at, and what is due is told by its own tick.
    let tick = Math.max(this.#done + 1, now - SLOTS + 1);
    try {
      for (; tick <= now; tick++) {
        this.#done = tick;
        this.#ringSlot(tick % SLOTS, now);
      }
    } finally {
      if (this.#size > 0) this.#sleepUntil(this.#next());
    }
  }

  #ringSlot(slot: number, now: number): void {
    let entry = this.#slots[slot] ?? null;
    while (entry) {
      if (entry.tick > now) {
        entry = entry.after;
        continue;
      }
      this.#take(entry);
      entry.ring();
      // What rang may have set or taken back any other of this slot.
      entry = this.#slots[slot] ?? null;
    }
  }

  /** The next tick whose slot holds anything, within one round. */
  #next(): number {
    for (let ahead = 1; ahead < SLOTS; ahead++) if (this.#slots[(this.#done + ahead) % SLOTS]) return this.#done + ahead;
    return this.#done + SLOTS;
  }

  #sleepUntil(tick: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#wakeTick = tick;
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, tick * TICK_MS - performance.now()));
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wakeTick = Infinity;
  }
}
