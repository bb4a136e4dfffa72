/** Analytics through the contract: who may do what, dashboards, live answers, and a core that rests. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Query } from '#shared/domain/query.ts';
import { drained, numbers } from '#test/support/analytics/drained.ts';
import { scene, type Scene } from '#test/support/core/scene.ts';
import { usage } from '#test/support/core/scripted-host.ts';
import { until } from '#test/support/core/test-core.ts';

let at: Scene;
afterEach(() => at.remove());

const hour = { kind: 'last', ms: 3_600_000 } as const;
const ask = (metric: string, more: object = {}): Query => Query.parse({ metric, range: hour, ...more });

test('a viewer asks whatever it likes and changes nothing', async () => {
  at = await scene();
  const viewer = at.clientOf('viewer');
  const { metrics } = await viewer.analytics.catalogue({});
  expect(metrics.find(({ name }) => name === 'success_rate')).toMatchObject({
    unit: 'ratio',
    inputs: ['session_ended'],
    formula: expect.stringContaining('÷'),
  });
  const { answers } = await viewer.analytics.query({
    queries: [ask('tokens'), ask('success_rate'), { ...ask('tokens'), range: { kind: 'between', from: 2, to: 1 } }],
  });
  // Nothing was measured: that is not zero.
  expect(answers).toMatchObject([
    { ok: true, answer: { total: { value: null, n: 0 }, series: [] } },
    { ok: true, answer: { total: { value: null, n: 0, minimum: 5 } } },
    { ok: false, fault: { code: 'METRICS_BAD_RANGE' } },
  ]);
  const [fleet] = (await viewer.analytics.dashboards({})).dashboards;
  expect((await viewer.analytics.ingest({})).seriesLimit).toBeGreaterThan(0);
  expect(await viewer.analytics.seen({ ms: [12, 15] })).toEqual({});
  expect((await viewer.analytics.trendOf({ csv: 'timestamp,value\n2026-01-01,1\n2026-01-02,2\n' })).points).toHaveLength(2);
  await expect(viewer.analytics.saveDashboard({ id: 'x', name: 'x', range: hour, compare: null, tiles: [] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(viewer.analytics.removeDashboard({ id: fleet?.id ?? '' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('four dashboards are there at first, each query of theirs can be answered; what is changed and removed stays so over a restart', async () => {
  at = await scene();
  const { dashboards } = await at.client.analytics.dashboards({});
  expect(dashboards.map(({ name }) => name)).toEqual(['Fleet', 'Cost', 'Quality', 'This app']);
  for (const { tiles, range } of dashboards) {
    const queries = tiles.flatMap((tile) => tile.queries.map((query) => ({ ...query, range })));
    const { answers } = await at.client.analytics.query({ queries });
    expect(answers.filter((each) => !each.ok)).toEqual([]);
    // No tile lies on another.
    const cells = tiles.flatMap(({ x, y, w, h }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`));
    expect(new Set(cells).size).toBe(cells.length);
  }
  const [fleet, cost] = dashboards;
  if (!fleet || !cost) throw new Error('no dashboards');
  await at.client.analytics.removeDashboard({ id: cost.id });
  await at.client.analytics.saveDashboard({ ...fleet, name: 'Mine' });
  await expect(at.client.analytics.removeDashboard({ id: cost.id })).rejects.toMatchObject({ code: 'DASHBOARD_NOT_FOUND' });
  const again = await at.reopen();
  expect((await again.client.analytics.dashboards({})).dashboards.map(({ name }) => name)).toEqual(['Mine', 'Quality', 'This app']);
  await again.close();
});

test('live answers: all at first, then those alone that became others', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.emit(sessionId, usage({ inputTokens: 5, outputTokens: 5, costUsd: 1 }));
  await at.client.analytics.ingest({});
  await until('the ledger', () => drained(at.dataDir));
  const stop = new AbortController();
  const told: number[][] = [];
  const watching = (async () => {
    const queries = [ask('cost_usd'), { ...ask('tokens'), range: { kind: 'between' as const, from: 0, to: 1000 } }];
    for await (const { changed } of await at.client.analytics.watch({ queries }, { signal: stop.signal })) told.push(changed.map(({ index }) => index));
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  await until('the first answers', () => told.length === 1);
  expect(told[0]).toEqual([0, 1]);
  at.host.emit(sessionId, usage({ inputTokens: 9, outputTokens: 5, costUsd: 2 }));
  await until('the second', () => told.length === 2);
  expect(told[1]).toEqual([0]);
  stop.abort();
  await watching;
});

test('a core nobody asks and in which nothing runs opens no database; what was measured meanwhile is told later', async () => {
  at = await scene();
  await at.client.system.info({});
  expect(existsSync(path.join(at.dataDir, 'metrics.db'))).toBe(false);
  const { answers } = await at.client.analytics.query({
    queries: [ask('rpc_ms', { where: [{ tag: 'procedure', op: 'is', values: ['system.info'] }], aggregate: 'count' })],
  });
  expect(answers).toMatchObject([{ ok: true, answer: { total: { value: 1 } } }]);
});

test('a clock that is set back by a day loses nothing of the ledger', async () => {
  let shift = 0;
  at = await scene({ now: () => Date.now() + shift });
  at.host.at = () => Date.now() + shift;
  const { sessionId } = await at.running();
  at.host.emit(sessionId, usage({ inputTokens: 1, outputTokens: 0, costUsd: 1 }));
  shift = -86_400_000;
  at.host.emit(sessionId, usage({ inputTokens: 3, outputTokens: 0, costUsd: 2 }));
  await at.client.analytics.ingest({});
  await until('the ledger', () => drained(at.dataDir));
  const now = Date.now();
  const range = { kind: 'between' as const, from: now - 2 * 86_400_000, to: now + 86_400_000 };
  const { answers } = await at.client.analytics.query({ queries: [{ ...ask('cost_usd'), range }] });
  expect(answers).toMatchObject([{ ok: true, answer: { total: { value: 2, n: 2 } } }]);
});

test('after a restart nothing is drained again; analytics that were lost are told anew from the ledger', async () => {
  at = await scene();
  const { sessionId } = await at.running();
  at.host.emit(sessionId, usage({ inputTokens: 4, outputTokens: 6, costUsd: 1 }));
  await at.client.analytics.ingest({});
  await until('the ledger', () => drained(at.dataDir));
  const again = await at.reopen();
  const value = async (): Promise<unknown> => (await again.client.analytics.query({ queries: [ask('tokens')] })).answers[0];
  await again.client.analytics.ingest({});
  await until('the ledger', () => drained(at.dataDir));
  expect(await value()).toMatchObject({ answer: { total: { value: 10, n: 2 } } });
  expect(numbers(path.join(at.dataDir, 'metrics.db'), ["select coalesce(sum(n), 0) from counts where what = 'duplicate'"])).toEqual([0]);
  await again.close();
});
