/** What facts measure, what is kept out of tags, and how Prometheus reads totals. Pure parts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsOf } from '#core/analytics/exposition.ts';
import { Totals } from '#core/analytics/totals.ts';
import { entries, kindOf } from '#metrics/catalogue/index.ts';
import { Bounds, OTHER } from '#metrics/ingest/bounds.ts';
import { privateTags } from '#metrics/ingest/private.ts';
import { samplesOf } from '#metrics/ingest/samples.ts';
import { CatalogueEntry, Tags } from '#shared/domain/metric.ts';
import { exposition } from '#shared/lib/exposition.ts';

const context = { agent: 'Claude Code', model: 'opus', repository: 'shop', host: 'local', person: 'ada@example.org' };

test('tokens are told by kind; what adds nothing leaves nothing', () => {
  const samples = samplesOf({ kind: 'usage', input: 10, output: 0, cacheRead: 7, cacheWrite: 0, usd: 0.5, turns: 1 }, context);
  expect(samples.map(({ metric, value, tags }) => [metric, value, tags['kind']])).toEqual([
    ['tokens', 10, 'input'],
    ['tokens', 7, 'cache_read'],
    ['cost_usd', 0.5, undefined],
    ['turns', 1, undefined],
  ]);
});

test('no address of a person is stored: it is hashed in values, and attributes that hold one are left out', () => {
  const stored = JSON.stringify([
    samplesOf({ kind: 'decision', action: 'approve', actor: 'Ada@Example.org' }, context),
    samplesOf({ kind: 'session_started', queuedMs: 1 }, context),
    privateTags({ 'user.email': 'ada@example.org', 'user.account_uuid': '1', model: 'opus', note: 'by ada@example.org' }),
  ]);
  expect(stored.toLowerCase()).not.toContain('example.org');
  // The same person is the same, whatever the case.
  const [a, b] = ['Ada@Example.org', 'ada@example.org'].map((actor) => samplesOf({ kind: 'decision', action: 'approve', actor }, context)[0]?.tags['person']);
  expect(a).toBe(b);
  expect(privateTags({ 'user.email': 'x@y.z', model: 'opus' })).toEqual({ model: 'opus' });
});

test('whatever attributes come, tags are within bounds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 100 }), fc.string({ maxLength: 400 })), (attributes) => Tags.safeParse(privateTags(attributes)).success),
  );
});

test('a name that runs wild becomes "other" after a hundred values, each metric and tag by itself', () => {
  const bounds = new Bounds();
  for (let n = 0; n < 100; n++) bounds.within('tool_call', { tool: `t${n}`, agent: 'a' });
  expect(bounds.within('tool_call', { tool: 't100', agent: 'b' })).toEqual({ tool: OTHER, agent: 'b' });
  expect(bounds.within('tool_call', { tool: 't5', agent: 'a' })).toEqual({ tool: 't5', agent: 'a' });
  expect(bounds.within('tool_ms', { tool: 't100' })).toEqual({ tool: 't100' });
});

test('the catalogue is sound: names are unique, inputs are there, what facts measure is known', () => {
  for (const entry of entries) CatalogueEntry.parse(entry);
  const names = entries.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { inputs } of entries) for (const input of inputs) expect(kindOf(input), input).not.toBeNull();
});

test('totals as Prometheus reads them: times in seconds, labels escaped, one family for a name', () => {
  const totals = new Totals();
  const nasty = 'a "quoted" \\ name\nof two lines';
  totals.add(
    [
      { metric: 'tool_call', tags: { tool: nasty }, value: 1 },
      { metric: 'tool_call', tags: { tool: nasty }, value: 2 },
      { metric: 'core_rss_bytes', tags: {}, value: 5 },
      { metric: 'core_rss_bytes', tags: {}, value: 7 },
      ...[100, 200, 300].map((value) => ({ metric: 'turn_ms', tags: { outcome: 'done' }, value })),
      { metric: 'otlp.a.b', tags: { 'le.x': '1', quantile: 'mine' }, value: 1, kind: 'counter' as const },
      { metric: 'otlp.a_b', tags: {}, value: 1, kind: 'gauge' as const },
    ],
    kindOf,
  );
  const text = exposition(metricsOf(totals.all(), entries));
  expect(text).toContain('acc_tool_call_total{tool="a \\"quoted\\" \\\\ name\\nof two lines"} 3');
  expect(text).toContain('# TYPE acc_core_rss_bytes gauge\nacc_core_rss_bytes 7');
  expect(text).toContain('# TYPE acc_turn_seconds summary');
  expect(text).toMatch(/acc_turn_seconds\{outcome="done",quantile="0.5"\} 0\.(19[89]|20)\d*/);
  expect(text).toContain('acc_turn_seconds_sum{outcome="done"} 0.6');
  expect(text).toContain('acc_turn_seconds_count{outcome="done"} 3');
  expect(text).toContain('tag_quantile="mine"');
  // Every line is a comment or a sample, and no family is told twice.
  const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(types).size).toBe(types.length);
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) |[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*\})? \S+$)/);
});
