/** The receiver's door under requests that are wrong, too large, too many or meant ill; what is right gets in. */
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Privacy } from '#host/otlp/attributes.ts';
import { OtlpIntake } from '#host/otlp/intake.ts';
import { otlpLimits } from '#host/otlp/limits.ts';
import { openReceiver, type Receiver } from '#host/otlp/receiver.ts';
import { fixedToken } from '#host/server/tokens.ts';
import type { TelemetryPoint } from '#shared/domain/telemetry.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { asProtobuf } from '../../support/otlp/protobuf.ts';
import { gauge, logsRequest, metricsRequest, point, record, sum } from '../../support/otlp/requests.ts';

const TOKEN = 'a-token-that-is-long-enough-for-anybody';
const now = Date.now();
let open: Receiver | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

type Setup = { readonly url: string; readonly points: TelemetryPoint[]; busy: string | null; hold: Promise<void> | null };
async function receiver(): Promise<Setup> {
  const setup: Setup & { url: string } = { url: '', points: [], busy: null, hold: null };
  const streams = {
    add: async (_key: string, points: readonly TelemetryPoint[]) => {
      await setup.hold;
      for (const each of points) setup.points.push(each);
    },
  };
  const intake = new OtlpIntake(streams, new Privacy('salt'.repeat(8)), Date.now);
  open = unwrap(await openReceiver({ address: '127.0.0.1', port: 0, tokens: fixedToken(TOKEN), intake, busy: () => setup.busy }));
  setup.url = `http://127.0.0.1:${open.port}`;
  return setup;
}

type Sent = { readonly path?: string; readonly headers?: Record<string, string>; readonly method?: string };
const send = (url: string, body: string | Buffer, { path = '/v1/metrics', headers = {}, method = 'POST' }: Sent = {}): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
const tokens = (value: number | string, at = now) => metricsRequest([sum('claude_code.token.usage', [point(value, at, { type: 'input' })])]);
const text = (request: object): string => JSON.stringify(request);

test('only who shows the token gets an answer to anything', async () => {
  const { url, points } = await receiver();
  for (const authorization of ['', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
    for (const path of ['/v1/metrics', '/v1/logs', '/nothing'])
      expect((await send(url, text(tokens(1)), { path, headers: { authorization } })).status).toBe(401);
  }
  expect(points).toEqual([]);
  expect((await send(url, text(tokens(1)))).status).toBe(200);
  expect(points).toHaveLength(1);
});

test('what is no telemetry is refused with the status that says why', async () => {
  const { url, points } = await receiver();
  const cases: [string, number, string | Buffer, Sent][] = [
    ['no such path', 404, '{}', { path: '/v1/profiles' }],
    ['not sent with POST', 405, '', { method: 'GET' }],
    ['another type', 415, '{}', { headers: { 'content-type': 'text/plain' } }],
    ['another packing', 415, '{}', { headers: { 'content-encoding': 'br' } }],
    ['no JSON', 400, '{"resourceMetrics": [', {}],
    ['not an object', 400, '[]', {}],
    ['the wrong shape', 400, '{"resourceMetrics": "many"}', {}],
    ['no gzip', 400, 'plain', { headers: { 'content-encoding': 'gzip' } }],
    ['half a gzip', 400, gzipSync(text(tokens(1))).subarray(0, 40), { headers: { 'content-encoding': 'gzip' } }],
    ['half a message', 400, asProtobuf(tokens(1)).subarray(0, 30), { headers: { 'content-type': 'application/x-protobuf' } }],
    ['JSON as Protocol Buffers', 400, text(tokens(1)), { headers: { 'content-type': 'application/x-protobuf' } }],
  ];
  for (const [what, status, body, sent] of cases) expect([what, (await send(url, body, sent)).status]).toEqual([what, status]);
  expect(points).toEqual([]);
});

test('a body that is too large is refused as it comes, and one that only becomes so as it is unpacked', async () => {
  const { url, points } = await receiver();
  // 1 GiB of nothing in 1 MiB.
  const bomb = Buffer.concat(Array.from({ length: 1024 }, () => gzipSync(Buffer.alloc(1024 * 1024))));
  const before = process.memoryUsage().arrayBuffers;
  expect(bomb.length).toBeLessThan(otlpLimits.wireBytes);
  expect((await send(url, bomb, { headers: { 'content-encoding': 'gzip' } })).status).toBe(413);
  expect((await send(url, Buffer.alloc(otlpLimits.wireBytes + 1, 32))).status).toBe(413);
  // Without a length, chunk by chunk.
  const status = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(
      `${url}/v1/metrics`,
      { method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } },
      (response) => resolve(response.statusCode ?? 0),
    );
    request.on('error', reject);
    for (let i = 0; i <= 5; i++) request.write(Buffer.alloc(1024 * 1024, 32));
    request.end();
  });
  expect(status).toBe(413);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024);
  expect(points).toEqual([]);
  expect((await send(url, gzipSync(text(tokens(1))), { headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
  expect(points).toHaveLength(1);
});

test('points that cannot be believed are counted as rejected, the others are taken', async () => {
  const { url, points } = await receiver();
  const year = 366 * 86_400_000;
  const request = metricsRequest([
    sum('claude_code.token.usage', [point(5, now), point('NaN', now), point('Infinity', now), point(-1, now), point(1, now - year), point(1, now + year)]),
    sum('claude_code.commit.count', [point(1, now)], 0),
    sum('claude_code.queue', [point(1, now)], 1, false),
    gauge('load', [point(-0.5, now)]),
  ]);
  const answer = await send(url, text(request));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedDataPoints: '7', errorMessage: '2 × not a number, 1 × negative counter, 1 × too old, 1 × in the future, 2 × temporality' },
  });
  expect(points.map(({ metric, kind }) => [metric, kind])).toEqual([
    ['claude_code.token.usage', 'delta'],
    ['load', 'gauge'],
  ]);
  const inBytes = await send(url, asProtobuf(metricsRequest([sum('a', [point(-1, now)])])), { headers: { 'content-type': 'application/x-protobuf' } });
  // ExportMetricsServiceResponse { partial_success { rejected_data_points: 1, error_message: "1 × negative counter" } }
  const message = Buffer.from('1 × negative counter');
  expect(Buffer.from(await inBytes.arrayBuffer())).toEqual(Buffer.concat([Buffer.from([0x0a, message.length + 4, 0x08, 1, 0x12, message.length]), message]));
});

test('traces are taken and left out', async () => {
  const { url, points } = await receiver();
  expect((await send(url, '{"resourceSpans":[]}', { path: '/v1/traces' })).status).toBe(200);
  expect(points).toEqual([]);
});

test('who comes while there is no room is told when to come again', async () => {
  const setup = await receiver();
  for (const [busy, status] of [
    ['no control center has asked', 503],
    ['the control center is behind', 429],
  ] as const) {
    setup.busy = busy;
    const answer = await send(setup.url, text(tokens(1)));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, String(otlpLimits.retryAfterS)]);
  }
  setup.busy = null;
  let release = (): void => {};
  setup.hold = new Promise((resolve) => (release = resolve));
  const held = Array.from({ length: otlpLimits.requests }, (_, i) => send(setup.url, text(tokens(i + 1))));
  let status = 200;
  for (const end = Date.now() + 20_000; status !== 429 && Date.now() < end;) status = (await send(setup.url, text(tokens(1)), { headers: {} })).status;
  expect(status).toBe(429);
  release();
  expect((await Promise.all(held)).map((answer) => answer.status)).toEqual(held.map(() => 200));
}, 60_000);

test('the same bytes again are one request, also while the first is still being stored', async () => {
  const setup = await receiver();
  let release = (): void => {};
  setup.hold = new Promise((resolve) => (release = resolve));
  const both = [send(setup.url, text(tokens(3))), send(setup.url, gzipSync(text(tokens(3))), { headers: { 'content-encoding': 'gzip' } })];
  setTimeout(release, 100);
  expect((await Promise.all(both)).map((answer) => answer.status)).toEqual([200, 200]);
  expect(setup.points).toHaveLength(1);
});

test('a request that never ends is cut off', async () => {
  const { url } = await receiver();
  const began = Date.now();
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${url}/v1/metrics`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } });
    request.on('error', () => resolve());
    request.on('close', () => resolve());
    request.on('response', (response) => response.resume());
    request.write('{');
  });
  expect(Date.now() - began).toBeLessThan(otlpLimits.requestMs + 20_000);
}, 60_000);

test('a million label values stay a bounded number of series', async () => {
  const { url, points } = await receiver();
  const before = process.memoryUsage().heapUsed;
  let rejected = 0;
  for (let batch = 0; batch < 100; batch++) {
    const many = Array.from({ length: 10_000 }, (_, i) => point(1, now, { label: `v${batch * 10_000 + i}` }));
    const body = gzipSync(text(metricsRequest([sum('wild', many)])), { level: 1 });
    const answer = await send(url, body, { headers: { 'content-encoding': 'gzip' } });
    expect(answer.status).toBe(200);
    rejected += Number(/"rejectedDataPoints":"(\d+)"/.exec(await answer.text())?.[1] ?? 0);
  }
  expect(points).toHaveLength(otlpLimits.series);
  expect(rejected).toBe(1_000_000 - otlpLimits.series);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
  // Series that are known go on.
  expect((await send(url, text(metricsRequest([sum('wild', [point(2, now + 1, { label: 'v5' })])])))).status).toBe(200);
  expect(points).toHaveLength(otlpLimits.series + 1);
}, 180_000);

test('both encodings come to the same points', async () => {
  const { url, points } = await receiver();
  const of = { type: 'input', model: 'opus', 'user.id': 'ada', 'session.id': 's1' };
  const times = { startTimeUnixNano: `${now - 1000}000000`, timeUnixNano: `${now}000000`, attributes: [] };
  const both = metricsRequest([
    sum('claude_code.token.usage', [point(12.5, now, of), { ...times, asInt: '7' }]),
    sum('grows', [point(3, now, of)], 2),
    gauge('level', [point(-2.25, now)]),
    {
      name: 'took',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [{ ...times, count: '4', sum: 10, min: 1, max: 6, bucketCounts: ['1', '2', '1'], explicitBounds: [2, 4] }],
      },
    },
    {
      name: 'fine',
      exponentialHistogram: {
        aggregationTemporality: 1,
        dataPoints: [
          {
            ...times,
            count: '3',
            sum: 7,
            scale: 0,
            zeroCount: '1',
            positive: { offset: -1, bucketCounts: ['1', '1'] },
            negative: { offset: 0, bucketCounts: [] },
          },
        ],
      },
    },
  ]);
  const logs = logsRequest([record('api_request', now, { model: 'opus', duration_ms: '1200', cost_usd: 0.5 })]);
  for (const [path, request] of [
    ['/v1/metrics', both],
    ['/v1/logs', logs],
  ] as const) {
    points.length = 0;
    expect(await (await send(url, text(request), { path })).text()).toBe('{}');
    const fromJson = points.splice(0);
    expect((await send(url, asProtobuf(request), { path, headers: { 'content-type': 'application/x-protobuf' } })).status).toBe(200);
    expect(points).toEqual(fromJson);
    expect(points.length).toBeGreaterThan(1);
  }
  expect(JSON.stringify(points)).not.toContain('"ada"');
});
