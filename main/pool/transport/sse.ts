/** Server-sent events as they arrive in pieces: fields `event` and `data`, comments and other fields left out. Lines end with LF or CRLF. */
export type SseEvent = { readonly name: string; readonly data: string };

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');

/** What comes is no stream of events this program can take. */
export class BadStream extends Error {}

export class SseReader {
  readonly #most: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a line whose end has not come. */
  #rest: Buffer[] = [];
  #data: string[] = [];
  #name = '';
  /** Bytes held of the event that is not complete. */
  #held = 0;

  /** @param most bytes of one event */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param chunk what came; it may break off in the middle of a line or a character
   * @returns the events it completes
   * @throws {BadStream} when an event is larger than it may be, or not UTF-8
   */
  *read(chunk: Buffer): Generator<SseEvent> {
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      const piece = chunk.subarray(from, to);
      from = to + 1;
      this.#hold(piece.length);
      const line = this.#rest.length > 0 ? Buffer.concat([...this.#rest, piece]) : piece;
      this.#rest = [];
      const event = this.#line(line.at(-1) === CR ? line.subarray(0, -1) : line);
      if (event) yield event;
    }
    if (from < chunk.length) {
      this.#hold(chunk.length - from);
      // A copy: the rest of a small event must not keep a large chunk alive.
      this.#rest.push(Buffer.from(chunk.subarray(from)));
    }
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.#most) throw new BadStream(`An event is larger than ${this.#most} bytes.`);
  }

  #line(line: Buffer): SseEvent | null {
    if (line.length === 0) return this.#complete();
    const colon = line.indexOf(COLON);
    const field = colon < 0 ? line : line.subarray(0, colon);
    const isData = field.equals(DATA);
    if (!isData && !field.equals(EVENT)) {
      this.#held -= line.length;
      return null;
    }
    const value = colon < 0 ? '' : this.#text(line.subarray(line[colon + 1] === SPACE ? colon + 2 : colon + 1));
    if (isData) this.#data.push(value);
    else this.#name = value;
    return null;
  }

  #text(bytes: Buffer): string {
    try {
      return this.#utf8.decode(bytes);
    } catch {
      throw new BadStream('It sent what is not UTF-8.');
    }
  }

  #complete(): SseEvent | null {
    const event = this.#data.length > 0 ? { name: this.#name || 'message', data: this.#data.join('\n') } : null;
    this.#data = [];
    this.#name = '';
    this.#held = 0;
    return event;
  }
}
