import { expect, test } from 'vitest';
import { Attention } from '#desktop/attention.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import { changeRow, permissionRow, sessionRow } from '#test/support/desktop/rows.ts';

const delta = (rows: Partial<LiveDelta>): LiveDelta => ({ rev: 1, reset: false, sentAt: 0, ...rows });

function caughtUp(): Attention {
  const attention = new Attention();
  attention.take(delta({ reset: true }));
  return attention;
}

test('what already waited when the app was opened is counted but is not news', () => {
  const attention = new Attention();
  expect(attention.take(delta({ reset: true, permissions: [permissionRow()], changes: [changeRow()], sessions: [sessionRow({ status: 'failed' })] }))).toEqual(
    [],
  );
  expect(attention.counts()).toEqual({ waiting: 1, review: 1, failed: 1, running: 0 });
});

test('each piece of news is told once, however often its row is sent', () => {
  const attention = caughtUp();
  const permission = permissionRow();
  expect(attention.take(delta({ permissions: [permission] }))).toEqual([
    { kind: 'permission', title: 'Fix the parser asks for permission', body: 'Run npm test', view: '/inbox' },
  ]);
  expect(attention.take(delta({ permissions: [{ ...permission, rev: 9 }] }))).toEqual([]);
  expect(attention.take(delta({ reset: true, permissions: [permission] }))).toEqual([]);
});

test('a change is news again after a round of asked changes', () => {
  const attention = caughtUp();
  const change = changeRow();
  expect(attention.take(delta({ changes: [change] }))).toMatchObject([{ kind: 'review', body: '1 file, +3 −1', view: `/review/${change.id}` }]);
  attention.take(delta({ changes: [{ ...change, status: 'changes_asked' }] }));
  expect(attention.counts().review).toBe(0);
  expect(attention.take(delta({ changes: [{ ...change, rounds: 1, snapshot: 's2' }] }))).toHaveLength(1);
});

test('a session that fails again after a resume is news again', () => {
  const attention = caughtUp();
  const session = sessionRow({ status: 'failed', endedAt: 10, statusText: 'exit code 1' });
  expect(attention.take(delta({ sessions: [session] }))).toEqual([
    { kind: 'failure', title: 'Fix the parser failed', body: 'exit code 1', view: `/agents/${session.id}` },
  ]);
  expect(attention.take(delta({ sessions: [{ ...session, status: 'running' }] }))).toEqual([]);
  expect(attention.counts()).toMatchObject({ failed: 0, running: 1 });
  expect(attention.take(delta({ sessions: [{ ...session, status: 'limited', endedAt: 20 }] }))).toMatchObject([{ title: 'Fix the parser stopped at a limit' }]);
});

test('what is answered, decided or archived is no longer counted', () => {
  const attention = caughtUp();
  const [permission, change, session] = [permissionRow(), changeRow(), sessionRow({ status: 'failed' })];
  attention.take(delta({ permissions: [permission], changes: [change], sessions: [session] }));
  attention.take(
    delta({
      permissions: [{ ...permission, status: 'allowed' }],
      changes: [{ ...change, status: 'merged' }],
      sessions: [{ ...session, archivedAt: 5 }],
    }),
  );
  expect(attention.counts()).toEqual({ waiting: 0, review: 0, failed: 0, running: 0 });
});

test('a store that starts anew forgets the rows of the old one', () => {
  const attention = caughtUp();
  attention.take(delta({ sessions: [sessionRow(), sessionRow()] }));
  attention.take(delta({ reset: true, sessions: [sessionRow()] }));
  expect(attention.counts().running).toBe(1);
});
