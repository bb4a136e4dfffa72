/** The real Claude Code CLI on the scripted model, told by the app's own lines to report here: in JSON and in Protocol Buffers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findClaude, offlineEnv, useClaude } from '#test/support/claude-cli.ts';
import { sessionIn, startTestCore, until, type TestCore } from '#test/support/core/test-core.ts';
import { say } from '#test/support/model/reply.ts';
import { startModel, type Model } from '#test/support/model/server.ts';
import { makeSandbox, type Sandbox } from '#test/support/repos.ts';

const TEST_MS = 180_000;
const cli = findClaude();
const folder = mkdtempSync(path.join(os.tmpdir(), 'acc-otlp-cli-'));
let core: TestCore;
let model: Model;
let box: Sandbox;
let lines: Record<string, string> = {};

beforeAll(async () => {
  process.env['CLAUDE_CONFIG_DIR'] = path.join(folder, 'home', '.claude');
  box = makeSandbox();
  model = await startModel(() => say('All is well.'));
  core = await startTestCore();
  const told = await core.client.analytics.telemetry({});
  lines = Object.fromEntries(told.lines.map((line) => [/^export (\w+)=/.exec(line)?.[1] ?? '', /='(.*)'$/.exec(line)?.[1] ?? '']));
}, TEST_MS);
afterAll(async () => {
  await core.remove();
  await model.close();
  box.close();
  delete process.env['CLAUDE_CONFIG_DIR'];
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const QUICK = { OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_LOGS_EXPORT_INTERVAL: '1000' };

async function run(protocol: string): Promise<number> {
  const env = { ...offlineEnv(model.url, path.join(folder, protocol.replace('/', '-'))), ...lines, ...QUICK, OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
  const child = spawn(cli.found ? cli.path : '', ['-p', 'Say that all is well.'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
}

type Total = { readonly value: number | null; readonly n: number };
async function total(metric: string, source: 'otlp' | null): Promise<Total> {
  const where = source === null ? [] : [{ tag: 'source', op: 'is' as const, values: [source] }];
  const { answers } = await core.client.analytics.query({ queries: [{ metric, aggregate: 'sum', where, range: { kind: 'last', ms: 3_600_000 } }] });
  const first = answers[0];
  if (!first?.ok) throw new Error(JSON.stringify(first));
  return first.answer.total;
}

describe.skipIf(!cli.found)(cli.found ? 'the real CLI' : cli.skip, () => {
  test.each(['http/json', 'http/protobuf'])('a session outside the app that reports over %s counts', { timeout: TEST_MS }, async (protocol) => {
    const before = { tokens: await total('tokens', 'otlp'), sessions: await total('session_started', 'otlp'), cost: await total('api_request_ms', 'otlp') };
    expect(await run(protocol)).toBe(0);
    await until('its tokens', async () => ((await total('tokens', 'otlp')).value ?? 0) > (before.tokens.value ?? 0));
    await until('its start', async () => (await total('session_started', 'otlp')).value === (before.sessions.value ?? 0) + 1);
    await until('its requests', async () => (await total('api_request_ms', 'otlp')).n > before.cost.n);
  });

  test('a session of the app is counted once, also when the settings make it export', { timeout: TEST_MS }, async () => {
    await useClaude(core.client, cli, model.url, folder);
    await core.client.analytics.writeTelemetry({});
    expect((await core.client.analytics.telemetry({})).written).toBe(true);
    const before = { outside: await total('tokens', 'otlp'), all: await total('tokens', null) };
    const repository = await core.client.repositories.add({ path: box.repo({ files: { 'a.txt': 'a\n' } }).path });
    const { sessionId } = await core.client.tasks.create({
      repositoryId: repository.id,
      title: 'Say it',
      text: 'Say that all is well.',
      agent: { kind: 'claude-code', name: '', command: [], model: '' },
    });
    await sessionIn(core.client, sessionId, 'finished');
    await until('its own tokens', async () => ((await total('tokens', null)).value ?? 0) > (before.all.value ?? 0));
    expect((await total('tokens', 'otlp')).value).toBe(before.outside.value);
  });
});
