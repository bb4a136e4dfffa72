/** A change from the session's end to the person's decision and back, on real git. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Change } from '#shared/domain/change.ts';
import { fail, unwrap, type Result } from '#shared/lib/fault.ts';
import { setting, type Setting } from './desk.ts';

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);
const actions = ({ store }: Setting, id: string): string[] =>
  store.decisions
    .list({ targetId: id, limit: 20 })
    .map((decision) => decision.action)
    .toReversed();

async function changeOf(desk: Setting, name = 'work'): Promise<{ change: Change; sessionId: string; work: Setting['repo'] }> {
  const { sessionId, work } = await desk.session({ name });
  work.write('src/a.txt', `one\n${name}\n`);
  work.write('new.txt', 'new\n');
  const change = unwrap(await desk.review.collect(sessionId));
  if (!change) throw new Error('no change was collected');
  return { change, sessionId, work };
}

test('a session that changed files brings them into the queue; approving merges exactly what was reviewed, undo takes it back', async () => {
  const desk = setting();
  const { change, sessionId } = await changeOf(desk);
  expect(change).toMatchObject({ status: 'waiting', mode: 'worktree', targetBranch: 'main', added: 2, deleted: 0, summary: 'I changed the file.', rounds: 0 });
  expect(change.files.map((file) => [file.path, file.status])).toEqual([
    ['new.txt', 'added'],
    ['src/a.txt', 'modified'],
  ]);
  expect(desk.store.sessions.get(sessionId)?.changeId).toBe(change.id);
  expect(unwrap(await desk.review.file(change.id, 'src/a.txt'))).toMatchObject({ before: 'one\n', after: 'one\nwork\n' });
  expect(unwrap(await desk.review.patch(change.id)).patch).toContain('+work');
  expect(codeOf(await desk.review.file(change.id, 'README.md'))).toBe('FILE_NOT_CHANGED');

  const before = desk.repo.git(['rev-parse', 'main']);
  const merged = unwrap(await desk.review.approve(change.id, { message: 'Take it' }, 'ada'));
  expect(merged).toMatchObject({ status: 'merged', mergedSha: desk.repo.git(['rev-parse', 'main']), mergeMethod: 'squash' });
  expect(desk.repo.git(['log', '-1', '--format=%s'])).toBe('Take it');
  expect(desk.repo.read('src/a.txt')).toBe('one\nwork\n');
  expect(codeOf(await desk.review.approve(change.id, {}, 'ada'))).toBe('CHANGE_DECIDED');

  expect(unwrap(await desk.review.undo(change.id, 'ada'))).toMatchObject({ status: 'waiting', mergedSha: null, decidedAt: null });
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(before);
  expect(actions(desk, change.id)).toEqual(['approve.intent', 'approve', 'undo.intent', 'undo']);
  const [undone, , approved] = desk.store.decisions.list({ targetId: change.id, limit: 3 });
  expect(undone).toMatchObject({ action: 'undo', actor: 'ada', undoes: approved?.id });
});

test('a session that changed nothing leaves no change and says so', async () => {
  const desk = setting();
  const { sessionId } = await desk.session();
  expect(unwrap(await desk.review.collect(sessionId))).toBeNull();
  expect(desk.store.sessions.get(sessionId)).toMatchObject({ changeId: null, statusCode: 'NO_CHANGE' });
  expect(desk.review.list(true, 10)).toEqual([]);
});

test('a repository inside the folder is left out of the change, which names it', async () => {
  const desk = setting();
  const { sessionId, work } = await desk.session();
  work.write('vendor/lib/a.txt', 'theirs\n');
  work.git(['init', '-q', 'vendor/lib']);
  expect(unwrap(await desk.review.collect(sessionId))).toBeNull();
  expect(desk.store.sessions.get(sessionId)).toMatchObject({ statusCode: 'NO_CHANGE', statusText: expect.stringContaining('vendor/lib') });
  work.write('new.txt', 'new\n');
  const change = unwrap(await desk.review.collect(sessionId));
  expect(change).toMatchObject({ skipped: ['vendor/lib'], files: [{ path: 'new.txt' }] });
  work.git(['-C', 'vendor/lib', 'add', '.']);
  rmSync(path.join(work.path, 'vendor'), { recursive: true });
  expect(unwrap(await desk.review.refresh(change?.id ?? ''))).toMatchObject({ skipped: [] });
});

test('a protected branch is never merged into', async () => {
  const desk = setting({ settings: { protectedBranches: ['release/*', 'main'] } });
  const { change } = await changeOf(desk);
  const before = desk.repo.git(['rev-parse', 'main']);
  expect(codeOf(await desk.review.approve(change.id, {}, 'ada'))).toBe('PROTECTED_BRANCH');
  expect(codeOf(await desk.review.approve(change.id, { target: 'release/1.0' }, 'ada'))).toBe('PROTECTED_BRANCH');
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(before);
  expect(actions(desk, change.id)).toEqual([]);
});

test('files that moved on after the review began are not merged unseen; a refresh keeps what is still as it was seen', async () => {
  const desk = setting();
  const { change, work } = await changeOf(desk);
  unwrap(desk.review.viewed(change.id, 'new.txt', true));
  unwrap(desk.review.viewed(change.id, 'src/a.txt', true));
  work.write('src/a.txt', 'something else\n');
  expect(codeOf(await desk.review.approve(change.id, {}, 'ada'))).toBe('CHANGE_MOVED');
  const fresh = unwrap(await desk.review.refresh(change.id));
  expect(fresh.viewed).toEqual(['new.txt']);
  expect(unwrap(await desk.review.approve(change.id, {}, 'ada')).status).toBe('merged');
  expect(desk.repo.read('src/a.txt')).toBe('something else\n');
});

test('conflicts are named and leave the target as it is; the note then goes back to the agent', async () => {
  const desk = setting();
  const { change, sessionId, work } = await changeOf(desk);
  desk.repo.write('src/a.txt', 'mine\n');
  const head = desk.repo.commit('Mine');
  expect(unwrap(await desk.review.approve(change.id, {}, 'ada'))).toMatchObject({ status: 'conflicted', conflicts: ['src/a.txt'] });
  expect(unwrap(await desk.review.approve(change.id, {}, 'ada')).status).toBe('conflicted');
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(head);
  expect(desk.repo.git(['status', '--porcelain'])).toBe('');

  expect(unwrap(await desk.review.askForChanges(change.id, 'Rebase it.', 'ada'))).toMatchObject({ status: 'changes_asked', rounds: 1, note: 'Rebase it.' });
  expect(desk.resumed).toEqual([{ sessionId, note: 'Rebase it.' }]);
  work.write('src/a.txt', 'one\n');
  const again = unwrap(await desk.review.collect(sessionId));
  expect(again).toMatchObject({ id: change.id, status: 'waiting', rounds: 1, conflicts: [] });
  expect(unwrap(await desk.review.approve(change.id, {}, 'ada')).status).toBe('merged');
});

test('a note that no agent can hear changes nothing', async () => {
  const desk = setting();
  const { change } = await changeOf(desk);
  desk.resume = () => fail('SESSION_GONE', 'The session cannot go on.');
  expect(codeOf(await desk.review.askForChanges(change.id, 'Again.', 'ada'))).toBe('SESSION_GONE');
  expect(desk.store.changes.get(change.id)).toMatchObject({ status: 'waiting', rounds: 0 });
  expect(actions(desk, change.id)).toEqual([]);
});

test('work in a folder of the person is kept or rejected where it is, and can be put back', async () => {
  const desk = setting();
  const { sessionId } = await desk.session({ isolation: { mode: 'in-place' } });
  desk.repo.write('src/a.txt', 'by the agent\n');
  const change = unwrap(await desk.review.collect(sessionId));
  if (!change) throw new Error('no change was collected');
  expect(unwrap(await desk.review.approve(change.id, {}, 'ada')).status).toBe('kept');
  expect(codeOf(await desk.review.restoreFiles(change.id, 'ada'))).toBe('CHANGE_DECIDED');
  expect(unwrap(await desk.review.undo(change.id, 'ada')).status).toBe('waiting');
  expect(unwrap(await desk.review.reject(change.id, 'No.', 'ada'))).toMatchObject({ status: 'rejected', note: 'No.' });
  expect(desk.repo.read('src/a.txt')).toBe('by the agent\n');
  desk.repo.write('src/a.txt', 'by the person, later\n');
  expect(codeOf(await desk.review.restoreFiles(change.id, 'ada'))).toBe('CHANGE_MOVED');
  desk.repo.write('src/a.txt', 'by the agent\n');
  unwrap(await desk.review.restoreFiles(change.id, 'ada'));
  expect(desk.repo.read('src/a.txt')).toBe('one\n');
  // Asked again, there is nothing left to put back: that is done, and no second line in the audit log.
  expect(codeOf(await desk.review.restoreFiles(change.id, 'ada'))).toBe('ok');
  expect(actions(desk, change.id)).toEqual(['keep', 'undo', 'reject', 'restore']);
});

test('two people who decide at the same moment: one wins, the other is told', async () => {
  const desk = setting();
  const { change } = await changeOf(desk);
  const both = await Promise.all([desk.review.approve(change.id, {}, 'ada'), desk.review.reject(change.id, '', 'grace')]);
  expect(both.map(codeOf)).toEqual(['ok', 'CHANGE_BUSY']);
  expect(desk.store.changes.get(change.id)?.status).toBe('merged');
});

test('a change whose agent works again is not decided on, and work after a decision is a change of its own', async () => {
  const desk = setting();
  const { change, sessionId, work } = await changeOf(desk);
  desk.store.sessions.move(sessionId, 'queued');
  expect(codeOf(await desk.review.approve(change.id, {}, 'ada'))).toBe('SESSION_ACTIVE');
  desk.store.sessions.move(sessionId, 'starting');
  desk.store.sessions.move(sessionId, 'finished');
  unwrap(await desk.review.reject(change.id, '', 'ada'));
  expect(unwrap(await desk.review.collect(sessionId))).toBeNull();
  work.write('more.txt', 'more\n');
  const next = unwrap(await desk.review.collect(sessionId));
  expect(next?.id).not.toBe(change.id);
  expect(next?.files.map((file) => file.path)).toContain('more.txt');
});
