/** From a POST at a real agent host to a figure at the core. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsRequest, logsRequest, point, record, sum } from '../../support/otlp/requests.ts';
import { asProtobuf } from '../../support/otlp/protobuf.ts';
import { startTestCore, until, type TestCore } from '../../support/core/test-core.ts';

let core: TestCore;
let home: string;
let endpoint = '';
let token = '';
const now = Date.now();

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'acc-otlp-'));
  process.env['CLAUDE_CONFIG_DIR'] = home;
  core = await startTestCore();
  const told = await core.client.analytics.telemetry({});
  endpoint = told.endpoint ?? '';
  token = /Bearer ([^']+)'/.exec(told.lines.join('\n'))?.[1] ?? '';
}, 120_000);
afterAll(async () => {
  await core.remove();
  delete process.env['CLAUDE_CONFIG_DIR'];
  rmSync(home, { recursive: true, force: true });
});

async function post(at: string, body: object, protobuf = false): Promise<Response> {
  return fetch(`${endpoint}/v1/${at}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': protobuf ? 'application/x-protobuf' : 'application/json' },
    body: protobuf ? new Uint8Array(asProtobuf({ ...body })) : JSON.stringify(body),
  });
}
const taken = async (at: string, body: object, protobuf = false): Promise<void> =>
  void (await until('the receiver to take it', async () => (await post(at, body, protobuf)).status === 200));

async function total(metric: string, where: Record<string, string> = {}): Promise<number | null> {
  const filters = Object.entries({ source: 'otlp', ...where }).map(([tag, value]) => ({ tag, op: 'is' as const, values: [value] }));
  const query = { metric, where: filters, by: [], range: { kind: 'between' as const, from: now - 3_600_000, to: now + 3_600_000 } };
  const { answers } = await core.client.analytics.query({ queries: [query] });
  const first = answers[0];
  if (!first?.ok) throw new Error(JSON.stringify(first));
  return first.answer.total.value;
}

const tokens = (type: string, value: number, at = now) => point(value, at, { type, model: 'opus', 'session.id': 'outside-1', 'user.email': 'ada@example.org' });

test('tokens of an outside session are counted once, in either encoding, with the source that says so', async () => {
  await taken('metrics', metricsRequest([sum('claude_code.token.usage', [tokens('input', 100), tokens('cacheRead', 40)])]));
  await taken('metrics', metricsRequest([sum('claude_code.token.usage', [tokens('input', 11, now + 1)])]), true);
  await until('the tokens', async () => (await total('tokens')) === 151);
  expect(await total('tokens', { kind: 'input' })).toBe(111);
  expect(await total('tokens', { kind: 'cache_read' })).toBe(40);
  expect(await total('tokens', { model: 'opus' })).toBe(151);
});

test('a request that is sent again is not counted again', async () => {
  const request = metricsRequest([sum('claude_code.cost.usage', [point(0.25, now, { model: 'opus' })])]);
  await taken('metrics', request);
  await taken('metrics', request);
  await taken('metrics', metricsRequest([sum('claude_code.cost.usage', [point(0.5, now + 5, { model: 'opus' })])]));
  await until('the cost', async () => (await total('cost_usd')) === 0.75);
});

test('a counter that only grows becomes what it grew by, also when it began again', async () => {
  const at = [10, 15, 15, 4, 6];
  for (const [i, value] of at.entries()) {
    const start = i < 3 ? now - 60_000 : now - 5000;
    await taken('metrics', metricsRequest([sum('claude_code.commit.count', [point(value, now - 4000 + i, {}, start)], 2)]));
  }
  await until('the commits', async () => (await total('commits')) === 21);
});

test('events tell durations and lengths, never a text', async () => {
  await taken(
    'logs',
    logsRequest([
      record('api_request', now, { model: 'opus', duration_ms: '1200', cost_usd: '0.02', input_tokens: '5' }),
      record('tool_result', now, { tool_name: 'Bash', success: 'true', duration_ms: '30' }),
      record('user_prompt', now, { prompt_length: '17', prompt: 'a secret plan of ada@example.org' }),
    ]),
  );
  await until('the tool call', async () => (await total('tool_call', { tool: 'Bash', outcome: 'ok' })) === 1);
  const { values } = await core.client.analytics.tagValues({
    metric: 'tokens',
    tag: 'person',
    range: { kind: 'between' as const, from: now - 3_600_000, to: now + 3_600_000 },
  });
  expect(values.filter((value) => value !== '')).toEqual([expect.stringMatching(/^person-[0-9a-f]{12}$/)]);
  const { globSync, readFileSync } = await import('node:fs');
  const kept = globSync('**/*', { cwd: core.dataDir, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of kept) {
    const bytes = readFileSync(path.join(entry.parentPath, entry.name));
    expect([entry.name, bytes.includes('ada@example.org'), bytes.includes('secret plan')]).toEqual([entry.name, false, false]);
  }
});
