/** The two encodings of OTLP over HTTP: requests into one shape, answers out of it. */
import type { Result } from '#shared/lib/fault.ts';
import { fail, ok } from '#shared/lib/fault.ts';
import { logsMessage, metricsMessage } from './messages.ts';
import { LogsRequest, MetricsRequest } from './schema.ts';
import { readMessage, type Message } from './wire.ts';
import type { ZodType } from 'zod';

export type Encoding = 'json' | 'protobuf';
export const MEDIA: Readonly<Record<Encoding, string>> = { json: 'application/json', protobuf: 'application/x-protobuf' };

/** @returns null for a type that is not taken */
export function encodingOf(contentType: string | undefined): Encoding | null {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  return type === MEDIA.json ? 'json' : type === MEDIA.protobuf ? 'protobuf' : null;
}

/** @returns OTLP_MALFORMED */
export const decodeMetrics = (bytes: Buffer, encoding: Encoding): Result<MetricsRequest> => decode(bytes, encoding, metricsMessage, MetricsRequest);
/** @returns OTLP_MALFORMED */
export const decodeLogs = (bytes: Buffer, encoding: Encoding): Result<LogsRequest> => decode(bytes, encoding, logsMessage, LogsRequest);

function decode<T>(bytes: Buffer, encoding: Encoding, message: Message, schema: ZodType<T>): Result<T> {
  try {
    const parsed = schema.safeParse(encoding === 'json' ? JSON.parse(bytes.toString('utf8')) : readMessage(bytes, message));
    return parsed.success ? ok(parsed.data) : malformed(parsed.error.issues[0]?.message ?? '');
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

const malformed = (why: string): Result<never> => fail('OTLP_MALFORMED', 'The request is not OTLP.', { why: why.slice(0, 300) });

/** The answer to a request that was taken; what was refused of it is said as OTLP's partial success. @param counted name of the count: points or records */
export function accepted(
  encoding: Encoding,
  counted: 'rejectedDataPoints' | 'rejectedLogRecords' | 'rejectedSpans',
  rejected: number,
  message: string,
): Buffer {
  if (rejected === 0) return encoding === 'json' ? Buffer.from('{}') : Buffer.alloc(0);
  if (encoding === 'json') return Buffer.from(JSON.stringify({ partialSuccess: { [counted]: String(rejected), errorMessage: message } }));
  return lengthField(1, Buffer.concat([Buffer.from([0x08]), varint(rejected), lengthField(2, Buffer.from(message))]));
}

/** A refusal: google.rpc.Status. */
export function refusal(encoding: Encoding, message: string): Buffer {
  return encoding === 'json' ? Buffer.from(JSON.stringify({ code: 0, message })) : lengthField(2, Buffer.from(message));
}

const lengthField = (number: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
