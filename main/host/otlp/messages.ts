/** The messages of opentelemetry-proto 1.x that are read, by field number. What is left out here is skipped: exemplars, traces, nested values. */
import type { Message } from './wire.ts';

const anyValue: Message = { 1: ['stringValue', 'string'], 2: ['boolValue', 'bool'], 3: ['intValue', 'int64'], 4: ['doubleValue', 'double'] };
const keyValue: Message = { 1: ['key', 'string'], 2: ['value', anyValue] };
const resource: Message = { 1: ['attributes', keyValue, true] };
const scope: Message = { 1: ['name', 'string'], 2: ['version', 'string'] };

const numberPoint: Message = {
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['asDouble', 'double'],
  6: ['asInt', 'sfixed64'],
  7: ['attributes', keyValue, true],
  8: ['flags', 'varint'],
};
const histogramPoint: Message = {
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'fixed64', true],
  7: ['explicitBounds', 'double', true],
  9: ['attributes', keyValue, true],
  10: ['flags', 'varint'],
  11: ['min', 'double'],
  12: ['max', 'double'],
};
const buckets: Message = { 1: ['offset', 'sint32'], 2: ['bucketCounts', 'int64', true] };
const exponentialPoint: Message = {
  1: ['attributes', keyValue, true],
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['scale', 'sint32'],
  7: ['zeroCount', 'fixed64'],
  8: ['positive', buckets],
  9: ['negative', buckets],
  10: ['flags', 'varint'],
  12: ['min', 'double'],
  13: ['max', 'double'],
};
const metric: Message = {
  1: ['name', 'string'],
  3: ['unit', 'string'],
  5: ['gauge', { 1: ['dataPoints', numberPoint, true] }],
  7: ['sum', { 1: ['dataPoints', numberPoint, true], 2: ['aggregationTemporality', 'varint'], 3: ['isMonotonic', 'bool'] }],
  9: ['histogram', { 1: ['dataPoints', histogramPoint, true], 2: ['aggregationTemporality', 'varint'] }],
  10: ['exponentialHistogram', { 1: ['dataPoints', exponentialPoint, true], 2: ['aggregationTemporality', 'varint'] }],
  11: ['summary', { 1: ['dataPoints', {}, true] }],
};
const logRecord: Message = {
  1: ['timeUnixNano', 'fixed64'],
  5: ['body', anyValue],
  6: ['attributes', keyValue, true],
  11: ['observedTimeUnixNano', 'fixed64'],
  12: ['eventName', 'string'],
};

export const metricsMessage: Message = {
  1: ['resourceMetrics', { 1: ['resource', resource], 2: ['scopeMetrics', { 1: ['scope', scope], 2: ['metrics', metric, true] }, true] }, true],
};
export const logsMessage: Message = {
  1: ['resourceLogs', { 1: ['resource', resource], 2: ['scopeLogs', { 1: ['scope', scope], 2: ['logRecords', logRecord, true] }, true] }, true],
};
