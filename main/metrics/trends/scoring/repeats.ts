/**
 * Whether the last values are an exact repetition of earlier ones: in a series without noise an edge that came before just so is no news,
 * however rare edges are. Values with noise never pass: near to one another is not enough, and not for so many in a row.
 */

/** Values remembered: two weeks of 5-minute steps. */
const KEPT = 4096;
/** Steps in a row that must have come before, and changes of value among them: a run of equal values is like any other. */
const LENGTH = 48;
const CHANGES = 2;
/** So many steps too, as a share of the time from then to now: flat stretches are like one another at any distance. */
const SHARE = 0.5;
/** What came before from the very first value on may have fewer changes, but not much less than the time from one to the other. */
const SHARE_FROM_START = 0.25;
/** Comparisons for one stretch: beyond them it has too few changes to tell. */
const MOST = 600;

export class Repeats {
  readonly #values = new Float64Array(KEPT);
  /** How many values up to this one are the same. */
  readonly #runs = new Uint32Array(KEPT);
  #n = 0;
  /** Where a run of equal values began that repeated nothing: it is not looked for again at each of its values. */
  #news = -1;

  add(value: number): void {
    const before = this.#n - 1;
    this.#runs[this.#n % KEPT] = before >= 0 && this.#value(before) === value ? this.#run(before) + 1 : 1;
    this.#values[this.#n % KEPT] = value;
    this.#n++;
  }

  /** Do the last values repeat earlier ones? Looked for when asked only. @param width difference up to which two values are the same, @param moved beyond which one has changed */
  found(width: number, moved: number): boolean {
    const last = this.#n - 1;
    const began = this.#n - this.#run(last);
    if (began === this.#news) return false;
    const oldest = Math.max(0, this.#n - KEPT);
    for (let then = last - 1; then >= oldest; then--) {
      if (this.#isRepeat(last, then, oldest, width, moved)) return true;
    }
    if (this.#run(last) >= LENGTH) this.#news = began;
    return false;
  }

  #isRepeat(now: number, then: number, oldest: number, width: number, moved: number): boolean {
    const lag = now - then;
    let back = 0;
    let changes = 0;
    for (let compared = 0; compared < MOST; compared++) {
      if (then - back < oldest) return oldest === 0 && changes > 0 && back >= Math.max(LENGTH, SHARE_FROM_START * lag);
      if (Math.abs(this.#value(now - back) - this.#value(then - back)) > width) return false;
      if (back >= Math.max(LENGTH, SHARE * lag) && changes >= CHANGES) return true;
      // Runs of equal values are compared in one go.
      back += Math.min(this.#run(now - back), this.#run(then - back));
      if (now - back >= oldest && Math.abs(this.#value(now - back + 1) - this.#value(now - back)) > moved) changes++;
    }
    return false;
  }

  #value(index: number): number {
    return this.#values[index % KEPT] ?? 0;
  }

  #run(index: number): number {
    return this.#runs[index % KEPT] ?? 1;
  }
}
