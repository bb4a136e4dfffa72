/**
 * A column of doubles that are no short decimals: each is written as what differs from the one before, bit by bit.
 *
 * T. Pelkonen et al., "Gorilla: a fast, scalable, in-memory time series database", PVLDB 8(12), 2015, §4.1.2: a zero for the same value;
 * else the differing bits, within the last window when they fit (10), or with a new one (11, leading zeros in 6 bits, length in 6 bits).
 */
import type { BitReader, BitWriter } from './bits.ts';

/** Writes the bits of every value; the number of values is not written. */
export function packDoubles(out: BitWriter, values: Float64Array): void {
  const words = new Uint32Array(Float64Array.from(values).buffer);
  let [low, high] = [0, 0];
  let [leading, length] = [64, 0];
  for (let i = 0; i < words.length; i += 2) {
    const lowest = (words[i] ?? 0) ^ low;
    const highest = (words[i + 1] ?? 0) ^ high;
    low = words[i] ?? 0;
    high = words[i + 1] ?? 0;
    if (lowest === 0 && highest === 0) {
      out.bits(0, 1);
      continue;
    }
    const zeros = highest !== 0 ? Math.clz32(highest) : 32 + Math.clz32(lowest);
    const ends = lowest !== 0 ? 31 - Math.clz32(lowest & -lowest) : 63 - Math.clz32(highest & -highest);
    const fits = length > 0 && zeros >= leading && ends >= 64 - leading - length;
    if (fits) out.bits(0b10, 2);
    else {
      [leading, length] = [zeros, 64 - zeros - ends];
      out.bits(0b11, 2);
      out.bits(leading, 6);
      out.bits(length - 1, 6);
    }
    window(out, highest >>> 0, lowest >>> 0, 64 - leading - length, length);
  }
  out.align();
}

/** @throws RangeError on bytes that are no column */
export function unpackDoubles(from: BitReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const words = new Uint32Array(values.buffer);
  let [low, high] = [0, 0];
  let [leading, length] = [64, 0];
  for (let i = 0; i < words.length; i += 2) {
    if (from.bits(1) === 1) {
      if (from.bits(1) === 1) {
        leading = from.bits(6);
        length = from.bits(6) + 1;
      }
      const shift = 64 - leading - length;
      if (shift < 0) throw new RangeError('a sealed chunk holds no column of doubles');
      const [highest, lowest] = unwindow(from, shift, length);
      low ^= lowest;
      high ^= highest;
    }
    words[i] = low;
    words[i + 1] = high;
  }
  from.align();
  return values;
}

/** Writes `length` bits of a 64-bit word that end `shift` bits above its lowest. */
function window(out: BitWriter, high: number, low: number, shift: number, length: number): void {
  // Halves of at most 16 bits keep every step within small integers.
  for (let done = 0; done < length;) {
    const take = Math.min(16, length - done);
    out.bits(slice(high, low, shift + length - done - take, take), take);
    done += take;
  }
}

/** `count` bits of a 64-bit word, the lowest of them at `from`. */
function slice(high: number, low: number, from: number, count: number): number {
  const mask = (1 << count) - 1;
  if (from >= 32) return (high >>> (from - 32)) & mask;
  if (from + count <= 32) return (low >>> from) & mask;
  return ((low >>> from) | (high << (32 - from))) & mask;
}

function unwindow(from: BitReader, shift: number, length: number): [number, number] {
  let [high, low] = [0, 0];
  for (let done = 0; done < length;) {
    const take = Math.min(16, length - done);
    const bits = from.bits(take);
    const at = shift + length - done - take;
    if (at >= 32) high |= bits << (at - 32);
    else {
      low |= bits << at;
      if (at + take > 32) high |= bits >>> (32 - at);
    }
    done += take;
  }
  return [high, low];
}
