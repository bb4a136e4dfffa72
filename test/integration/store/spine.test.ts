/** The store keeps what the spine needs: tasks with plans, sessions, events with their transcript, settings, over a restart. */
import { expect, test } from 'vitest';
import { defaultSettings } from '#shared/domain/settings.ts';
import { FaultError } from '#shared/lib/fault.ts';
import { addRepository, addSession, numbered, scratchFolder, scratchStore, text, toolCall, toolResult, usage } from '#test/support/store.ts';

test('a session with its events is there again after a restart, with totals, transcript, activity and pulse', () => {
  const dir = scratchFolder();
  const now = (): number => 1_800_000_000_000;
  const store = scratchStore({ dir, now });
  const { sessionId, taskId } = addSession(store, { title: 'Fix the parser' });
  store.runs.begin(sessionId, 'e1', 1, 'local');
  const first = numbered('e1', [text('hello'), toolCall('c1', 'Edit src/http.ts'), usage(10, 0.5), toolResult('c1'), usage(30, 0.75, 2)], 1, now() - 90_000);
  expect(store.events.append(sessionId, first)).toHaveLength(5);
  store.events.append(sessionId, numbered('e2', [usage(5, 0.25)], 1, now()));
  store.close();

  const again = scratchStore({ dir, now });
  const session = again.sessions.get(sessionId);
  expect(session).toMatchObject({
    title: 'Fix the parser',
    outputTokens: 35,
    inputTokens: 70,
    costUsd: 1,
    turns: 3,
    activity: 'Edit src/http.ts',
    events: 6,
    items: 2,
  });
  expect(session?.pulse.slice(-3)).toEqual([5, 0, 1]);
  expect(again.tasks.get(taskId)?.spentUsd).toBe(1);
  expect(again.sessions.spentOnTask(taskId)).toBe(1);
  expect(again.sessions.spentSince(now())).toBe(0.25);
  expect(again.events.items(sessionId, 0, 10).items.map(({ index, rev, item }) => [index, rev, item.kind])).toEqual([
    [0, 1, 'text'],
    [1, 4, 'tool'],
  ]);
  expect(again.events.page(sessionId, 4, 10).map((event) => event.seq)).toEqual([5, 6]);
  expect(again.events.lastText(sessionId)).toBe('hello');
  expect(again.runs.cursors('local', 0)).toEqual([
    { sessionId, epoch: 'e1', seq: 5 },
    { sessionId, epoch: 'e2', seq: 1 },
  ]);
});

test('a repeated batch adds nothing, a gap is refused whole', () => {
  const store = scratchStore();
  const { sessionId } = addSession(store);
  const batch = numbered('e', [text('a'), text('b')]);
  store.events.append(sessionId, batch);
  const rev = store.sessions.get(sessionId)?.rev;
  expect(store.events.append(sessionId, batch)).toEqual([]);
  expect(store.sessions.get(sessionId)?.rev).toBe(rev);
  const gap = numbered('e', [text('c'), text('e')], 3);
  expect(() => store.events.append(sessionId, [...gap.slice(0, 1), ...numbered('e', [text('e')], 5)])).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'EVENT_GAP' }) }),
  );
  expect(store.events.size(sessionId)).toEqual({ events: 2, items: 2 });
  expect(() => store.events.append('ses_none', batch)).toThrow(FaultError);
});

test('a task keeps its plan; blocked nodes become ready by a move, and the task carries the new revision', () => {
  const store = scratchStore();
  const { taskId, planId, nodeId } = addSession(store);
  const before = store.rev();
  expect(store.plans.readyNodes().map((node) => node.id)).toEqual([nodeId]);
  expect(store.plans.moveNode(nodeId, 'active', 'started', 5)).toBe(true);
  expect(store.plans.moveNode(nodeId, 'blocked', 'nonsense', 5)).toBe(false);
  expect(store.plans.moveNode(nodeId, 'ready', 'retry', 6, { notBefore: 900, attempts: 1 })).toBe(true);
  expect(store.plans.readyNodes()).toMatchObject([{ id: nodeId, notBefore: 900, attempts: 1 }]);
  expect(store.tasks.since(before).map((task) => task.id)).toEqual([taskId]);
  expect(store.plans.events(planId).map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ['attempt', null, 'queued'],
    ['node', 'ready', 'active'],
    ['node', 'active', 'ready'],
  ]);
});

test('settings keep what was saved and fill what is new with defaults', () => {
  const dir = scratchFolder();
  const store = scratchStore({ dir });
  expect(store.settings.get()).toEqual(defaultSettings);
  store.settings.save({ ...defaultSettings, tourDone: true });
  store.close();
  expect(scratchStore({ dir }).settings.get()).toEqual({ ...defaultSettings, tourDone: true });
});

test('listeners hear each commit once, nothing of a transaction that failed', () => {
  const store = scratchStore();
  const revs: number[] = [];
  store.onChanged(() => revs.push(store.rev()));
  const leave = store.onChanged(() => revs.push(-1));
  leave();
  addRepository(store);
  const before = store.rev();
  expect(() =>
    store.transaction(() => {
      addRepository(store);
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(store.rev()).toBe(before);
  // A part that failed inside is never kept in half, even when its caller goes on.
  expect(() =>
    store.transaction(() => {
      addRepository(store);
      try {
        store.transaction(() => {
          throw new Error('inner');
        });
      } catch {
        // goes on
      }
    }),
  ).toThrow('inner');
  expect(store.repositories.list()).toHaveLength(1);
  expect(revs).toEqual([before]);
});

test('a session that ends keeps the peak of its memory and loses the current figure', () => {
  const store = scratchStore();
  const { sessionId } = addSession(store);
  store.sessions.move(sessionId, 'starting');
  store.sessions.move(sessionId, 'running');
  store.sessions.gauge(sessionId, { rssBytes: 500, processes: 1, cpuMs: 1 });
  store.sessions.gauge(sessionId, { rssBytes: 300, processes: 1, cpuMs: 1 });
  expect(store.sessions.get(sessionId)).toMatchObject({ rssBytes: 300, rssPeakBytes: 500 });
  expect(store.sessions.move(sessionId, 'finished')).toMatchObject({ status: 'finished', rssBytes: null, rssPeakBytes: 500 });
  expect(store.sessions.move(sessionId, 'running')).toBeNull();
});
