/** A sketch in few bytes: keys and weights as varints. Sum, smallest and largest stand in the row beside it and are not repeated. */
import { MAX_BUCKETS } from '#shared/lib/sketch-buckets.ts';
import type { Sketch, SketchJson } from '#shared/lib/sketch.ts';
import { BitWriter } from './bits.ts';

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** @param sketch all weights whole */
export function sketchBytes(sketch: Sketch): Uint8Array {
  const { zero, pos, neg = [] } = sketch.toJSON();
  const out = new BitWriter(16 + 2 * (pos.length + neg.length));
  out.varint(zero);
  for (const flat of [pos, neg]) {
    out.varint(flat.length / 2);
    for (let i = 0; i < flat.length; i++) out.varint(i === 0 ? zigzag(flat[0] ?? 0) : (flat[i] ?? 0));
  }
  return out.done();
}

/** Takes a stored sketch apart. Keys go up. */
export type SketchSink = {
  zero(weight: number): void;
  positive(key: number, weight: number): void;
  negative(key: number, weight: number): void;
};

/**
 * Reads a stored sketch without building it: thousands of them make one chart.
 * @throws RangeError when the bytes are not those of a sketch
 */
export function readSketch(bytes: Uint8Array, into: SketchSink): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 54; scale *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a stored sketch ends too early');
      if (byte < 0x80) return value + byte * scale;
      value += (byte - 0x80) * scale;
    }
    throw new RangeError('a stored sketch holds a number that is too long');
  };
  const count = (): number => {
    const keys = varint();
    if (keys > MAX_BUCKETS) throw new RangeError('a stored sketch has too many keys');
    return keys;
  };
  const zero = varint();
  if (zero > 0) into.zero(zero);
  let keys = count();
  for (let i = 0, key = 0; i < keys; i++) {
    key = i === 0 ? unzigzag(varint()) : key + varint();
    into.positive(key, varint());
  }
  keys = count();
  for (let i = 0, key = 0; i < keys; i++) {
    key = i === 0 ? unzigzag(varint()) : key + varint();
    into.negative(key, varint());
  }
}

/**
 * @returns the sketch at rest: merge it with `Sketch.absorb`, or build it with `Sketch.fromJSON`
 * @throws RangeError when the bytes are not those of a sketch
 */
export function sketchAtRest(bytes: Uint8Array, { sum, min, max }: { readonly sum: number; readonly min: number; readonly max: number }): SketchJson {
  const pos: number[] = [];
  const neg: number[] = [];
  let [zero, above, below] = [0, 0, 0];
  readSketch(bytes, {
    zero: (weight) => (zero = weight),
    positive: (key, weight) => {
      pos.push(key - above, weight);
      above = key;
    },
    negative: (key, weight) => {
      neg.push(key - below, weight);
      below = key;
    },
  });
  return neg.length > 0 ? { sum, min, max, zero, pos, neg } : { sum, min, max, zero, pos };
}
