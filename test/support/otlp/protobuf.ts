/**
 * Writes OTLP as Protocol Buffers, by the field numbers of opentelemetry-proto written out here once more: independent of the reader that
 * is under test.
 */
type Json = Readonly<Record<string, unknown>>;
type Writer = (value: unknown) => Buffer;

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
const tag = (field: number, wire: number): Buffer => varint(BigInt((field << 3) | wire));
const block = (field: number, bytes: Buffer): Buffer => Buffer.concat([tag(field, 2), varint(BigInt(bytes.length)), bytes]);

function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return Buffer.concat([tag(field, 1), bytes]);
}
function double(field: number, value: unknown): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(value));
  return Buffer.concat([tag(field, 1), bytes]);
}
const whole = (value: unknown): bigint => BigInt(String(value));
const sint32 = (field: number, value: unknown): Buffer =>
  Buffer.concat([tag(field, 0), varint(BigInt((Number(value) << 1) ^ (Number(value) >> 31)) & 0xffffffffn)]);

const text =
  (field: number): Writer =>
  (value) =>
    block(field, Buffer.from(String(value)));
const number =
  (field: number): Writer =>
  (value) =>
    Buffer.concat([tag(field, 0), varint(whole(value))]);
const flag =
  (field: number): Writer =>
  (value) =>
    Buffer.concat([tag(field, 0), varint(value === true ? 1n : 0n)]);
const fixed =
  (field: number): Writer =>
  (value) =>
    fixed64(field, whole(value));
const real =
  (field: number): Writer =>
  (value) =>
    double(field, value);
const signed =
  (field: number): Writer =>
  (value) =>
    sint32(field, value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const one =
  (field: number, of: Readonly<Record<string, Writer>>): Writer =>
  (value) =>
    block(field, message(of, value as Json));
const many =
  (field: number, of: Readonly<Record<string, Writer>>): Writer =>
  (value) =>
    Buffer.concat(list(value).map((each) => block(field, message(of, each as Json))));
const packed =
  (field: number, write: (value: unknown) => Buffer): Writer =>
  (value) =>
    block(field, Buffer.concat(list(value).map(write)));
const bare = (bytes: Buffer): Buffer => bytes.subarray(1);

function message(of: Readonly<Record<string, Writer>>, value: Json): Buffer {
  return Buffer.concat(Object.entries(value).map(([name, field]) => of[name]?.(field) ?? unknownField()));
}
/** A field that no reader of today knows. */
const unknownField = (): Buffer => block(99, Buffer.from('later'));

const anyValue = { stringValue: text(1), boolValue: flag(2), intValue: number(3), doubleValue: real(4) };
const keyValue = { key: text(1), value: one(2, anyValue) };
const resource = { attributes: many(1, keyValue) };
const scope = { name: text(1), version: text(2) };
const points = {
  attributes: many(7, keyValue),
  startTimeUnixNano: fixed(2),
  timeUnixNano: fixed(3),
  asDouble: real(4),
  asInt: fixed(6),
  flags: number(8),
};
const histogram = {
  attributes: many(9, keyValue),
  startTimeUnixNano: fixed(2),
  timeUnixNano: fixed(3),
  count: fixed(4),
  sum: real(5),
  bucketCounts: packed(6, (value) => bare(fixed64(1, whole(value)))),
  explicitBounds: packed(7, (value) => bare(double(1, value))),
  min: real(11),
  max: real(12),
};
const buckets = { offset: signed(1), bucketCounts: packed(2, (value) => varint(whole(value))) };
const exponential = {
  attributes: many(1, keyValue),
  startTimeUnixNano: fixed(2),
  timeUnixNano: fixed(3),
  count: fixed(4),
  sum: real(5),
  scale: signed(6),
  zeroCount: fixed(7),
  positive: one(8, buckets),
  negative: one(9, buckets),
  min: real(12),
  max: real(13),
};
const metric = {
  name: text(1),
  unit: text(3),
  gauge: one(5, { dataPoints: many(1, points) }),
  sum: one(7, { dataPoints: many(1, points), aggregationTemporality: number(2), isMonotonic: flag(3) }),
  histogram: one(9, { dataPoints: many(1, histogram), aggregationTemporality: number(2) }),
  exponentialHistogram: one(10, { dataPoints: many(1, exponential), aggregationTemporality: number(2) }),
};
const logRecord = { timeUnixNano: fixed(1), body: one(5, anyValue), attributes: many(6, keyValue), observedTimeUnixNano: fixed(11), eventName: text(12) };

/** @param request a metrics or a logs request in its JSON shape */
export const asProtobuf = (request: Json): Buffer =>
  message(
    {
      resourceMetrics: many(1, { resource: one(1, resource), scopeMetrics: many(2, { scope: one(1, scope), metrics: many(2, metric) }) }),
      resourceLogs: many(1, { resource: one(1, resource), scopeLogs: many(2, { scope: one(1, scope), logRecords: many(2, logRecord) }) }),
    },
    request,
  );
