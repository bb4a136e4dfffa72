/** Bits in a row, the highest first, as the columns of a sealed chunk are written; and varints for what stands before them. */

const GROWTH = 2;
/** Most bits that fit beside a started byte in 31 bits of a small integer. */
const STEP = 23;

/** Writes into a buffer that grows. Varints are only written while no byte is started. */
export class BitWriter {
  #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  /** @param capacity bytes expected */
  constructor(capacity = 2048) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** @param value 0 to 2^count − 1  @param count 0 to 31 */
  bits(value: number, count: number): void {
    if (count > STEP) {
      this.bits(value >>> STEP, count - STEP);
      this.bits(value & ((1 << STEP) - 1), STEP);
      return;
    }
    let held = (this.#held << count) | value;
    let bits = this.#bits + count;
    while (bits >= 8) {
      bits -= 8;
      this.byte(held >>> bits);
      held &= (1 << bits) - 1;
    }
    this.#held = held;
    this.#bits = bits;
  }

  /** @param value a whole number from 0 to 2^53 − 1 */
  wide(value: number): void {
    const high = Math.floor(value / 2 ** 28);
    this.bits(high, 25);
    this.bits(value - high * 2 ** 28, 28);
  }

  byte(value: number): void {
    if (this.#at === this.#bytes.length) {
      const more = new Uint8Array(this.#bytes.length * GROWTH);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#bytes[this.#at++] = value & 0xff;
  }

  /** @param value a whole number from 0 to 2^53 − 1 */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  double(value: number): void {
    const bytes = new Uint8Array(Float64Array.of(value).buffer);
    for (const each of bytes) this.byte(each);
  }

  /** Fills up the byte that was started. */
  align(): void {
    if (this.#bits > 0) this.bits(0, 8 - this.#bits);
  }

  /** What was written so far, whole bytes only. */
  done(): Uint8Array {
    this.align();
    return this.#bytes.slice(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }
}

/** Reads what a `BitWriter` wrote. Every read throws RangeError at the end of the bytes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param count 0 to 31 */
  bits(count: number): number {
    if (count > STEP) {
      const high = this.bits(count - STEP);
      return high * 2 ** STEP + this.bits(STEP);
    }
    while (this.#bits < count) {
      this.#held = (this.#held << 8) | this.byte();
      this.#bits += 8;
    }
    this.#bits -= count;
    const value = this.#held >>> this.#bits;
    this.#held &= (1 << this.#bits) - 1;
    return value;
  }

  /** How many ones stand before the next zero, at most `most`; a zero that ended them is read too. */
  ones(most: number): number {
    let count = 0;
    while (count < most && this.bits(1) === 1) count++;
    return count;
  }

  wide(): number {
    const high = this.bits(25);
    return high * 2 ** 28 + this.bits(28);
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('a sealed chunk ends too early');
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 53) throw new RangeError('a sealed chunk holds a number that is too long');
    }
  }

  double(): number {
    const bytes = Uint8Array.from({ length: 8 }, () => this.byte());
    return new Float64Array(bytes.buffer)[0] ?? 0;
  }

  /** Leaves the byte that was started. */
  align(): void {
    this.#bits = 0;
    this.#held = 0;
  }
}
