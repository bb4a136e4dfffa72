/** From an event of an agent to an answer: through the store's ledger, metrics.db and the contract, live and by session. */
import { expect, onTestFinished, test } from 'vitest';
import type { Query } from '#shared/domain/query.ts';
import { Query as QuerySchema } from '#shared/domain/query.ts';
import { scene } from '#test/support/core/scene.ts';
import { usage } from '#test/support/core/scripted-host.ts';
import { until } from '#test/support/core/test-core.ts';

const last = (metric: string, more: Partial<Query> = {}): Query => QuerySchema.parse({ metric, range: { kind: 'last', ms: 3_600_000 }, ...more });

test('what an agent uses is an answer a moment later, live and by session', async () => {
  const here = await scene();
  onTestFinished(() => here.remove());
  const { client, host } = here;
  const stop = new AbortController();
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { changed } of await client.analytics.watch({ queries: [last('tokens', { by: ['kind'] })] }, { signal: stop.signal })) {
      for (const { answered } of changed) if (answered.ok && answered.answer.total.value !== null) seen.push(answered.answer.total.value);
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });

  const first = await here.running();
  host.emit(first.sessionId, usage({ inputTokens: 100, outputTokens: 40, cacheReadTokens: 300, costUsd: 0.5 }));
  await until('440 tokens', () => seen.at(-1) === 440);
  host.emit(first.sessionId, usage({ inputTokens: 100, outputTokens: 60, cacheReadTokens: 300, costUsd: 0.75 }));
  await until('460 tokens', () => seen.at(-1) === 460);
  const second = await here.running();
  host.emit(second.sessionId, usage({ inputTokens: 7, outputTokens: 3, costUsd: 0.25 }));
  await until('470 tokens', () => seen.at(-1) === 470);
  stop.abort();
  await watching;

  const { answers } = await client.analytics.query({
    queries: [
      last('cost_usd'),
      last('cost_usd', { by: ['session'] }),
      last('tokens', { where: [{ tag: 'session', op: 'is', values: [second.sessionId] }], by: ['kind'] }),
      last('cache_hit_rate'),
      last('core_rss_bytes', { by: ['session'] }),
    ],
  });
  const [cost, bySession, ofSecond, hits, wrong] = answers.map((each) => (each.ok ? each.answer : each.fault));
  expect(cost).toMatchObject({ unit: 'usd', total: { value: 1, n: 3 } });
  expect(bySession).toMatchObject({
    series: [
      { tags: { session: first.sessionId }, total: { value: 0.75 } },
      { tags: { session: second.sessionId }, total: { value: 0.25 } },
    ],
  });
  expect(ofSecond).toMatchObject({
    total: { value: 10 },
    series: [
      { tags: { kind: 'input' }, total: { value: 7 } },
      { tags: { kind: 'output' }, total: { value: 3 } },
    ],
  });
  expect(hits).toMatchObject({ total: { value: 300 / 407 } });
  expect(wrong).toMatchObject({ code: 'METRIC_NOT_BY_SESSION' });

  const { origins, more } = await client.analytics.origins({ metric: 'cost_usd', from: 0, to: Date.now() + 1000 });
  expect(more).toBe(false);
  expect(origins.map(({ sessionId, value }) => [sessionId, value])).toEqual([
    [second.sessionId, 0.25],
    [first.sessionId, 0.25],
    [first.sessionId, 0.5],
  ]);
  const events = (await client.sessions.events({ id: first.sessionId, after: (origins[2]?.seq ?? 1) - 1, limit: 1 })).events;
  expect(events).toMatchObject([{ event: { kind: 'usage', usage: { costUsd: 0.5 } } }]);
});
