import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readMark, writeMark } from '#desktop/told-mark.ts';
import { Attention } from '#desktop/attention.ts';
import type { LiveDelta } from '#shared/contract/live.ts';
import { alertRow, changeRow, permissionRow, sessionRow } from '#test/support/desktop/rows.ts';

const delta = (rows: Partial<LiveDelta>): LiveDelta => ({ rev: 1, reset: false, sentAt: 0, ...rows });

function caughtUp(): Attention {
  const attention = new Attention(0);
  attention.take(delta({ reset: true }));
  return attention;
}

test('what already waited when the app was opened is counted but is not news', () => {
  const attention = new Attention(0);
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

test('an alert that was told before the stream began is shown once, and not again by the next run', () => {
  const attention = new Attention(100);
  const [old, missed, over] = [alertRow(90), alertRow(150), alertRow(160, { endedAt: 170 })];
  const news = attention.take(delta({ reset: true, alerts: [old, missed, over], permissions: [permissionRow()] }));
  expect(news.map(({ kind, title }) => [kind, title])).toEqual([
    ['alert', 'Too many errors'],
    ['alert', 'Too many errors'],
  ]);
  expect(attention.take(delta({ reset: true, alerts: [old, missed, over] }))).toEqual([]);
  expect(attention.shownUntil).toBe(160);
  const ended = alertRow(150, {
    ...missed,
    endedAt: 200,
    told: [...missed.told, { channel: 'ach_1', at: 200, ok: true, detail: '', what: 'ended', via: 'os' }],
  });
  expect(attention.take(delta({ alerts: [ended] }))).toMatchObject([{ title: 'Over: Too many errors' }]);
  expect(new Attention(attention.shownUntil).take(delta({ reset: true, alerts: [old, ended, over] }))).toEqual([]);
});

test('an alert that its rule tells elsewhere, or that could not be told, is no notification', () => {
  const attention = new Attention(0);
  const told = { channel: 'ach_1', at: 5, detail: '', what: 'fired' } as const;
  const rows = [alertRow(5, { told: [{ ...told, ok: true, via: 'email' }] }), alertRow(5, { told: [{ ...told, ok: false, via: 'os' }] })];
  expect(attention.take(delta({ reset: true, alerts: rows }))).toEqual([]);
});

test('the mark is kept over a restart; the first start tells nothing of before, nor does a clock that was set back hide what comes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'acc-told-'));
  const file = path.join(folder, 'told.json');
  try {
    expect(readMark(file, 1000)).toBe(1000);
    expect(readMark(file, 2000)).toBe(1000);
    writeMark(file, 1500);
    expect(readMark(file, 2000)).toBe(1500);
    expect(readMark(file, 1200)).toBe(1200);
    expect(readdirSync(folder)).toEqual(['told.json']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
