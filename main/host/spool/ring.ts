/** The newest events of one run in memory, so that the usual case (a connected center) never reads the spool file. */

/** One event as it goes over the wire: its number and its JSON text. */
export type Line = { readonly seq: number; readonly json: string };

/** Bounded by count and by characters; the oldest leave first. Numbers are consecutive. */
export class Ring {
  readonly #maxLines: number;
  readonly #maxChars: number;
  #lines: Line[] = [];
  #chars = 0;

  constructor(maxLines = 4096, maxChars = 4 * 1024 * 1024) {
    this.#maxLines = maxLines;
    this.#maxChars = maxChars;
  }

  /** Number of the oldest line held; Infinity when empty. */
  get first(): number {
    return this.#lines[0]?.seq ?? Number.POSITIVE_INFINITY;
  }

  push(line: Line): void {
    this.#lines.push(line);
    this.#chars += line.json.length;
    let drop = 0;
    while (drop < this.#lines.length - 1 && (this.#lines.length - drop > this.#maxLines || this.#chars > this.#maxChars)) {
      this.#chars -= this.#lines[drop]?.json.length ?? 0;
      drop++;
    }
    if (drop > 0) this.#lines.splice(0, drop);
  }

  /** Forgets everything up to and including `seq`. */
  forget(seq: number): void {
    const keep = this.#lines.findIndex((line) => line.seq > seq);
    const gone = keep === -1 ? this.#lines : this.#lines.slice(0, keep);
    for (const line of gone) this.#chars -= line.json.length;
    this.#lines = keep === -1 ? [] : this.#lines.slice(keep);
  }

  /** Up to `maxLines` and about `maxChars` from `seq` on; null when the ring no longer holds `seq`. */
  from(seq: number, maxLines: number, maxChars: number): Line[] | null {
    const first = this.#lines[0];
    if (!first || seq < first.seq) return null;
    const picked: Line[] = [];
    let chars = 0;
    for (let i = seq - first.seq; i < this.#lines.length && picked.length < maxLines && (picked.length === 0 || chars < maxChars); i++) {
      const line = this.#lines[i];
      if (!line) break;
      picked.push(line);
      chars += line.json.length;
    }
    return picked;
  }
}
