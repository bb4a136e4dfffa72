/**
 * One run's events on their way to the center: numbered, written to the spool file, then sent, then acknowledged, then forgotten.
 *
 *   append ──► pending ──(batched write)──► durable ──(sent by the connection)──► acknowledged ──► forgotten
 *
 * An event is sent only after it is in the file, so a killed host loses nothing that anybody has seen. A disk that refuses
 * writes is tried again every second; past a bound of what waits meanwhile `onStuck` ends the run, so that memory stays bounded.
 */
import type { FileHandle } from 'node:fs/promises';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import { Ring, type Line } from './ring.ts';
import { openSpoolFile, readSpool, type ReadPlace } from './spool-file.ts';

const MAX_PENDING_CHARS = 64 * 1024 * 1024;
const RETRY_MS = 1000;
/** A file whose events are all acknowledged starts again when it is larger than this, so a long run does not fill the disk. */
const RESTART_BYTES = 8 * 1024 * 1024;
/** What waits for its acknowledgement is counted in pieces of at least this size. */
const PIECE_BYTES = 64 * 1024;

export class EventStream {
  readonly sessionId: string;
  readonly epoch: string;
  readonly #file: string;
  readonly #onDurable: () => void;
  readonly #remove: () => Promise<void>;
  readonly #ring = new Ring();
  #handle: FileHandle | null = null;
  #pending: Line[] = [];
  #pendingChars = 0;
  #bytes = 0;
  #fileFirst: number;
  /** Bytes on disk of the events `first` to `last`, not acknowledged as a whole yet; ascending. */
  #waiting: { readonly first: number; last: number; bytes: number }[] = [];
  #readPlace: ReadPlace | null = null;
  #writing: Promise<void> | null = null;
  #last: number;
  #durable: number;
  #acked: number;
  #ended: boolean;
  #removed = false;
  #stuck = false;
  /** Called once when the disk has refused writes for longer than the bound allows. */
  onStuck: (error: unknown) => void = () => {};

  /** @param recovered what the spool file of an earlier host holds, and whether its last event ended the run */
  constructor(options: {
    sessionId: string;
    epoch: string;
    file: string;
    onDurable: () => void;
    /** Removes the file when nothing of the run is left to keep. */
    remove: () => Promise<void>;
    recovered?: { first: number; last: number; bytes: number; ended: boolean };
  }) {
    this.sessionId = options.sessionId;
    this.epoch = options.epoch;
    this.#file = options.file;
    this.#onDurable = options.onDurable;
    this.#remove = options.remove;
    this.#last = this.#durable = options.recovered?.last ?? 0;
    this.#fileFirst = options.recovered?.first ?? 1;
    this.#bytes = options.recovered?.bytes ?? 0;
    this.#acked = this.#fileFirst - 1;
    this.#ended = options.recovered?.ended ?? false;
    if (this.#bytes > 0) this.#waiting.push({ first: this.#fileFirst, last: this.#last, bytes: this.#bytes });
  }

  /** Number of the last event that is on disk. */
  get durable(): number {
    return this.#durable;
  }
  get acked(): number {
    return this.#acked;
  }
  /** Oldest number that can still be given. */
  get first(): number {
    return Math.min(this.#fileFirst, this.#ring.first);
  }
  /** True once the run's last event was appended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True once everything of the run is acknowledged and its file goes. */
  get removed(): boolean {
    return this.#removed;
  }
  /** About how many bytes on disk are not acknowledged; exact when nothing is. */
  get waitingBytes(): number {
    return this.#waiting.reduce((bytes, { first, last, bytes: whole }) => {
      const left = last - Math.max(first - 1, this.#acked);
      return bytes + Math.round((whole * left) / (last - first + 1));
    }, 0);
  }

  append(event: SessionEvent, at: number): void {
    if (this.#ended) return;
    this.#ended = event.kind === 'exited';
    const numbered: NumberedEvent = { epoch: this.epoch, seq: ++this.#last, at, event };
    const line = { seq: numbered.seq, json: JSON.stringify(numbered) };
    this.#pending.push(line);
    this.#pendingChars += line.json.length;
    this.#writing ??= this.#write();
  }

  /** Lines from `seq` on, durable ones only: from memory, else from the file. */
  async read(seq: number, maxLines: number, maxChars: number): Promise<Line[]> {
    if (seq > this.#durable || this.#removed) return [];
    const held = this.#ring.from(seq, maxLines, maxChars);
    if (held) return held.filter((line) => line.seq <= this.#durable);
    const place = this.#readPlace && this.#readPlace.seq <= seq ? this.#readPlace : null;
    const { lines, next } = await readSpool(this.#file, seq, maxLines, maxChars, place);
    const whole = lines.filter((line) => line.seq <= this.#durable);
    // A batch that is being written may be there in half: the next look begins before it.
    this.#readPlace = whole.length === lines.length ? next : null;
    return whole;
  }

  /** The same without a wait, when memory holds them. */
  peek(seq: number, maxLines: number, maxChars: number): Line[] | null {
    return seq > this.#durable ? [] : this.#ring.from(seq, maxLines, maxChars);
  }

  /** The center has stored everything up to `seq`. @returns true when nothing of this run is left to keep */
  async acknowledge(seq: number): Promise<boolean> {
    this.#acked = Math.max(this.#acked, Math.min(seq, this.#durable));
    this.#ring.forget(this.#acked);
    while (this.#waiting[0] && this.#waiting[0].last <= this.#acked) this.#waiting.shift();
    if (this.#acked < this.#last || this.#removed) return false;
    if (!this.#ended) {
      if (this.#bytes > RESTART_BYTES && this.#writing === null) await this.#restart();
      return false;
    }
    this.#removed = true;
    await this.close();
    await this.#remove();
    return true;
  }

  /** Resolves once everything appended so far is on disk; a disk that refuses is waited for. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Waits until everything appended is on disk (or the disk refuses), then closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
    this.#handle = null;
  }

  /** Counts as a write: what is appended meanwhile waits for it, so that it is not cut off with the rest. */
  async #restart(): Promise<void> {
    this.#bytes = 0;
    this.#readPlace = null;
    this.#fileFirst = this.#last + 1;
    // A file that cannot be cut only stays longer than it has to.
    const cut = this.#handle?.truncate(0).catch(() => {});
    this.#writing = Promise.resolve(cut).then(() => this.#write());
    await this.#writing;
  }

  #count(first: number, bytes: number): void {
    const piece = this.#waiting.at(-1);
    if (piece && piece.bytes < PIECE_BYTES) {
      piece.last = this.#durable;
      piece.bytes += bytes;
    } else this.#waiting.push({ first, last: this.#durable, bytes });
  }

  async #write(): Promise<void> {
    // One turn of the loop gathers what a driver emits in a burst into one write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      // A copy: what is appended during the write belongs to the next batch, not to this one without being in the file.
      const batch = this.#pending.slice();
      let bytes = 0;
      try {
        this.#handle ??= await openSpoolFile(this.#file);
        const text = Buffer.from(`${batch.map((line) => line.json).join('\n')}\n`);
        await this.#handle.appendFile(text);
        bytes = text.length;
        this.#bytes += bytes;
      } catch (error) {
        // A full disk may have taken half a line: cut back to the last whole batch before the next try.
        await this.#handle?.truncate(this.#bytes).catch(() => {});
        if (this.#pendingChars > MAX_PENDING_CHARS && !this.#stuck) {
          this.#stuck = true;
          this.onStuck(error);
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
        continue;
      }
      this.#pending = this.#pending.slice(batch.length);
      for (const line of batch) {
        this.#pendingChars -= line.json.length;
        this.#ring.push(line);
      }
      this.#durable = batch.at(-1)?.seq ?? this.#durable;
      this.#count(batch[0]?.seq ?? this.#durable, bytes);
      this.#onDurable();
    }
    this.#writing = null;
  }
}
