/** What the core asks again and again is answered by an index, however much is stored: no statement reads a table from end to end. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { unwrap } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { buildStore } from '#store/index.ts';
import { migrate } from '#store/migrate.ts';
import { addSession, numbered, scratchFolder, text, toolCall, toolResult, usage } from '#test/support/store.ts';

/** Small for ever: settings and counters, and what a person registers by hand. */
const SMALL = new Set(['meta', 'repositories', 'permission_rules']);
/** Partial indexes that hold only what is open: as long as what is under way, not as what ever was. */
const OPEN_ONLY = / USING INDEX (nodes_ready|runs_open|check_runs_running|decisions_intent)$/;

test('everything asked while sessions run is found by an index', () => {
  const asked = new Set<string>();
  const db = new Database(path.join(scratchFolder(), 'acc.db'), { verbose: (sql) => void asked.add(String(sql)) });
  unwrap(migrate(db, 1));
  const store = buildStore(db, { now: () => 5000, owner: null, unchecked: false });
  onTestFinished(() => store.close());
  const { sessionId, taskId, planId, nodeId, attemptId, repositoryId } = addSession(store);
  asked.clear();

  store.runs.begin(sessionId, 'e', 1, 'local');
  store.events.append(sessionId, numbered('e', [text('a'), toolCall('c'), toolResult('c'), usage(1, 1)]));
  store.sessions.gauge(sessionId, { rssBytes: 1, processes: 1, cpuMs: 1 });
  store.sessions.move(sessionId, 'starting');
  store.sessions.inStatus(['queued', 'running']);
  store.sessions.since(0);
  store.sessions.list({ limit: 10 });
  store.sessions.list({ limit: 10, archived: true, status: ['failed'], before: 9 });
  store.sessions.spentOnTask(taskId);
  store.sessions.spentSince(0);
  store.tasks.since(0);
  store.tasks.byKey('k');
  store.plans.readyNodes();
  store.plans.nodes(planId);
  store.plans.events(planId);
  store.plans.moveNode(nodeId, 'active', '', 2);
  store.plans.moveAttempt(attemptId, 'active', '', 2);
  store.runs.open();
  store.runs.cursors('local', 0);
  store.events.page(sessionId, 0, 10);
  store.events.items(sessionId, 0, 10);
  store.events.itemsSince(sessionId, 0, 10);
  store.events.lastText(sessionId);
  store.permissions.waiting();
  store.permissions.waiting(sessionId);
  store.permissions.list(10);
  store.permissions.since(0);
  store.permissions.byRequest(sessionId, 'e', 'r');
  store.changes.list(true, 10);
  store.changes.list(false, 10);
  store.changes.since(0);
  store.changes.bySession(sessionId);
  store.changes.runningChecks();
  store.decisions.append({ id: newId('dec'), at: 1, actor: 'a', action: 'x', targetKind: 'task', targetId: taskId, detail: '', undoes: null });
  store.decisions.list({ targetId: taskId, limit: 10 });
  store.decisions.lastOf(taskId);
  store.decisions.unsettled();
  store.repositories.get(repositoryId);

  const queries = [...asked].filter((sql) => /^\s*(select|update|delete|insert)/i.test(sql));
  expect(queries.length).toBeGreaterThan(40);
  const scans = queries.flatMap((sql) =>
    db
      .prepare<[], { detail: string }>(`explain query plan ${sql}`)
      .all()
      // Walking an index is right for the first rows in its order, and only for those.
      .filter(({ detail }) => detail.startsWith('SCAN ') && !(/^SCAN \w+ USING (COVERING )?INDEX/.test(detail) && / limit /.test(sql)))
      .filter(({ detail }) => !OPEN_ONLY.test(detail))
      .filter(({ detail }) => !SMALL.has(detail.split(' ')[1] ?? ''))
      .map(({ detail }) => `${detail}: ${sql}`),
  );
  expect(scans).toEqual([]);
});
