/**
 * Protocol Buffers as far as OTLP needs them: reads a message by a table of its fields into the shape OTLP has in JSON, so that both
 * encodings go through one schema. Fields that no table names are skipped, as Protocol Buffers ask for.
 */

/** How a field is read. 64-bit integers become decimal text, as in JSON. */
export type FieldType = 'string' | 'bool' | 'varint' | 'int64' | 'sint32' | 'double' | 'fixed64' | 'sfixed64' | Message;
export type Message = { readonly [number: number]: readonly [name: string, type: FieldType, repeated?: true] };

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** What is not a message of that kind. */
export class WireError extends Error {}

/** @throws {WireError} for what is truncated or not Protocol Buffers */
export function readMessage(bytes: Buffer, message: Message): Record<string, unknown> {
  return read(new Cursor(bytes, 0, bytes.length), message);
}

class Cursor {
  readonly bytes: Buffer;
  readonly end: number;
  at: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('a number is longer than 64 bits');
  }

  /** Moves on by `length` bytes and says where they begin. */
  take(length: number): number {
    if (length > this.end - this.at) throw new WireError('it ends in the middle of a field');
    const begin = this.at;
    this.at += length;
    return begin;
  }

  /** The next bytes as a message or a list of their own. */
  part(): Cursor {
    const length = Number(this.varint());
    const begin = this.take(length);
    return new Cursor(this.bytes, begin, begin + length);
  }

  #byte(): number {
    if (this.at >= this.end) throw new WireError('it ends in the middle of a number');
    return this.bytes[this.at++] ?? 0;
  }
}

function read(cursor: Cursor, message: Message): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  while (cursor.at < cursor.end) {
    const tag = Number(cursor.varint());
    const wire = tag & 7;
    const field = message[tag >>> 3];
    if (!field || tag >>> 3 === 0) {
      skip(cursor, wire);
      continue;
    }
    const [name, type, repeated] = field;
    if (repeated !== true) {
      out[name] = value(cursor, wire, type);
      continue;
    }
    const known = out[name];
    const list: unknown[] = Array.isArray(known) ? known : (out[name] = []);
    // Numbers of a list may come packed into one field.
    if (wire === LENGTH && typeof type === 'string' && type !== 'string') {
      const part = cursor.part();
      while (part.at < part.end) list.push(value(part, wireOf(type), type));
    } else list.push(value(cursor, wire, type));
  }
  return out;
}

function value(cursor: Cursor, wire: number, type: FieldType): unknown {
  if (wire !== wireOf(type)) throw new WireError('a field has another type than it should');
  if (typeof type !== 'string') return read(cursor.part(), type);
  switch (type) {
    case 'string': {
      const { bytes, at, end } = cursor.part();
      return bytes.toString('utf8', at, end);
    }
    case 'bool':
      return cursor.varint() !== 0n;
    case 'varint':
      return Number(cursor.varint());
    case 'int64':
      return BigInt.asIntN(64, cursor.varint()).toString();
    case 'sint32': {
      const zigzag = Number(BigInt.asUintN(32, cursor.varint()));
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    case 'double':
      return jsonDouble(cursor.bytes.readDoubleLE(cursor.take(8)));
    case 'fixed64':
      return cursor.bytes.readBigUInt64LE(cursor.take(8)).toString();
    case 'sfixed64':
      return cursor.bytes.readBigInt64LE(cursor.take(8)).toString();
  }
}

/** JSON has no such numbers: OTLP writes them as text there. */
const jsonDouble = (number: number): number | string => (Number.isFinite(number) ? number : String(number));

function wireOf(type: FieldType): number {
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return FIXED64;
  return typeof type !== 'string' || type === 'string' ? LENGTH : VARINT;
}

function skip(cursor: Cursor, wire: number): void {
  if (wire === VARINT) cursor.varint();
  else if (wire === FIXED64) cursor.take(8);
  else if (wire === LENGTH) cursor.part();
  else if (wire === FIXED32) cursor.take(4);
  else throw new WireError('it is not Protocol Buffers');
}
