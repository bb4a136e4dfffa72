/** Figures, timeline and search come from the rows that are stored, and each figure can be counted again from its origin. */
import { expect, onTestFinished, test } from 'vitest';
import { unwrap } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { createInsight, type Insight } from '#store/insight/index.ts';
import type { Store } from '#store/index.ts';
import { addChange, addRepository, addSession, numbered, scratchStore, text, toolCall, toolResult, usage, type Seed } from '#test/support/store.ts';

// Noon of a day in local time, so that "today" and "yesterday" are what they seem.
const NOW = new Date(2026, 5, 15, 12, 0, 0).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function insightOf(store: Store): Insight {
  const insight = createInsight(store.path, () => NOW);
  onTestFinished(() => insight.close());
  return insight;
}
type Decide = { at: number; status: 'merged' | 'rejected' | 'kept'; rounds?: number; usd?: number | null; repositoryId?: string };

function addDecided(store: Store, { at, status, rounds = 0, usd = null, repositoryId }: Decide): Seed & { changeId: string } {
  const seed = addSession(store, { title: `Task ${at}`, at: at - HOUR, ...(repositoryId ? { repositoryId } : {}) });
  store.events.append(seed.sessionId, numbered('e', [usage(100, usd)], 1, at - HOUR));
  const changeId = newId('chg');
  const file = { path: `src/file-${at}.ts`, oldPath: null, status: 'modified' as const, added: 1, deleted: 0, binary: false };
  addChange(store, seed, { id: changeId, title: `Change ${at}`, createdAt: at - HOUR, files: [file] });
  store.changes.move(changeId, status, { decidedAt: at, rounds });
  return { ...seed, changeId };
}

test('the figures of the overview follow from the changes, requests and runs of their windows', async () => {
  const store = scratchStore({ now: () => NOW });
  const first = addDecided(store, { at: NOW - HOUR, status: 'merged', usd: 1 });
  addDecided(store, { at: NOW - 2 * HOUR, status: 'merged', rounds: 2, usd: 2 });
  addDecided(store, { at: NOW - DAY - HOUR, status: 'merged', usd: null });
  addDecided(store, { at: NOW - 2 * DAY, status: 'rejected', usd: 9 });
  addDecided(store, { at: NOW - 8 * DAY, status: 'kept' });
  const ask = (askedAt: number, ms: number, by: string): void => {
    const id = newId('per');
    store.permissions.insert({
      id,
      sessionId: first.sessionId,
      requestId: id,
      epoch: 'e',
      tool: 'Bash',
      title: 'Run it',
      input: '{}',
      reason: null,
      rules: [],
      askedAt,
    });
    store.permissions.close(id, 'allowed', by, null, askedAt + ms);
  };
  ask(NOW - HOUR, 10_000, 'ada');
  ask(NOW - HOUR, 30_000, 'ada');
  ask(NOW - HOUR, 50_000, 'grace');
  ask(NOW - HOUR, 900_000, 'rule Edit');
  ask(NOW - HOUR, 900_000, 'agent');

  const { figures } = unwrap(await insightOf(store).overview({}));
  const by = Object.fromEntries(figures.map((figure) => [figure.id, figure]));
  expect(by['merged']).toMatchObject({ value: 2, n: 2, previous: 1, unit: 'count', windowMs: 12 * HOUR });
  expect(by['merged']?.spark.slice(-3)).toEqual([0, 1, 2]);
  expect(by['first-pass']).toMatchObject({ value: 2 / 4, n: 4, previous: 1 });
  expect(by['cost-per-change']).toMatchObject({ value: 1.5, n: 2, previous: null });
  expect(by['blocked']).toMatchObject({ value: 30_000, n: 3, previous: null });
  expect(by['coordination']).toMatchObject({ value: null, n: 0, missing: 'needs 10 ended nodes, has 0' });
});

test('the coordination score of ten ended nodes is counted again from its origin, and a repository counts alone', async () => {
  const store = scratchStore({ now: () => NOW });
  const repositoryId = addRepository(store).id;
  for (let index = 0; index < 10; index++) {
    const { nodeId } = addSession(store, { repositoryId });
    store.plans.moveNode(nodeId, 'active', '', NOW - HOUR);
    store.plans.moveNode(nodeId, index < 8 ? 'done' : 'failed', '', NOW - HOUR);
  }
  const insight = insightOf(store);
  const { figure, inputs } = unwrap(await insight.origin({ id: 'coordination', repositoryId }));
  // Only completion has data, so it carries the whole weight.
  expect(figure).toMatchObject({ value: 0.8, n: 10, missing: null });
  expect(inputs[0]).toMatchObject({ label: 'Nodes done (weight 0.30)', value: '0.800 = 8 of 10' });
  expect(inputs.filter((input) => input.value === 'done')).toHaveLength(8);
  const other = unwrap(await insight.overview({ repositoryId: addRepository(store).id }));
  expect(other.figures.find((candidate) => candidate.id === 'coordination')?.value).toBeNull();
});

test('the timeline puts what runs added into the five minutes in which they added it', async () => {
  const store = scratchStore({ now: () => NOW });
  const { sessionId } = addSession(store);
  const first = numbered('e1', [toolCall('a'), usage(100, 1), toolResult('a')], 1, NOW - HOUR);
  const second = numbered('e1', [toolCall('b'), toolCall('c'), usage(160, 1.5)], 4, NOW - 60_000);
  store.events.append(sessionId, [...first, ...second]);
  const merge = addDecided(store, { at: NOW - 3 * HOUR, status: 'merged' });
  const { timeline } = unwrap(await insightOf(store).overview({}));
  expect(timeline.points).toHaveLength(288);
  const used = timeline.points.filter((point) => point.toolCalls > 0);
  expect(used.map(({ outputTokens, toolCalls, costUsd }) => [outputTokens, toolCalls, costUsd])).toEqual([
    [100, 1, 1],
    [60, 2, 0.5],
  ]);
  expect(timeline.points.reduce((sum, point) => sum + point.outputTokens, 0)).toBe(260);
  expect(timeline.marks).toEqual([{ at: NOW - 3 * HOUR, label: `Change ${NOW - 3 * HOUR}`, kind: 'merge' }]);
  expect(merge.changeId).not.toBe('');
});

test('search finds tasks, transcripts, files and decisions, and no input of a person breaks it', async () => {
  const store = scratchStore({ now: () => NOW });
  const { sessionId } = addSession(store, { title: 'Retry the upload', text: 'The uploader gives up too early.' });
  store.events.append(
    sessionId,
    numbered('e', [text(`${'x '.repeat(500)}the naïve retry lost the Überweisung`), toolCall('c', 'Run npm test'), toolResult('c', 'all 12 tests passed')]),
  );
  const { changeId } = addDecided(store, { at: NOW, status: 'merged' });
  store.decisions.append({
    id: newId('dec'),
    at: NOW,
    actor: 'ada',
    action: 'reject',
    targetKind: 'change',
    targetId: changeId,
    detail: 'breaks pagination',
    undoes: null,
  });
  const dir = store.path;
  store.close();
  const again = scratchStore({ dir: dir.replace(/\/acc\.db$/, ''), now: () => NOW });
  const insight = insightOf(again);
  const find = async (query: string): Promise<string[]> => unwrap(await insight.search({ query, limit: 10 })).hits.map((hit) => hit.kind);
  expect(await find('uploader early')).toEqual(['task']);
  expect(await find('uberweis')).toEqual(['transcript']);
  expect(await find('"tests passed"')).toEqual(['transcript']);
  expect(await find('"passed tests"')).toEqual([]);
  expect(await find(`file-${NOW}`)).toEqual(['file']);
  expect(await find('pagination')).toEqual(['decision']);
  const [hit] = unwrap(await insight.search({ query: 'naive', limit: 1 })).hits;
  expect(hit).toMatchObject({ title: 'Retry the upload', sessionId, itemIndex: 0, snippet: expect.stringContaining('the naïve retry lost') });
  for (const query of [
    '"',
    '""',
    '*',
    'a AND',
    'NEAR(a b)',
    'title:x',
    '^x',
    'a* b*',
    "'; drop table tasks; --",
    '(((',
    '-',
    '🙂',
    '\u0000',
    'x'.repeat(500),
    '" " "',
  ]) {
    expect(await insight.search({ query, limit: 5 })).toMatchObject({ ok: true });
  }
  expect(again.tasks.since(0).length).toBeGreaterThan(0);
});

test('a question that is given up answers at once, and one on a missing database is a fault', async () => {
  const store = scratchStore();
  const insight = insightOf(store);
  const signal = AbortSignal.abort();
  expect(await insight.overview({}, signal)).toMatchObject({ fault: { code: 'CANCELLED' } });
  const nowhere = createInsight(`${store.path}.none`);
  onTestFinished(() => nowhere.close());
  expect(await nowhere.overview({})).toMatchObject({ fault: { code: 'INSIGHT_FAILED' } });
  expect(unwrap(await insight.overview({})).figures).toHaveLength(5);
});
