/** Dashboards as files, sessions as courses, schedules and alerts as words. */
import { expect, test } from 'vitest';
import { conditionText } from '#renderer/analytics/alerts/words.ts';
import { fold, nothing, pointsOf } from '#renderer/analytics/compare/course.ts';
import { filtersFor, queryNames } from '#renderer/analytics/model/asked.ts';
import { fileOf, readFile, type Draft } from '#renderer/analytics/model/files.ts';
import { plainQuery } from '#renderer/analytics/model/new-tile.ts';
import { cronText, looksLikeCron, weekOfTeam } from '#renderer/reports/model.ts';
import type { CatalogueEntry } from '#shared/domain/metric.ts';

const board: Draft = {
  id: 'dash_1',
  name: 'Mine',
  range: { kind: 'last', ms: 3_600_000 },
  compare: null,
  tiles: [{ id: 'a', title: 'Cost', kind: 'line', queries: [plainQuery('cost_usd')], x: 0, y: 0, w: 6, h: 4 }],
};
const cost: CatalogueEntry = {
  name: 'cost_usd',
  title: 'Cost',
  unit: 'usd',
  kind: 'counter',
  formula: null,
  inputs: [],
  source: 'usage',
  tags: ['agent'],
  minimum: 1,
  better: 'less',
};
const metrics = new Map([['cost_usd', cost]]);

test('what is exported can be imported', () => {
  const read = readFile(fileOf([board]));
  expect(read).toEqual({ ok: true, value: [board] });
});

test('a file that is wrong says where and why', () => {
  const wrong = fileOf([board]).replace('"line"', '"pie"');
  const read = readFile(wrong);
  expect(read.ok).toBe(false);
  expect(read).toMatchObject({ fault: { code: 'DASHBOARD_FILE_INVALID', why: expect.stringMatching(/^dashboards\[0\]\.tiles\[0\]\.kind \(tile "Cost"\): /) } });
  expect(readFile('{')).toMatchObject({ fault: { why: expect.stringMatching(/^It is not JSON/) } });
  expect(readFile('[]').ok).toBe(false);
});

test('tiles of a file that cover each other or share an id are mended', () => {
  const twice = { ...board, tiles: [...board.tiles, ...board.tiles] };
  const read = readFile(fileOf([twice]));
  expect(read.ok && read.value[0]?.tiles.map(({ id, x, y }) => [id, x, y])).toEqual([
    ['a', 0, 0],
    ['a-2', 0, 4],
  ]);
});

test('a filter reaches the metrics that have its tag and names the others', () => {
  const filters = [
    { tag: 'agent', op: 'is' as const, values: ['x'] },
    { tag: 'tool', op: 'is' as const, values: ['Edit'] },
  ];
  expect(filtersFor(cost, filters)).toEqual({ where: [filters[0]], without: ['tool'] });
});

test('questions about one metric are named by what is taken of it', () => {
  expect(queryNames([plainQuery('cost_usd', { aggregate: 'sum' }), plainQuery('cost_usd', { aggregate: 'count' })], metrics)).toEqual([
    'Sum',
    'Number of values',
  ]);
  expect(queryNames([plainQuery('cost_usd'), plainQuery('turns')], metrics)).toEqual(['Cost', 'turns']);
});

test("a session's course adds its runs up: usage begins again with each", () => {
  const usage = (costUsd: number, outputTokens: number) => ({
    kind: 'usage',
    usage: { inputTokens: 0, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd, turns: 1, contextTokens: 500, contextWindow: null },
  });
  const started = { kind: 'started', pid: null, cwd: '/', agentSessionId: null, resumed: false, model: null, version: null };
  const call = { kind: 'tool_call', callId: 'c', tool: 'Edit', toolKind: 'edit', title: 'Edit a', input: '' };
  const events = [started, usage(0.1, 10), call, usage(0.3, 30), { kind: 'told by a later version' }, started, usage(0.2, 5)];
  const course = fold(
    nothing,
    events.map((event, i) => ({ seq: i + 1, at: 1000 * (i + 1), event })),
  );
  expect(course.seq).toBe(7);
  expect(pointsOf(course, 'tokens', 1000, 100).map(([, value]) => value)).toEqual([0, 10, 10, 30, 30, 35]);
  expect(pointsOf(course, 'cost', 1000, 100).at(-1)?.[1]).toBeCloseTo(0.5);
  expect(pointsOf(course, 'calls', 1000, 100).at(-1)).toEqual([6000, 1]);
});

test('rules and schedules read as sentences', () => {
  expect(conditionText({ metric: 'cost_usd', op: 'above', threshold: 5, windowMs: 3_600_000, minimumSample: 3 }, metrics)).toBe(
    'Cost above $5.00 over 1 h, from 3 values on',
  );
  expect([cronText('0 8 * * 1'), cronText('30 17 * * 5'), cronText('5 0 * * *'), cronText('*/5 * * * *')]).toEqual([
    'Mondays at 8:00',
    'Fridays at 17:30',
    'Every day at 0:05',
    '*/5 * * * *',
  ]);
  expect([looksLikeCron('0 8 * * 1'), looksLikeCron('0 8 * *'), looksLikeCron('now')]).toEqual([true, false, false]);
});

test('the week of the team is the seven whole days before today', () => {
  const { spec } = weekOfTeam(new Date(2026, 10, 23, 15, 30).getTime());
  expect(new Date(spec.from).toString()).toBe(new Date(2026, 10, 16).toString());
  expect(new Date(spec.to).toString()).toBe(new Date(2026, 10, 23).toString());
  expect(spec.title).toBe('Week of the team, 16 Nov 2026 to 22 Nov 2026');
});
