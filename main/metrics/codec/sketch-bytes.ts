/** A sketch in few bytes: keys and weights as varints. Sum, smallest and largest stand in the row beside it and are not repeated. */
import { Sketch, SketchJson } from '#shared/lib/sketch.ts';
import { BitReader, BitWriter } from './bits.ts';

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

/** @throws RangeError or ZodError when the bytes are not those of a sketch with these ends */
export function sketchFrom(bytes: Uint8Array, row: { readonly sum: number; readonly min: number; readonly max: number }): Sketch {
  const from = new BitReader(bytes);
  const zero = from.varint();
  const flat = (): number[] => Array.from({ length: 2 * from.varint() }, (_, i) => (i === 0 ? unzigzag(from.varint()) : from.varint()));
  const pos = flat();
  const neg = flat();
  return Sketch.fromJSON(SketchJson.parse({ ...row, zero, pos, ...(neg.length > 0 ? { neg } : {}) }));
}
