/** The one place where what SQLite returns becomes typed: columns are checked as they are read, JSON columns through zod. */
import type { ZodType } from 'zod';
import { FaultError } from '#shared/lib/fault.ts';

/** What may be bound to a statement. */
export type Param = string | number | null;

/** One row of a result. Every reader throws a FaultError STORE_DAMAGED when the column does not hold what the schema says. */
export class Columns {
  readonly #row: object;
  constructor(row: object) {
    this.#row = row;
  }

  text(name: string): string {
    const value = this.#value(name);
    if (typeof value !== 'string') throw unexpected(name, value);
    return value;
  }
  textOrNull(name: string): string | null {
    return this.#value(name) === null ? null : this.text(name);
  }
  num(name: string): number {
    const value = this.#value(name);
    if (typeof value !== 'number') throw unexpected(name, value);
    return value;
  }
  numOrNull(name: string): number | null {
    return this.#value(name) === null ? null : this.num(name);
  }
  bool(name: string): boolean {
    return this.num(name) !== 0;
  }
  json<T>(name: string, schema: ZodType<T>): T {
    return parseJson(this.text(name), schema, name);
  }
  jsonOrNull<T>(name: string, schema: ZodType<T>): T | null {
    return this.#value(name) === null ? null : this.json(name, schema);
  }
  /** A text column that holds one of a closed set of words. */
  word<T extends string>(name: string, schema: ZodType<T>): T {
    const read = schema.safeParse(this.#value(name));
    if (!read.success) throw unexpected(name, this.#value(name));
    return read.data;
  }

  #value(name: string): unknown {
    return Reflect.get(this.#row, name);
  }
}

function parseJson<T>(text: string, schema: ZodType<T>, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(name, text);
  }
  const read = schema.safeParse(value);
  if (!read.success) throw unexpected(name, text);
  return read.data;
}

function unexpected(name: string, value: unknown): FaultError {
  const seen = typeof value === 'string' ? value.slice(0, 80) : String(value);
  return new FaultError({
    code: 'STORE_DAMAGED',
    message: 'The store holds a row this version cannot read.',
    why: `Column ${name} holds ${JSON.stringify(seen)}.`,
    fix: 'Start the version that wrote it, or put back the newest backup from the folder backups in the data folder.',
  });
}

type NonUndefined<V> = V & ({} | null);
/** How each property of a patch is written to its column. */
export type Codec<T> = { readonly [K in keyof T]-?: Column<NonUndefined<T[K]>> };

type Column<V> = { readonly column: string; readonly write: (value: V) => Param };
export const plain = (column: string): Column<Param> => ({ column, write: (value) => value });
export const asJson = (column: string): Column<unknown> => ({ column, write: (value) => (value === null ? null : JSON.stringify(value)) });
export const asBit = (column: string): Column<boolean> => ({ column, write: (value) => (value ? 1 : 0) });

/** The `set` part of an update from the properties a patch has, with the values to bind. Begins with nothing, ends without comma. */
export function assignments<T extends object>(patch: T, codec: Codec<T>): { sets: string[]; values: Param[] } {
  const sets: string[] = [];
  const values: Param[] = [];
  for (const key in codec) {
    const value = patch[key];
    if (value === undefined) continue;
    sets.push(`${codec[key].column} = ?`);
    values.push(codec[key].write(value));
  }
  return { sets, values };
}
