/**
 * A column of whole numbers in few bits: what they have in common is taken out (first value, common divisor), the rest is written as
 * values, differences or differences of differences, whichever is smallest, in a Rice code (quotient in ones, remainder in k bits).
 */
import { BitReader, BitWriter } from './bits.ts';

/** Largest magnitude that keeps differences of differences exact in a double. */
export const LARGEST = 2 ** 50;
/** Quotients from here on are written out instead: an outlier costs 16 + 53 bits. */
const ESCAPE = 16;
/** Stands for k where every rest is zero and nothing is written. */
const ALL_ZERO = 63;

type Order = 0 | 1 | 2;

/** True when every value can go into such a column: whole, within ±2^50, and no negative zero. */
export function areWhole(values: Float64Array): boolean {
  for (const value of values) if (!Number.isInteger(value) || Math.abs(value) > LARGEST || Object.is(value, -0)) return false;
  return true;
}

/** Bits a column will need for each value, about. */
export type Plan = {
  readonly order: Order;
  readonly divisor: number;
  readonly rests: Float64Array;
  readonly low: number;
  readonly k: number;
  readonly bits: number;
};

/** @param values at least one, see `areWhole` */
export function plan(values: Float64Array): Plan {
  const divisor = commonDivisor(values);
  const base = values[0] ?? 0;
  const scaled = new Float64Array(values.length);
  let low = 0;
  for (let i = 0; i < values.length; i++) {
    const each = ((values[i] ?? 0) - base) / divisor;
    scaled[i] = each;
    if (each < low) low = each;
  }
  const flat = costOf(0, restsOf(scaled, 0, low));
  const first = costOf(1, restsOf(scaled, 1, low));
  const second = costOf(2, restsOf(scaled, 2, low));
  const best = second.bits < first.bits ? second : first;
  const chosen = flat.bits < best.bits ? flat : best;
  return { ...chosen, divisor, low };
}

/** Writes a planned column; the number of values is not written. */
export function pack(out: BitWriter, values: Float64Array, planned: Plan = plan(values)): void {
  const { order, divisor, rests, low, k } = planned;
  out.byte((order << 6) | k);
  out.varint(zigzag(values[0] ?? 0));
  out.varint(divisor);
  if (order === 0) out.varint(-low);
  if (order === 2) out.varint(zigzag(((values[1] ?? values[0] ?? 0) - (values[0] ?? 0)) / divisor));
  if (k === ALL_ZERO) return;
  const size = 2 ** k;
  for (let i = order; i < rests.length; i++) {
    const rest = rests[i] ?? 0;
    const quotient = Math.floor(rest / size);
    if (quotient >= ESCAPE) {
      out.bits((1 << ESCAPE) - 1, ESCAPE);
      out.wide(rest);
      continue;
    }
    out.bits((1 << (quotient + 1)) - 2, quotient + 1);
    const remainder = rest - quotient * size;
    if (k <= 28) out.bits(remainder, k);
    else {
      const high = Math.floor(remainder / 2 ** 28);
      out.bits(high, k - 28);
      out.bits(remainder - high * 2 ** 28, 28);
    }
  }
  out.align();
}

/** Reads a column of `count` values, at least one. @throws RangeError on bytes that are no column */
export function unpack(from: BitReader, count: number): Float64Array {
  const head = from.byte();
  const order = head >> 6;
  const k = head & 63;
  if (order > 2 || (k > 52 && k !== ALL_ZERO)) throw new RangeError('a sealed chunk holds no column of whole numbers');
  const base = unzigzag(from.varint());
  const divisor = from.varint();
  const low = order === 0 ? -from.varint() : 0;
  let step = order === 2 ? unzigzag(from.varint()) : 0;
  const values = new Float64Array(count);
  const size = 2 ** k;
  values[0] = base;
  if (order === 2 && count > 1) values[1] = base + step * divisor;
  let at = order === 2 && count > 1 ? step : 0;
  for (let i = order; i < count; i++) {
    const rest = k === ALL_ZERO ? 0 : restFrom(from, k, size);
    if (order === 0) at = low + rest;
    else if (order === 1) at += unzigzag(rest);
    else {
      step += unzigzag(rest);
      at += step;
    }
    values[i] = base + at * divisor;
  }
  if (k !== ALL_ZERO) from.align();
  return values;
}

function restFrom(from: BitReader, k: number, size: number): number {
  const quotient = from.ones(ESCAPE);
  if (quotient === ESCAPE) return from.wide();
  if (k <= 28) return quotient * size + from.bits(k);
  const high = from.bits(k - 28);
  return quotient * size + high * 2 ** 28 + from.bits(28);
}

/** What is left to write of each value under an order; the first `order` entries are told apart. */
function restsOf(scaled: Float64Array, order: Order, low: number): Float64Array {
  const rests = new Float64Array(scaled.length);
  if (order === 0) {
    for (let i = 0; i < scaled.length; i++) rests[i] = (scaled[i] ?? 0) - low;
    return rests;
  }
  let before = scaled[order - 1] ?? 0;
  let step = order === 2 ? before - (scaled[0] ?? 0) : 0;
  for (let i = order; i < scaled.length; i++) {
    const value = scaled[i] ?? 0;
    const difference = value - before;
    rests[i] = zigzag(order === 1 ? difference : difference - step);
    before = value;
    step = difference;
  }
  return rests;
}

/** The k that needs the fewest bits, from how many rests there are of each length. */
function costOf(order: Order, rests: Float64Array): Pick<Plan, 'order' | 'rests' | 'k' | 'bits'> {
  const lengths = new Uint32Array(54);
  const sums = new Float64Array(54);
  let longest = 0;
  for (let i = order; i < rests.length; i++) {
    const rest = rests[i] ?? 0;
    const length = lengthOf(rest);
    lengths[length] = (lengths[length] ?? 0) + 1;
    sums[length] = (sums[length] ?? 0) + rest;
    if (length > longest) longest = length;
  }
  if (longest === 0) return { order, rests, k: ALL_ZERO, bits: 0 };
  let best = { k: 0, bits: Number.POSITIVE_INFINITY };
  for (let k = 0; k <= Math.min(longest, 52); k++) {
    let bits = 0;
    for (let length = 0; length <= longest; length++) {
      const count = lengths[length] ?? 0;
      if (count === 0) continue;
      const quotient = (sums[length] ?? 0) / count / 2 ** k;
      bits += count * (quotient >= ESCAPE ? ESCAPE + 53 : (length > k ? quotient : 0) + 1 + k);
    }
    if (bits < best.bits) best = { k, bits };
  }
  return { order, rests, ...best };
}

const lengthOf = (value: number): number => (value < 2 ** 31 ? 32 - Math.clz32(value) : Math.floor(Math.log2(value)) + 1);
const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** The largest number every distance from the first value is a multiple of; 1 when there is none. */
function commonDivisor(values: Float64Array): number {
  const base = values[0] ?? 0;
  let divisor = 0;
  for (let i = 1; i < values.length && divisor !== 1; i++) {
    let rest = Math.abs((values[i] ?? 0) - base);
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor === 0 ? 1 : divisor;
}
