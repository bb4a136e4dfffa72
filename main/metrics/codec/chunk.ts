/**
 * A sealed chunk: the samples of one series over a stretch of time, exactly, in about two bytes each.
 *
 *   version (1 byte) · number of samples (varint) · times · form of the values (1 byte) · values
 *
 * Times and values with few decimals are columns of whole numbers; other values are written as what differs from the one before.
 */
import { BitReader, BitWriter } from './bits.ts';
import { packDoubles, unpackDoubles } from './doubles.ts';
import { areWhole, LARGEST, pack, plan, unpack } from './whole-numbers.ts';

const VERSION = 1;
/** Forms of a column. A decimal's number of places stands above them in the byte: value = whole number / 10^places. */
const SAME = 0;
const DECIMAL = 1;
const DOUBLE = 2;
const MOST_PLACES = 9;
/** Bits a sample from which on both forms are tried. */
const LONG = 24;
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_, places) => 10 ** places);

/** Samples of one series in two columns of the same length. */
export type Samples = { readonly at: Float64Array; readonly value: Float64Array };

/**
 * @param samples at least one; every bit of time and value comes back. Sorted times need the fewest bytes.
 */
export function encodeChunk({ at, value }: Samples): Uint8Array {
  if (at.length === 0 || at.length !== value.length) throw new RangeError('a chunk holds at least one sample');
  const out = new BitWriter(64 + at.length * 4);
  out.byte(VERSION);
  out.varint(at.length);
  column(out, at, 0);
  column(out, value, MOST_PLACES);
  return out.done();
}

/** @throws RangeError when the bytes are not those of a chunk */
export function decodeChunk(bytes: Uint8Array): Samples {
  const from = new BitReader(bytes);
  if (from.byte() !== VERSION) throw new RangeError('a sealed chunk of a version this program does not know');
  const count = from.varint();
  // A damaged count must not ask for the whole memory; an empty bit is the least a sample takes but in regular columns.
  if (count === 0 || count > 1e7) throw new RangeError('a sealed chunk with a senseless number of samples');
  return { at: readColumn(from, count), value: readColumn(from, count) };
}

function column(out: BitWriter, values: Float64Array, mostPlaces: number): void {
  const first = values[0] ?? 0;
  if (values.every((value) => Object.is(value, first))) {
    out.byte(SAME);
    out.double(first);
    return;
  }
  const places = placesOf(values, mostPlaces);
  if (places === null) return doubles(out, values);
  const whole = places === 0 ? values : values.map((value) => Math.round(value * (POWERS[places] ?? 1)));
  const planned = plan(whole);
  if (planned.bits > LONG * values.length) {
    const other = new BitWriter(values.length * 9);
    packDoubles(other, values);
    if (other.done().length * 8 < planned.bits) return doubles(out, values);
  }
  out.byte(DECIMAL | (places << 4));
  pack(out, whole, planned);
}

function doubles(out: BitWriter, values: Float64Array): void {
  out.byte(DOUBLE);
  packDoubles(out, values);
}

function readColumn(from: BitReader, count: number): Float64Array {
  const head = from.byte();
  const form = head & 15;
  if (form === SAME) return new Float64Array(count).fill(from.double());
  if (form === DOUBLE) return unpackDoubles(from, count);
  const power = POWERS[head >> 4];
  if (form !== DECIMAL || power === undefined) throw new RangeError('a sealed chunk holds a column this program does not know');
  const values = unpack(from, count);
  if (power > 1) for (let i = 0; i < count; i++) values[i] = (values[i] ?? 0) / power;
  return values;
}

/** Decimal places that tell every value to its last bit; null when they are too many. */
function placesOf(values: Float64Array, most: number): number | null {
  if (areWhole(values)) return 0;
  let places = 0;
  for (const value of values) {
    if (Object.is(value, -0)) return null;
    for (; ; places++) {
      if (places > most) return null;
      const power = POWERS[places] ?? 1;
      const whole = Math.round(value * power);
      if (Math.abs(whole) > LARGEST) return null;
      if (whole / power === value) break;
    }
  }
  // Values that came before a longer one must still be small enough with its places.
  const power = POWERS[places] ?? 1;
  return values.every((value) => Math.abs(value) * power <= LARGEST && !Object.is(Math.round(value * power), -0)) ? places : null;
}

/** Place of the first time at or after `time` in sorted times. */
export function lowerBound(at: Float64Array, time: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
