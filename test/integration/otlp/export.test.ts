/** The app's own metrics at a collector: what comes in there is what was measured, also when the collector was away. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { decodeMetrics } from '#host/otlp/encoding.ts';
import { valuesOf } from '#host/otlp/histogram.ts';
import { Increments, type Total } from '#metrics/export/request.ts';
import { Sender } from '#metrics/export/sender.ts';
import { Totals } from '#core/analytics/totals.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { until } from '#test/support/core/test-core.ts';

type Seen = { readonly path: string; readonly authorization: string; readonly body: string };
let server: Server | null = null;
let sender: Sender | null = null;
afterEach(async () => {
  await sender?.close(0);
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = sender = null;
});

/** @param answers statuses of the first requests; 200 afterwards */
async function collector(answers: number[] = []): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const status = answers.shift() ?? 200;
      if (status === 200) seen.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', body });
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const totals = new Totals();
const add = (metric: string, kind: Total['kind'], ...values: number[]): void =>
  totals.add(
    values.map((value) => ({ metric, tags: { model: 'opus' }, value, kind })),
    () => kind,
  );

test('increments add up to what was measured, and a sketch keeps its values within one percent', () => {
  const increments = new Increments('1', 1000);
  const told: { sum: number; values: number[]; gauge: number } = { sum: 0, values: [], gauge: 0 };
  const read = (text: string | null): void => {
    for (const { name, sum, gauge, histogram } of unwrap(decodeMetrics(Buffer.from(text ?? '{}'), 'json')).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []) {
      expect(name).toMatch(/^acc\./);
      for (const point of sum?.dataPoints ?? []) told.sum += point.asDouble ?? 0;
      for (const point of gauge?.dataPoints ?? []) told.gauge = point.asDouble ?? 0;
      for (const point of histogram?.dataPoints ?? []) told.values.push(...(valuesOf(point) ?? []));
      expect([sum?.aggregationTemporality ?? 'delta', histogram?.aggregationTemporality ?? 'delta']).toEqual(['delta', 'delta']);
    }
  };
  add('spent', 'counter', 1, 2.5);
  add('level', 'gauge', 4, 3);
  add('took', 'distribution', 0, 5, 100, 101, 90_000);
  read(increments.take(totals.all(), 2000));
  add('spent', 'counter', 4);
  add('took', 'distribution', 5, 7);
  read(increments.take(totals.all(), 3000));
  expect(increments.take(totals.all(), 4000)).toBeNull();
  expect(told.sum).toBe(7.5);
  expect(told.gauge).toBe(3);
  const want = [0, 5, 5, 7, 100, 101, 90_000];
  const got = told.values.toSorted((a, b) => a - b);
  expect(got).toHaveLength(want.length);
  for (const [i, value] of want.entries()) expect(Math.abs((got[i] ?? 0) - value)).toBeLessThanOrEqual(value * 0.011);
});

test('a collector that is away, busy or elsewhere gets everything once, in order, when it is back', { timeout: 60_000 }, async () => {
  const { url, seen } = await collector([503, 429, 400]);
  const log: string[] = [];
  sender = new Sender(
    () => ({ endpoint: `${url}/`, headers: { authorization: 'Bearer x' } }),
    (_level, text) => void log.push(text),
    Date.now,
  );
  for (const body of ['first', 'second', 'third']) sender.add(JSON.stringify(body));
  await until('the last', () => seen.length === 2);
  // The first was refused for good, once it was let in at all.
  expect(seen).toEqual(['second', 'third'].map((body) => ({ path: '/v1/metrics', authorization: 'Bearer x', body: JSON.stringify(body) })));
  expect(sender.state).toMatchObject({ sent: 2, dropped: 1, waiting: 0, trouble: null });
  expect(sender.state.lastAt).toBeGreaterThan(Date.now() - 60_000);
  expect(log.length).toBeLessThanOrEqual(4);
});

test('a redirect is not followed, and nothing grows while nobody listens', { timeout: 60_000 }, async () => {
  const { url, seen } = await collector([302]);
  let to = url;
  sender = new Sender(
    () => ({ endpoint: to, headers: { authorization: 'Bearer x' } }),
    () => {},
    Date.now,
  );
  sender.add('"gone"');
  await until('the redirect', () => sender?.state.dropped === 1);
  to = 'http://127.0.0.1:9';
  for (let i = 0; i < 500; i++) sender.add(`"${i}"`);
  expect(sender.state.waiting).toBeLessThanOrEqual(120);
  expect(seen).toEqual([]);
});
