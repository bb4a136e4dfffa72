/** One direction of one connection of the proxy: passes pieces in order, later, slower, changed, or not at all. */
import type { Socket } from 'node:net';

export type Shape = { readonly delayMs: number; readonly bytesPerSecond: number };

const SLICE_MS = 20;

export class Lane {
  readonly #to: Socket;
  readonly #from: Socket;
  readonly #shape: Shape;
  #queue: { readonly piece: Buffer | null; readonly due: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #held = false;
  #corrupt = false;
  #filter: ((piece: Buffer) => Buffer | null) | null = null;

  constructor(from: Socket, to: Socket, shape: Shape) {
    this.#from = from;
    this.#to = to;
    this.#shape = shape;
    from.on('data', (piece: Buffer) => this.#take(piece));
    from.on('end', () => this.#take(null));
    from.on('close', () => this.#timer && clearTimeout(this.#timer));
    to.on('drain', () => this.#held || from.resume());
  }

  /** Everything passes through this first; null keeps a piece back for good. */
  through(filter: ((piece: Buffer) => Buffer | null) | null): void {
    this.#filter = filter;
  }

  hold(): void {
    this.#held = true;
    this.#from.pause();
  }

  go(): void {
    this.#held = false;
    this.#from.resume();
    this.#pass();
  }

  corruptNext(): void {
    this.#corrupt = true;
  }

  #take(given: Buffer | null): void {
    const piece = given && this.#filter ? this.#filter(given) : given;
    if (given && !piece) return;
    if (piece && this.#corrupt) {
      this.#corrupt = false;
      const middle = Math.floor(piece.length / 2);
      piece.writeUInt8(piece.readUInt8(middle) ^ 0x80, middle);
    }
    this.#queue.push({ piece, due: performance.now() + this.#shape.delayMs });
    this.#pass();
  }

  #pass(): void {
    if (this.#held || this.#timer) return;
    const first = this.#queue[0];
    if (!first) return;
    const wait = first.due - performance.now();
    if (wait > 0) return this.#later(wait);
    if (!first.piece) {
      this.#queue = [];
      this.#to.end();
      return;
    }
    const slice = Math.max(1, Math.floor((this.#shape.bytesPerSecond * SLICE_MS) / 1000));
    const now = first.piece.subarray(0, Math.min(first.piece.length, slice));
    const rest = first.piece.subarray(now.length);
    if (rest.length > 0) this.#queue[0] = { piece: rest, due: 0 };
    else this.#queue.shift();
    if (!this.#to.destroyed && !this.#to.write(now)) this.#from.pause();
    if (this.#shape.bytesPerSecond < Infinity) this.#later(SLICE_MS);
    else this.#pass();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pass();
    }, ms);
  }
}
