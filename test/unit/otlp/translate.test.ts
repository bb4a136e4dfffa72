/** How telemetry is read: bytes, histograms, attributes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain, Privacy } from '#host/otlp/attributes.ts';
import { exponentialValuesOf, valuesOf } from '#host/otlp/histogram.ts';
import { decodeMetrics } from '#host/otlp/encoding.ts';
import { SeriesLimit } from '#host/otlp/series-limit.ts';
import { otlpLimits } from '#host/otlp/limits.ts';
import { Tags } from '#shared/domain/metric.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { asProtobuf } from '../../support/otlp/protobuf.ts';
import { attributes, metricsRequest, point, sum } from '../../support/otlp/requests.ts';

const base = { startTimeUnixNano: '0', timeUnixNano: '1', flags: 0, attributes: [] };

test('any request reads the same from both encodings', () => {
  // JSON has no zero below nothing.
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0);
  const value = fc.oneof(fc.string(), numbers, fc.boolean());
  const made = fc.array(
    fc.record({
      name: fc.string({ minLength: 1 }),
      value: numbers,
      of: fc.dictionary(fc.string(), value),
      at: fc.nat(2 ** 31),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(made, (points) => {
      const request = metricsRequest(points.map(({ name, value: each, of, at }) => sum(name, [point(each, at + 2000, of)])));
      const fromJson = unwrap(decodeMetrics(Buffer.from(JSON.stringify(request)), 'json'));
      expect(unwrap(decodeMetrics(asProtobuf(request), 'protobuf'))).toEqual(fromJson);
    }),
  );
});

test('bytes that are no message are refused, whatever they are', () => {
  const request = asProtobuf(metricsRequest([sum('a', [point(1, 5000, { model: 'opus' })])]));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(request.length), (noise, at) => {
      const spoilt = Buffer.concat([request.subarray(0, at), noise]);
      const read = decodeMetrics(spoilt, 'protobuf');
      if (!read.ok) expect(read.fault.code).toBe('OTLP_MALFORMED');
    }),
    { numRuns: 500 },
  );
});

test('a histogram is told by as many values, between its ends', () => {
  const histogram = { ...base, count: 6, sum: 30, min: 1, max: 12, bucketCounts: [2, 3, 1], explicitBounds: [4, 10] };
  expect(valuesOf(histogram)).toEqual([1, 2.5, 7, 7, 7, 12]);
  expect(valuesOf({ ...histogram, bucketCounts: [2, 3] })).toBeNull();
  expect(valuesOf({ ...histogram, count: 7 })).toBeNull();
  expect(valuesOf({ ...histogram, explicitBounds: [10, 4] })).toBeNull();
  expect(valuesOf({ ...base, count: 1, sum: 3, bucketCounts: [], explicitBounds: [] })).toEqual([3]);
  // 2^0.5 and 2^1.5: the middles of (1, 2] and (2, 4] on their scale.
  const buckets = { offset: 0, bucketCounts: [1, 1] };
  const exponential = exponentialValuesOf({ ...base, count: 3, scale: 0, zeroCount: 1, positive: buckets, negative: { offset: 0, bucketCounts: [] } });
  expect(exponential).toEqual([0, 2 ** 0.5, 2 ** 1.5]);
});

test('a histogram of very many keeps its proportions', () => {
  const values = valuesOf({ ...base, count: 1_000_000, bucketCounts: [900_000, 99_000, 1000], explicitBounds: [10, 20], min: 0, max: 30 }) ?? [];
  expect(values).toHaveLength(otlpLimits.histogramValues);
  expect(values.filter((value) => value <= 10)).toHaveLength(900);
  expect(values.filter((value) => value > 20)).toHaveLength(1);
});

test('nobody can be told from the tags, and one person stays one', () => {
  const labels = (of: Record<string, string>, salt = 'one') => new Privacy(salt).labels(new Map(), plain(decoded(of)));
  const ada = labels({
    'user.email': 'Ada@example.org',
    'user.account_uuid': 'u-1',
    'organization.id': 'o-1',
    model: 'opus',
    note: 'ask ada@example.org',
    'host.name': 'adas',
  });
  expect(Tags.parse(ada.tags)).toEqual({ model: 'opus', note: expect.stringMatching(/^person-/), person: expect.stringMatching(/^person-/) });
  expect(JSON.stringify(ada)).not.toMatch(/example|u-1|o-1|adas/i);
  expect(labels({ 'user.email': 'ada@example.org' }).tags['person']).toBe(ada.tags['person']);
  expect(labels({ 'user.email': 'bob@example.org' }).tags['person']).not.toBe(ada.tags['person']);
  expect(labels({ 'user.email': 'ada@example.org' }, 'two').tags['person']).not.toBe(ada.tags['person']);
});

test('any attributes make tags that may be stored', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ maxLength: 500 }), { maxKeys: 30 }), (of) => {
      Tags.parse(new Privacy('salt').labels(new Map(), new Map(Object.entries(of))).tags);
    }),
  );
});

test('series that were quiet make room, others do not', () => {
  const limit = new SeriesLimit(2);
  expect([limit.admit('a', 0), limit.admit('b', 1000), limit.admit('c', 2000), limit.admit('a', 3000)]).toEqual([true, true, false, true]);
  expect(limit.admit('c', otlpLimits.quietMs + 2000)).toBe(true);
  expect(limit.admit('b', otlpLimits.quietMs + 2000)).toBe(false);
  expect(limit.size).toBe(2);
});

const decoded = (of: Record<string, string>) =>
  unwrap(decodeMetrics(Buffer.from(JSON.stringify({ resourceMetrics: [{ resource: { attributes: attributes(of) } }] })), 'json')).resourceMetrics[0]?.resource
    .attributes ?? [];
