/**
 * All timers of the pool on one wake-up of the process: beats, deadlines, lifetimes, idle times, backoff.
 *
 * A hashed wheel (G. Varghese, A. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 6): a timer hangs in the list of slot
 * `tick mod SLOTS`, so adding and cancelling cost the same whatever the number of timers. A timer more than one turn away (10 s) is
 * passed over once a turn. The process sleeps until the next slot that holds something, not from tick to tick.
 *
 *             after()                     its tick is reached
 *   (none) ───────────► hanging in a slot ───────────────────► fired
 *                              │ cancel()                        (cancel() does nothing any more)
 *                              └──────────► cancelled
 */
import { monotonic, type Clock } from './clock.ts';

/** Resolution in milliseconds. A timer is never early and at most this late, besides the delay of the event loop. */
export const TICK_MS = 20;
const SLOTS = 512;

export type Timer = {
  /** True until it has fired or was cancelled. */
  readonly pending: boolean;
  cancel(): void;
};

export class Wheel {
  readonly #clock: Clock;
  /** Timers that have not fired; the timers themselves count down. */
  readonly #hanging: Hanging = { timers: 0 };
  readonly #slots: Entry[] = Array.from({ length: SLOTS }, () => new Entry(this.#hanging, null, 0, 0));
  /** The last tick that was worked off. */
  #tick: number;
  #made = 0;
  #wakeTick = Number.POSITIVE_INFINITY;
  #unwake: (() => void) | null = null;
  #closed = false;
  #working = false;

  /** @param clock the process's, unless a test brings its own; it does not keep the process alive */
  constructor(clock: Clock = monotonic({ unref: true })) {
    this.#clock = clock;
    this.#tick = Math.floor(clock.now() / TICK_MS);
  }

  /** Timers that have not fired. */
  get size(): number {
    return this.#hanging.timers;
  }

  /**
   * Calls `action` once, `ms` from now or up to one tick later. What is due at the same tick goes in the order it was added.
   * @param ms 0 or more; never in this turn of the loop
   */
  after(ms: number, action: () => void): Timer {
    const due = Math.max(this.#tick + 1, Math.ceil((this.#clock.now() + Math.max(0, ms)) / TICK_MS));
    const entry = new Entry(this.#hanging, action, due, this.#made++);
    this.#slot(due).append(entry);
    this.#hanging.timers++;
    if (this.#closed) entry.cancel();
    else if (due < this.#wakeTick && !this.#working) this.#wakeAt(due);
    return entry;
  }

  /** Forgets all timers and takes no more. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#slots) while (slot.next !== slot) slot.next.cancel();
    this.#unwake?.();
    this.#unwake = null;
  }

  #slot(tick: number): Entry {
    return this.#slots[tick % SLOTS] as Entry;
  }

  /** Works off every tick up to now: after a stall of the process all of them, each timer once, in the order they were due. */
  readonly #work = (): void => {
    this.#unwake = null;
    this.#wakeTick = Number.POSITIVE_INFINITY;
    // A clock that went back changes nothing: the wheel stands until it has caught up.
    const now = Math.max(this.#tick, Math.floor(this.#clock.now() / TICK_MS));
    const due: Entry[] = [];
    const first = Math.max(this.#tick + 1, now - SLOTS + 1);
    for (let tick = first; tick <= now; tick++) {
      const slot = this.#slot(tick);
      for (let entry = slot.next; entry !== slot; entry = entry.next) if (entry.tick <= now) due.push(entry);
    }
    this.#tick = now;
    this.#working = true;
    for (const entry of due.toSorted((a, b) => a.tick - b.tick || a.made - b.made)) run(entry.take());
    this.#working = false;
    this.#sleep();
  };

  #sleep(): void {
    if (this.#closed || this.#hanging.timers === 0) return;
    for (let tick = this.#tick + 1; tick <= this.#tick + SLOTS; tick++) {
      const slot = this.#slot(tick);
      if (slot.next !== slot) return this.#wakeAt(tick);
    }
  }

  #wakeAt(tick: number): void {
    this.#unwake?.();
    this.#wakeTick = tick;
    this.#unwake = this.#clock.wake(Math.max(0, tick * TICK_MS - this.#clock.now()), this.#work);
  }
}

/** A timer's action that throws must not take the others with it: it ends like one thrown in a timer of the process. */
function run(action: (() => void) | null): void {
  try {
    action?.();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

type Hanging = { timers: number };

/** A timer in the ring of its slot, and what its maker holds; a slot's own entry is the ring's head. */
class Entry implements Timer {
  readonly #hanging: Hanging;
  #action: (() => void) | null;
  readonly tick: number;
  readonly made: number;
  next: Entry = this;
  #before: Entry = this;

  constructor(hanging: Hanging, action: (() => void) | null, tick: number, made: number) {
    this.#hanging = hanging;
    this.#action = action;
    this.tick = tick;
    this.made = made;
  }

  get pending(): boolean {
    return this.#action !== null;
  }

  cancel(): void {
    this.take();
  }

  /** Takes it out of its ring. @returns what is to be done; null when it has fired or was cancelled before */
  take(): (() => void) | null {
    const action = this.#action;
    if (action === null) return null;
    this.#action = null;
    this.#hanging.timers--;
    this.#before.next = this.next;
    this.next.#before = this.#before;
    this.next = this.#before = this;
    return action;
  }

  append(entry: Entry): void {
    entry.#before = this.#before;
    entry.next = this;
    this.#before.next = entry;
    this.#before = entry;
  }
}
